"""PFMEA forms as plants keep them give failure mode, effect, cause, S, O, D and AP in the right places."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from complaints.errors import ItemRefused
from complaints.master.accounts import MasterAccount, SheetLeft
from complaints.master.pfmea import read_pfmea
from complaints.tables import TableLimits
from complaints.tables.grid import read_grids

REAL = Path(__file__).parents[3] / ".." / "shared" / "data" / "real"
COLUMNS = (
    "station_id", "failure_mode", "symptom", "cause", "severity", "occurrence", "detection", "action_priority",
)  # fmt: skip

CHINESE: list[list[object]] = [
    ["结构分析（步骤二）", None, None, "失效分析（步骤四）", None, None, None, "风险分析（步骤五）", None, None, None,
     None, "优化（步骤六）", None, None, None, None],
    ["1. 过程项", "2. 过程步骤\n工位号及关注要素名称", "3. 过程工作要素\n4M类型", "失效影响（FE）", "严重度（S）",
     "过程步骤的失效模式（FM）", "失效起因（FC）", "现行预防控制（PC）", "频度（O）", "现行探测控制（DC）",
     "失效起因/失效模式的探测度（D）", "措施优先级（AP）", "预防措施", "严重度（S）", "频度（O）", "探测度（D）", "AP"],
    ["门总成", "OP30 门锁装配", "人", "车门关不严", 7, "锁扣错位", "定位销磨损", "日检", 4, "首件检验", 6, "高",
     "换销", 7, 2, 3, "低"],
    [None, None, "机", None, None, None, "夹具松动", "点检", 3, "目视", 8, "中", None, None, None, None, None],
]  # fmt: skip
ENGLISH: list[list[object]] = [
    ["Process FMEA", None, None, None, None, None, None, None, None, None],
    ["Process Step\nStation No. and Name of Focus Element", "Failure Effects (FE)", "Severity (S) of FE",
     "Failure Mode (FM) of the Focus Element", "Failure Cause (FC) of the Work Element",
     "Current Prevention Control (PC) of FC", "Occurrence (O) of FC", "Current Detection Control (DC) of FC or FM",
     "Detection (D) of FC/FM", "PFMEA AP"],
    ["OP30 Door latch", "Door does not close", 7, "Striker off place", "Pin worn", "Daily check", 4, "First piece", 6,
     "H"],
    [None, None, None, None, "Fixture loose", "Check", 3, "Visual", 8, "M"],
]  # fmt: skip
BEFORE_2019: list[list[object]] = [
    ["工序号", "工序名称", "潜在失效模式", "潜在失效后果", "严重度\nS", "潜在失效起因/机理", "频度\nO",
     "现行过程控制", None, "探测度\nD", "RPN", "措施结果", None, None],
    [None, None, None, None, None, None, None, "预防", "探测", None, None, "S", "O", "D"],
    ["OP30", "门锁装配", "锁扣错位", "车门关不严", 7, "定位销磨损", 4, "日检", "首件检验", 6, 168, 7, 2, 3],
    ["OP30", "门锁装配", "锁扣错位", "车门关不严", 7, "夹具松动", 3, "点检", "目视", 8, 168, 7, 2, 3],
]  # fmt: skip


STEPS = ["Process Step", "Failure Mode", "Root Cause"]
Rows = Sequence[Sequence[object]]


def book(path: Path, *sheets: Rows, merged: Sequence[str] = ()) -> Path:
    made = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = made.worksheets[0] if number == 0 else made.create_sheet()
        for row in rows:
            sheet.append(list(row))
        for area in merged:
            sheet.merge_cells(area)
    made.save(path)
    return path


def read(path: Path, own: dict[str, str] | None = None) -> MasterAccount:
    return read_pfmea(path.name, read_grids(path, TableLimits()), own or {})


def table(account: MasterAccount) -> list[tuple[str | None, ...]]:
    return [tuple(row.values.get(column) for column in COLUMNS) for row in account.rows]


def test_the_chinese_form_of_the_handbook(tmp_path: Path) -> None:
    assert table(read(book(tmp_path / "pfmea.xlsx", CHINESE))) == [
        ("OP30 门锁装配", "锁扣错位", "车门关不严", "定位销磨损", "7", "4", "6", "H"),
        ("OP30 门锁装配", "锁扣错位", "车门关不严", "夹具松动", "7", "3", "8", "M"),
    ]


def test_the_english_form_of_the_handbook(tmp_path: Path) -> None:
    path = book(tmp_path / "pfmea.xlsx", ENGLISH, merged=("A1:J1", "A3:A4", "B3:B4", "C3:C4", "D3:D4"))
    assert table(read(path)) == [
        ("OP30 Door latch", "Striker off place", "Door does not close", "Pin worn", "7", "4", "6", "H"),
        ("OP30 Door latch", "Striker off place", "Door does not close", "Fixture loose", "7", "3", "8", "M"),
    ]


def test_the_form_before_the_handbook(tmp_path: Path) -> None:
    assert table(read(book(tmp_path / "pfmea.xlsx", BEFORE_2019, merged=("H1:I1", "L1:N1")))) == [
        ("OP30", "锁扣错位", "车门关不严", "定位销磨损", "7", "4", "6", None),
        ("OP30", "锁扣错位", "车门关不严", "夹具松动", "7", "3", "8", None),
    ]


def test_ratings_after_the_action_fill_no_gap_of_those_before(tmp_path: Path) -> None:
    rows = [list(row) for row in CHINESE]
    rows[2][8] = None
    assert read(book(tmp_path / "pfmea.xlsx", rows)).rows[0].values.get("occurrence") is None


def test_a_column_of_numbers_is_no_cause(tmp_path: Path) -> None:
    rows: Rows = [["工位", "失效模式", "失效起因"], ["OP1", "漏装", 3], ["OP2", "错装", 5]]
    account = read(book(tmp_path / "pfmea.xlsx", rows))
    assert [(p.head, p.why, p.column) for p in account.passed] == [("失效起因", "unlike", "cause")]


def test_a_cell_beyond_the_ratings_is_left_out_and_counted(tmp_path: Path) -> None:
    rows: Rows = [["工位", "失效模式", "严重度"], ["OP1", "漏装", 3], ["OP2", "错装", 5], ["OP3", "划伤", 12]]
    account = read(book(tmp_path / "pfmea.xlsx", rows))
    assert (account.bad_values["severity"], account.rows[2].values.get("severity")) == (1, None)


def test_a_form_without_stations_is_read_by_its_steps(tmp_path: Path) -> None:
    rows: Rows = [["Process Step", "Failure Mode", "Root Cause"], ["Sealing", "Channel", "Jaw off line"]]
    assert read(book(tmp_path / "pfmea.xlsx", rows)).rows[0].values["station_id"] == "Sealing"


def test_ratings_on_a_sheet_of_their_own_join_the_one_failure_mode(tmp_path: Path) -> None:
    causes: Rows = [
        STEPS,
        ["Sealing", "Channel in the seal (> 1 mm)", "Jaw off line"],
    ]
    ratings: Rows = [["Failure Mode", "S", "O", "D", "AP"], ["Channel in the seal", 9, 4, 6, "H"]]
    assert table(read(book(tmp_path / "pfmea.xlsx", causes, ratings)))[0][4:] == ("9", "4", "6", "H")


def test_ratings_that_two_failure_modes_could_mean_join_none(tmp_path: Path) -> None:
    causes: Rows = [
        STEPS,
        ["Sealing", "Channel in the seal, left", "Jaw off line"],
        ["Sealing", "Channel in the seal, right", "Wrinkle"],
    ]
    ratings: Rows = [["Failure Mode", "S", "O", "D"], ["Channel in the seal", 9, 4, 6]]
    account = read(book(tmp_path / "pfmea.xlsx", causes, ratings))
    assert (account.unjoined, [row.values.get("severity") for row in account.rows]) == (1, [None, None])


def test_every_sheet_is_read_and_a_repeated_row_counts_once(tmp_path: Path) -> None:
    one: Rows = [["工位", "失效模式"], ["OP1", "漏装"], ["OP2", "错装"]]
    two: Rows = [["工位", "失效模式"], ["OP2", "错装"], ["OP3", "划伤"]]
    account = read(book(tmp_path / "pfmea.xlsx", one, two))
    assert ([row.values["station_id"] for row in account.rows], account.repeated) == (["OP1", "OP2", "OP3"], 1)


def test_a_hidden_sheet_is_named_and_not_read(tmp_path: Path) -> None:
    path = book(tmp_path / "pfmea.xlsx", [["工位", "失效模式"], ["OP1", "漏装"]], [["工位", "失效模式"], ["OP9", "旧"]])
    made = openpyxl.load_workbook(path)
    made.worksheets[1].sheet_state = "hidden"
    made.save(path)
    account = read(path)
    assert (len(account.rows), account.sheets_left) == (1, [SheetLeft(made.worksheets[1].title, "hidden")])


def test_a_foot_over_the_whole_width_is_no_failure(tmp_path: Path) -> None:
    rows: Rows = [["工位", "失效模式", "起因"], ["OP1", "漏装", "疏忽"], ["第 1 页", None, None]]
    assert len(read(book(tmp_path / "pfmea.xlsx", rows, merged=("A3:C3",))).rows) == 1


def test_a_form_saved_as_csv_is_read_by_meaning_too(tmp_path: Path) -> None:
    path = tmp_path / "pfmea.csv"
    path.write_text("工位号,失效模式（FM）,失效起因/失效模式的探测度（D）\nOP1,漏装,4\n", encoding="gb18030")
    assert read(path).rows[0].values == {"station_id": "OP1", "failure_mode": "漏装", "detection": "4"}


def test_a_table_without_failure_modes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ItemRefused, match="failure_mode"):
        read(book(tmp_path / "pfmea.xlsx", [["工位", "零部件"], ["OP1", "门锁"]]))


@pytest.mark.parametrize("name", ["pfmea_aiag_vda_2019", "pfmea_spinal_peek_cage", "pfmea_sterile_packaging"])
def test_forms_of_seven_steps_are_whole(name: str) -> None:
    path = REAL / "pfmea_aiag_vda_template" / f"{name}.xlsx"
    if not path.is_file():
        pytest.skip("the folder of real forms is not beside the checkout")
    account = read(path)
    rows = table(account)
    assert (len(rows), account.unjoined, all(all(row) for row in rows)) == (6, 0, True)


def test_a_real_form_of_four_sheets_before_the_handbook() -> None:
    path = REAL / "workbooks" / "a_pfmea_water_heater.xlsx"
    if not path.is_file():
        pytest.skip("the folder of real forms is not beside the checkout")
    account = read(path)
    first = account.rows[0].values
    assert (len(account.rows), account.repeated, first["severity"], first["occurrence"], first["detection"]) == (
        50, 16, "9", "3", "9",
    )  # fmt: skip
