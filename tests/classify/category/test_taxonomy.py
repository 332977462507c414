"""Categories of a cell, and levels with enough cases to learn."""

from __future__ import annotations

import pytest

from classify.category.taxonomy import LEAST_CASES, learnable, parse_categories


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("发动机", ("发动机",)), ("发动机 > 异响；转向", ("发动机/异响", "转向")), ("a|a", ("a",)), (" ; ", ())],
)
def test_categories_of_a_cell(cell: str, expected: tuple[str, ...]) -> None:
    assert parse_categories(cell) == expected


def test_a_rare_level_is_learned_as_its_parent() -> None:
    cells = [("车/甲",)] * LEAST_CASES + [("车/乙",)] * 3 + [("罕见",)]
    assert learnable(cells) == [("车/甲",)] * LEAST_CASES + [("车",)] * 3 + [("罕见",)]
