"""Files of the kinds that people report in public, each with its right result; they lie beside the checkout."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from complaints.intake import Intake
from complaints.run.night import Night

INPUTS = Path(__file__).parents[3] / ".." / "shared" / "cases" / "inputs"
pytestmark = pytest.mark.skipif(not INPUTS.is_dir(), reason="the files lie beside the checkout, and are not there")

Row = tuple[str | None, str, datetime | None]
DAY = datetime(2024, 1, 30)


def taken(night: Night, name: str) -> tuple[list[Row], list[str]]:
    """Return (id, text, received) of the complaints that a file gives, and the reasons of its refusals."""
    shutil.copyfile(INPUTS / name, night.workspace.inbox / name)
    Intake().run(night)
    rows = night.store.query("SELECT external_id, text, received_at FROM cases ORDER BY external_id")
    return rows, [why for (why,) in night.store.query("SELECT reason FROM quarantine ORDER BY source_ref")]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("f02_title_row_person.csv", [("X6-1", "刹车异响", DAY)]),
        ("f05_serial_csv.csv", [("F05-0", "雨刮异响编号0", DAY), ("F05-1", "雨刮异响编号1", datetime(2024, 1, 30, 9))]),
        ("f06_serial_general.xlsx", [("X2-1", "日期是常规格式数字：大灯起雾", DAY),
                                     ("X2-2", "日期是常规格式小数：大灯起雾了", datetime(2024, 1, 30, 18))]),
        ("f18_pivot_first.xlsx", [("T46-1", "明细：前桥异响", DAY)]),
        ("f19_hidden_first.xlsx", [("X4-new", "当前表：车窗卡滞", DAY)]),
        ("f24_binary.parquet", [("T27-1", "变速箱顿挫", None), ("T27-2", "空调不制冷", None)]),
        ("f25_unbalanced.csv", [("T19-1", "刹车异响", DAY), ("T19-2", "发动机漏油", DAY), ("T19-3", "空调不制冷", DAY),
                                ("T19-4", "天窗漏水", DAY)]),
        ("f26_inch.tsv", [("T20-1", '"19寸轮毂变形', DAY), ("T20-2", "发动机抖动", DAY), ("T20-3", "大灯进水", DAY)]),
        ("f27_x000d.xlsx", [("T10-1", "一共两个问题：\n1方向盘抖动\n2空调异味", DAY)]),
        ("f28_nul.csv", [("T32-1", "刹车异响", None), ("T32-2", "大灯不亮", None)]),
        ("f29_nested.jsonl", [("123456789012345678901", "倒车影像黑屏", None),
                              ("T24b-1", "漏水\n天窗漏水，顶棚湿了", None),
                              ("T24b-2", "发动机异响\n怠速抖动", None)]),
        ("f30_array.json", [("T25-1", "轮胎鼓包", None)]),
        ("f30_macro.xlsm", [("T14-1", "带宏的表：大灯不亮", DAY)]),
        ("f30_old.xls", [("T12-1", "老格式表格：座椅异响", DAY)]),
        ("f30_unicode.txt", [("T03-1", "天窗漏水，换过胶条", DAY)]),
        ("f32_sep.csv", [("T01-1", "变速箱换挡顿挫", DAY), ("T01-2", "空调不制冷", datetime(2024, 1, 31))]),
        ("f34_strict.xlsx", [("T39-1", "严格格式：后备箱漏水", DAY)]),
    ],
)  # fmt: skip
def test_a_file_gives_its_complaints(night: Night, name: str, rows: list[Row]) -> None:
    assert taken(night, name) == (rows, [])


@pytest.mark.parametrize(
    ("name", "reason"),
    [("f01_headerless.csv", "no_header"), ("f33_password.xlsx", "password"), ("f37_onecol.csv", "too_many_cells")],
)
def test_a_file_that_cannot_be_read_says_why(night: Night, name: str, reason: str) -> None:
    assert taken(night, name) == ([], [reason])


@pytest.mark.parametrize("name", ["f20_dimension_short.xlsx", "f21_dimension_a1.xlsx"])
def test_a_lying_dimension_loses_no_row(night: Night, name: str) -> None:
    assert len(taken(night, name)[0]) == 5


def test_a_western_text_keeps_its_apostrophes(night: Night) -> None:
    assert "couldn’t" in taken(night, "f22_cp1252.csv")[0][0][1]


def test_a_history_in_halves_of_the_day_is_dated(night: Night) -> None:
    rows, _ = taken(night, "f09_history_am_pm.csv")
    assert (len(rows), len({received.date() for _, _, received in rows if received})) == (60, 60)


@pytest.mark.parametrize(("name", "tokens"), [("f12_serial_placeholder.csv", 0), ("f13_error_cells.xlsx", 0)])
def test_a_placeholder_is_no_vehicle(night: Night, name: str, tokens: int) -> None:
    taken(night, name)
    assert night.store.query("SELECT count(serial_token) FROM cases")[0][0] == tokens
