"""Clauses differ, and masking leaves them alone."""

from __future__ import annotations

from benchmarks.scale.wording import CLAUSES, clause
from complaints.models.masking import mask


def test_clauses_differ_and_masking_leaves_them_alone() -> None:
    assert len({clause(number) for number in range(CLAUSES)}) == CLAUSES
    assert all(mask(clause(number), "zh") == clause(number) for number in range(0, CLAUSES, 97))
