"""master/: finding, encodings, headers, required columns, PFMEA workbooks, and large tables through DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pytest

from complaints.errors import ExitCode, MasterDataError
from complaints.master.reader import find_master, master_digests, open_large, plant_terms, read_small


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_a_missing_table_is_none(tmp_path: Path) -> None:
    assert find_master(tmp_path, "stations") is None
    assert read_small(tmp_path, "stations") is None


def test_a_missing_folder_is_no_error(tmp_path: Path) -> None:
    assert find_master(tmp_path / "nowhere", "units") is None


def test_templates_are_never_read(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    write(tmp_path / "templates", "stations.csv", "station_id,name\nS1,one\n")
    assert find_master(tmp_path, "stations") is None


def test_two_files_for_one_table_are_refused_and_both_named(tmp_path: Path) -> None:
    write(tmp_path, "stations.csv", "station_id,name\nS1,one\n")
    write(tmp_path, "stations.jsonl", '{"station_id": "S1", "name": "one"}\n')
    with pytest.raises(MasterDataError, match=r"stations\.csv, stations\.jsonl") as caught:
        find_master(tmp_path, "stations")
    assert caught.value.exit_code == ExitCode.CONFIGURATION


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "stations.csv", "station_id,name\nS1,one\n")
    write(tmp_path, "stations.csv.bak", "nonsense")
    write(tmp_path, "~$stations.xlsx", "lock")
    assert find_master(tmp_path, "stations") == tmp_path / "stations.csv"


def test_chinese_headers_are_the_same_columns(tmp_path: Path) -> None:
    write(tmp_path, "routing.csv", "零部件,工位号,工序\n减震器,ST10,拧紧\n")
    rows = read_small(tmp_path, "routing")
    assert rows is not None
    assert rows[0].values == {"component": "减震器", "station_id": "ST10", "operation": "拧紧"}


def test_a_gb18030_table_reads_like_a_utf8_one(tmp_path: Path) -> None:
    write(tmp_path, "stations.csv", "工位号,工位名称\nST10,前减震器装配\n", "gb18030")
    rows = read_small(tmp_path, "stations")
    assert rows is not None and rows[0].values["name"] == "前减震器装配"


def test_bytes_of_no_encoding_are_refused(tmp_path: Path) -> None:
    (tmp_path / "stations.csv").write_bytes(b"station_id,name\nS1,\xff\xff\xff\n")
    with pytest.raises(MasterDataError, match="row 2"):
        read_small(tmp_path, "stations")


def test_a_missing_required_column_is_refused_with_the_headers_that_are_there(tmp_path: Path) -> None:
    write(tmp_path, "stations.csv", "station_id,colour\nS1,red\n")
    with pytest.raises(MasterDataError, match=r"no column name.*colour"):
        read_small(tmp_path, "stations")


def test_a_changed_file_changes_its_digest(tmp_path: Path) -> None:
    write(tmp_path, "lots.csv", "part_lot\nL1\n")
    before = master_digests(tmp_path)
    write(tmp_path, "lots.csv", "part_lot\nL2\n")
    assert master_digests(tmp_path).keys() == before.keys() == {"lots"}
    assert master_digests(tmp_path) != before


@pytest.mark.parametrize(
    ("name", "text", "encoding"),
    [
        ("units.csv", "车架号,车型,生产日期\nTEST0001,P1,2026-01-05\n", "utf-8"),
        ("units.csv", "车架号,车型,生产日期\nTEST0001,P1,2026-01-05\n", "utf-8-sig"),
        ("units.csv", "车架号,车型,生产日期\nTEST0001,P1,2026-01-05\n", "gb18030"),
        ("units.csv", "车架号;车型;生产日期\nTEST0001;P1;2026-01-05\n", "utf-8"),
        ("units.tsv", "车架号\t车型\t生产日期\nTEST0001\tP1\t2026-01-05\n", "utf-16"),
        ("units.jsonl", '{"VIN": "TEST0001", "车型": "P1", "生产日期": "2026-01-05"}\n', "utf-8"),
    ],
)
def test_a_large_table_is_the_same_view_from_every_format(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, name: str, text: str, encoding: str
) -> None:
    write(tmp_path, name, text, encoding)
    with open_large(connection, tmp_path, "units", tmp_path) as columns:
        assert columns == ("serial", "product", "built_at")
        assert connection.execute("SELECT serial, product, built_at FROM master_units").fetchall() == [
            ("TEST0001", "P1", "2026-01-05")
        ]


def test_a_large_workbook_and_parquet_read_alike(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["vin", "product"])
    book.active.append(["TEST0001", "P1"])
    book.save(tmp_path / "units.xlsx")
    with open_large(connection, tmp_path, "units", tmp_path):
        from_workbook = connection.execute("SELECT * FROM master_units").fetchall()
    (tmp_path / "units.xlsx").unlink()
    connection.execute(
        f"COPY (SELECT 'TEST0001' AS vin, 'P1' AS product) TO '{tmp_path}/units.parquet' (FORMAT parquet)"
    )
    with open_large(connection, tmp_path, "units", tmp_path):
        assert connection.execute("SELECT * FROM master_units").fetchall() == from_workbook == [("TEST0001", "P1")]


def test_blank_cells_of_a_large_table_are_null(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    write(tmp_path, "units.csv", "serial,product\nTEST0001,  \n")
    with open_large(connection, tmp_path, "units", tmp_path):
        assert connection.execute("SELECT product FROM master_units").fetchall() == [(None,)]


def test_the_view_and_the_rewritten_copy_are_gone_afterwards(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    write(tmp_path, "units.csv", "车架号,车型\nTEST0001,轿车\n", "gb18030")
    with open_large(connection, tmp_path, "units", scratch):
        assert list(scratch.rglob("*.csv"))
    assert list(scratch.iterdir()) == []
    assert connection.execute("SELECT count(*) FROM duckdb_views() WHERE view_name = 'master_units'").fetchall() == [
        (0,)
    ]


def test_a_ragged_large_table_is_refused_without_quoting_the_row(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    write(tmp_path, "units.csv", "serial,product\nTEST0001,P1\nTEST0002,P1,SECRET,more\n")
    with (
        pytest.raises(MasterDataError, match=r"master/units\.csv") as caught,
        open_large(connection, tmp_path, "units", tmp_path),
    ):
        pass
    assert "SECRET" not in str(caught.value)


def test_windows_line_ends_and_quoted_line_breaks_of_a_large_table(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    write(tmp_path, "units.csv", 'serial,product\r\nTEST0001,"P1, ""big""\nbox"\r\nTEST0002,P2\r\n')
    with open_large(connection, tmp_path, "units", tmp_path):
        found = connection.execute("SELECT * FROM master_units ORDER BY 1").fetchall()
    assert found == [("TEST0001", 'P1, "big"\nbox'), ("TEST0002", "P2")]


def test_two_columns_of_one_name_are_refused(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    write(tmp_path, "units.csv", "serial,product,product\nTEST0001,P1,P2\n")
    with pytest.raises(MasterDataError, match="product"), open_large(connection, tmp_path, "units", tmp_path):
        pass


def test_a_large_table_without_its_required_column_is_refused(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    write(tmp_path, "genealogy.csv", "serial,torque\nTEST0001,1\n")
    with (
        pytest.raises(MasterDataError, match="no column station_id"),
        open_large(connection, tmp_path, "genealogy", tmp_path),
    ):
        pass


def test_an_empty_large_table_is_refused(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    write(tmp_path, "units.csv", "")
    with pytest.raises(MasterDataError, match="empty"), open_large(connection, tmp_path, "units", tmp_path):
        pass


def pfmea_book(path: Path) -> None:
    """Write the usual layout: a title, a header of two rows with merged groups, merged stations and failure modes."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "过程失效模式及后果分析 PFMEA"
    sheet.merge_cells("A1:K1")
    sheet.append(["编制:", "质量部"])
    sheet.append(
        [
            "工位",
            "零部件",
            "潜在失效模式\nFailure Mode",
            "潜在失效后果",
            "严重度(S)",
            "潜在失效起因/机理",
            "现行过程控制",
            None,
            "措施结果",
        ]
    )
    sheet.append([None, None, None, None, None, None, "频度（O）", "探测度（D）", "频度（O）"])
    for column in "ABCDEF":
        sheet.merge_cells(f"{column}3:{column}4")
    sheet.merge_cells("G3:H3")
    sheet.append(["ST10", "减震器", "扭矩不足", "异响", 6, "枪未校准", 5, 4, 2])
    sheet.append([None, None, None, None, None, "程序选错", 3, 4, 1])
    sheet.append([None, "弹簧", "装反", "异响", 7, "无防错", 2, 6, 1])
    sheet.append(["ST20", "空调", "漏冷媒", "不制冷", 8, "抽真空不足", 3, 5, 1])
    sheet.merge_cells("A5:A7")
    for column in "BCDE":
        sheet.merge_cells(f"{column}5:{column}6")
    book.save(path)


def test_a_pfmea_workbook_with_merged_cells_and_two_header_rows(tmp_path: Path) -> None:
    pfmea_book(tmp_path / "pfmea.xlsx")
    rows = read_small(tmp_path, "pfmea")
    assert rows is not None
    found = [tuple(row.values.get(c) for c in ("station_id", "failure_mode", "cause", "severity")) for row in rows]
    assert found == [
        ("ST10", "扭矩不足", "枪未校准", "6"),
        ("ST10", "扭矩不足", "程序选错", "6"),
        ("ST10", "装反", "无防错", "7"),
        ("ST20", "漏冷媒", "抽真空不足", "8"),
    ]


def test_the_ratings_before_improvement_count(tmp_path: Path) -> None:
    pfmea_book(tmp_path / "pfmea.xlsx")
    rows = read_small(tmp_path, "pfmea")
    assert rows is not None
    assert [row.values["occurrence"] for row in rows] == ["5", "3", "2", "3"]


def test_row_numbers_are_those_of_the_sheet(tmp_path: Path) -> None:
    pfmea_book(tmp_path / "pfmea.xlsx")
    rows = read_small(tmp_path, "pfmea")
    assert rows is not None
    assert [row.number for row in rows] == [5, 6, 7, 8]


def test_blanks_below_a_station_mean_the_same_station_without_merging(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Station", "Failure Mode (FM)", "Failure Cause (FC)", "Occurrence (O) of FC"])
    sheet.append(["ST10", "Loose bolt", "Gun", 4])
    sheet.append([None, None, "Program", 3])
    sheet.append([None, "Wrong part", "Mixed up", 2])
    book.save(tmp_path / "pfmea.xlsx")
    rows = read_small(tmp_path, "pfmea")
    assert rows is not None
    assert [(r.values["station_id"], r.values["failure_mode"]) for r in rows] == [
        ("ST10", "Loose bolt"),
        ("ST10", "Loose bolt"),
        ("ST10", "Wrong part"),
    ]


def test_a_workbook_without_a_failure_mode_column_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["工位", "零部件"])
    book.active.append(["ST10", "减震器"])
    book.save(tmp_path / "pfmea.xlsx")
    with pytest.raises(MasterDataError, match="failure_mode"):
        read_small(tmp_path, "pfmea")


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pfmea.xlsx").write_bytes(b"no zip")
    with pytest.raises(MasterDataError, match="workbook"):
        read_small(tmp_path, "pfmea")


def test_plant_terms_in_chinese(tmp_path: Path) -> None:
    write(tmp_path, "dictionary.csv", "词,类别,编码,语言\n咕噜响,症状,abnormal_noise,中文\n大包围,零部件,,\n")
    found = [(t.term, t.kind, t.code, t.language) for t in plant_terms(tmp_path)]
    assert found == [("咕噜响", "symptom", "abnormal_noise", "zh"), ("大包围", "component", None, None)]


def test_an_unknown_kind_of_term_names_its_row(tmp_path: Path) -> None:
    write(tmp_path, "dictionary.csv", "term,kind\n咕噜响,symptom\n咚咚,verb\n")
    with pytest.raises(MasterDataError, match="row 3"):
        plant_terms(tmp_path)


def test_no_dictionary_means_no_terms(tmp_path: Path) -> None:
    assert plant_terms(tmp_path) == []
