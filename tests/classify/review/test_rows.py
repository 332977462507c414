"""What stands in the workbook's rows and lists."""

from __future__ import annotations

from classify.review.rows import categories
from complaints.run.night import Night
from tests.classify.made import label


def test_choices_are_the_known_categories(read_night: Night) -> None:
    label(read_night, [("T1", "发动机>漏油; 服务")])
    assert categories(read_night.store, ("制动",), read_night.dictionary) == ["制动", "发动机/漏油", "服务"]
