"""The benchmark of capacity in short: a filled store is what nights leave behind, and the measured night is whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.scale.__main__ import table
from benchmarks.scale.base import REPEATED
from benchmarks.scale.fill import copy_workspace, filled
from benchmarks.scale.night import Measured, measure
from benchmarks.scale.wording import CLAUSES, clause
from complaints.fingerprints import digest
from complaints.models.masking import mask
from complaints.models.vector_cache import masked_digest
from complaints.records import Case
from complaints.run.runner import STAGES
from complaints.store.cases import case_content, mark_duplicates, same_text_key
from complaints.store.database import Store
from complaints.workspace.layout import Workspace

STORED, NEW, UNITS, BASE = 1_500, 40, 2_000, 60


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scale")


@pytest.fixture(scope="module")
def workspace(prepared: Path) -> Workspace:
    return filled(prepared, STORED, None, UNITS, BASE)


@pytest.fixture
def store(workspace: Workspace, tmp_path: Path) -> Iterator[Store]:
    copy_workspace(workspace, tmp_path / "copy")
    opened = Workspace(tmp_path / "copy").open_store()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def night(workspace: Workspace, prepared: Path) -> Measured:
    return measure(workspace, prepared / "night", NEW, None, UNITS, BASE)


def test_clauses_differ_and_masking_leaves_them_alone() -> None:
    assert len({clause(number) for number in range(CLAUSES)}) == CLAUSES
    assert all(mask(clause(number), "zh") == clause(number) for number in range(0, CLAUSES, 97))


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


@pytest.mark.slow
def test_the_night_does_the_new_texts_and_nothing_else(night: Measured) -> None:
    assert (night.stored, night.code) == (STORED, 0)
    assert night.counts["intake"]["new texts"] == night.counts["classify"]["texts_read"] == NEW
    assert "recordings written anew" not in night.counts["asr"]
    assert night.counts["mapping"]["causes"] > 0


@pytest.mark.slow
def test_figures_of_every_stage_are_printed(night: Measured) -> None:
    printed = table([night, night])
    parts = ("start", *STAGES, "snapshot", "all")
    assert all(f"{part} {what}" in printed for part in parts for what in ("wall s", "CPU s", "peak MB"))
    assert all(f"{file} MB, {when}" in printed for file in ("store", "private") for when in ("before", "compacted"))
    assert "1.00x" in printed
