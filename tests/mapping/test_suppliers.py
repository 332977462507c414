"""What is known of suppliers' actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.dictionary import load_dictionary
from mapping.actions import read_actions
from mapping.match import Matcher
from mapping.plant import PlantModel, Station
from mapping.suppliers import _days_to_close, _open_actions

MATCHER = Matcher(load_dictionary())
STATIONS = {
    name: Station(name, name, supplier=supplier) for name, supplier in (("A1", "甲"), ("A2", "甲"), ("B1", None))
}
PLANT = PlantModel(STATIONS, (), (), (), ())
HEADER = "工位,措施,开始日期,关闭日期,状态\n"


def write(folder: Path, *rows: str) -> Path:
    (folder / "actions.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_days_to_close_are_the_median_over_all_stations_of_a_supplier(tmp_path: Path) -> None:
    rows = (
        "A1,换工具,2026-01-01,2026-01-11,完成",
        "A1,再培训,2026-01-01,2026-01-05,完成",
        "A2,换模具,2026-02-01,2026-03-03,完成",
    )
    found = _days_to_close(PLANT, read_actions(write(tmp_path, *rows), MATCHER))
    assert found == {"甲": 10.0}


def test_actions_that_are_open_or_closed_before_they_began_tell_no_days(tmp_path: Path) -> None:
    rows = (
        "A1,换工具,2026-01-05,,进行中",
        "A2,换模具,2026-02-01,2026-01-01,完成",
        "B1,换夹具,2026-01-01,2026-01-02,完成",
    )
    assert _days_to_close(PLANT, read_actions(write(tmp_path, *rows), MATCHER)) == {}


@pytest.mark.parametrize(("row", "expected"), [
    ("A1,换工具,2026-01-01,2026-01-11,", {}),
    ("A1,换工具,2026-01-01,,", {"甲": 1}),
    ("A1,换工具,2026-01-01,2026-01-11,open", {"甲": 1}),
])  # fmt: skip
def test_without_a_status_the_day_of_closing_says_whether_an_action_is_open(
    tmp_path: Path, row: str, expected: dict[str, int]
) -> None:
    assert _open_actions(PLANT, read_actions(write(tmp_path, row), MATCHER)) == expected
