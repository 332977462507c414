"""A filled store is what nights leave behind."""

from __future__ import annotations

import pytest

from benchmarks.scale.base import REPEATED
from complaints.fingerprints import digest
from complaints.models.masking import mask
from complaints.models.vector_cache import masked_digest
from complaints.records import Case
from complaints.store.cases import case_content, mark_duplicates, same_text_key
from complaints.store.database import Store
from tests.benchmarks.scale.conftest import STORED


@pytest.mark.slow
def test_digests_of_a_filled_store_are_those_that_the_program_makes(store: Store) -> None:
    cases = [case for case in store.rows(Case) if (case.external_id or "").startswith("H")]
    known = dict(store.query("SELECT case_id, [content, masked, same_text] FROM case_content"))
    assert {case.source for case in cases} == {"call", "text"}
    for case in cases:
        same = digest(same_text_key(case.text))
        assert known[case.case_id] == [case_content(case), masked_digest(mask(case.text, "zh")), same]


@pytest.mark.slow
def test_repeats_of_a_filled_store_are_those_that_the_program_finds(store: Store) -> None:
    marked = "SELECT case_id, duplicate_of FROM cases WHERE duplicate_of IS NOT NULL ORDER BY 1"
    before = store.query(marked)
    with store.transaction():
        mark_duplicates(store)
    assert store.query(marked) == before
    assert len(before) >= STORED // REPEATED // 2
