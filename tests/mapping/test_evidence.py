"""Figures as the evidence shows them."""

from __future__ import annotations

import pytest

from mapping.evidence import rounded


@pytest.mark.parametrize(("value", "shown"), [(1.23456, 1.2346), (float("inf"), None), (float("nan"), None)])
def test_numbers_are_rounded_and_unbounded_ones_left_out(value: float, shown: float | None) -> None:
    assert rounded(value) == shown
