"""Forms of a number that are one."""

from __future__ import annotations

from benchmarks.canaries.normal import normal


def test_spoken_and_parted_numbers_are_one() -> None:
    assert normal("幺三八，嗯，零 零１２") == "1380012"
