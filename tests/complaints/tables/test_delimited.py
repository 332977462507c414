"""Rows of delimited texts, however their quotes, separators and lines are broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.complaints.tables.tables import read, texts, written

HEAD = "complaint_id,text,received_at\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('K1,"座椅晃,2026-01-01\nK2,漏油,2026-01-02\nK3,异味,2026-01-03\n', ["座椅晃", "漏油", "异味"]),
        ('K1,漏油,2026-01-01\nK2,"异味,2026-01-02\nK3,"说""响""了",2026-01-03\n', ["漏油", "异味", '说"响"了']),
        ('K1,19" 轮毂变形,2026-01-01\nK2,漏油,2026-01-02\n', ['19" 轮毂变形', "漏油"]),
        ('K1,漏油,"2026-01-01\nK2,异味,2026-01-02\n', ["漏油", "异味"]),
        ('"K1,漏油,2026-01-01\n"K2,异味,2026-01-02\nK3,异响,2026-01-03\n', ["漏油", "异味", "异响"]),
        ('K1,漏油,2026-01-01\nK2,"异味,\nK3,异响,2026-01-03\n', ["漏油", "异味", "异响"]),
    ],
)
def test_a_quote_that_is_not_closed_swallows_no_row(tmp_path: Path, body: str, expected: list[str]) -> None:
    assert texts(written(tmp_path / "t.csv", HEAD + body)) == expected


def test_a_row_that_no_reading_fits_is_refused_by_itself(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", HEAD + 'K1,"漏油,然后,又漏,2026-01-01\nK2,异味,2026-01-02\n')
    assert texts(path) == ["[unclosed_quote]", "异味"]


@pytest.mark.parametrize(
    "text",
    [
        "第一行\n第二行",
        "一、漏油，很多\n二、异响，也多\n三、抖动",
        "他说：\n\n没有, 真的\n",
        "a,b\nc,d",
        "日期,地点\n2026,杭州",
    ],
)
def test_a_text_of_several_lines_stays_one(tmp_path: Path, text: str) -> None:
    path = written(tmp_path / "t.csv", f'{HEAD}K1,"{text}",2026-01-01\nK2,漏油,2026-01-02\n')
    rows, _ = read(path)
    assert [row.values["complaint_id"] for row in rows] == ["K1", "K2"]
    assert rows[0].values["text"] == text.strip()


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("t.tsv", 'a\t"内胎\t2026-01-01\nb\t漏油\t2026-01-02\n', ['"内胎', "漏油"]),
        ("t.tsv", 'a\t6" 屏幕黑\t2026-01-01\nb\t漏油\t2026-01-02\n', ['6" 屏幕黑', "漏油"]),
        ("t.txt", 'a\t"有逗号, 的"\t2026-01-01\nb\t漏油\t2026-01-02\n', ["有逗号, 的", "漏油"]),
    ],
)
def test_a_tab_separated_text_knows_no_quoting_but_excels_own(
    tmp_path: Path, name: str, body: str, expected: list[str]
) -> None:
    assert texts(written(tmp_path / name, HEAD.replace(",", "\t") + body)) == expected


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line", ["sep={}\n", "SEP={}\r\n", '"sep={}"\n', "\ufeffsep={}\n"])
def test_excels_own_first_line_names_the_separator(tmp_path: Path, separator: str, line: str) -> None:
    table = (HEAD + "K1,漏油 很多,2026-01-01\n").replace(",", separator)
    assert texts(written(tmp_path / "t.csv", line.format(separator) + table)) == ["漏油 很多"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_seen_behind_a_title(tmp_path: Path, separator: str) -> None:
    table = (HEAD + "K1,漏油,2026-01-01\n" * 3).replace(",", separator)
    assert texts(written(tmp_path / "t.csv", "投诉清单\n\n" + table)) == ["漏油"] * 3


@pytest.mark.parametrize(
    ("cell", "text"),
    [("刹车\0异响", "刹车异响"), ("门_x000D_响", "门\n响"), ("门_x000d_\n响", "门\n响"),
     ("won&#39;t &amp; can&rsquo;t", "won't & can’t"),
     ("#N/A", ""), ("#REF!", ""), ("#VALUE!", ""), ("R&D", "R&D"), ("a_x0041_b", "a_x0041_b")],
)  # fmt: skip
def test_what_programs_leave_in_cells_is_cleaned(tmp_path: Path, cell: str, text: str) -> None:
    rows, _ = read(written(tmp_path / "t.csv", f'complaint_id,text\nK1,"{cell}"\n'))
    assert rows[0].values.get("text", "") == text


def test_a_row_with_a_cell_too_many_says_how_many(tmp_path: Path) -> None:
    rows, _ = read(written(tmp_path / "t.csv", "text\n刹车, 而且抖\n"))
    assert rows[0].problem is not None
    assert rows[0].problem.detail().values["what"].values == {"cells": 2, "columns": 1}


def test_a_line_without_end_costs_one_row(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", f"{HEAD}K1,{'长' * 3_000_000},2026-01-01\nK2,漏油,2026-01-02\n")
    assert texts(path) == ["[too_long]", "漏油"]
