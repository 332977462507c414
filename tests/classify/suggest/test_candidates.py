"""Accepted suggestions in the plant's own dictionary, whatever its file looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify.suggest.candidates import Suggestion, accept_terms, write_suggestions
from complaints.errors import UsageError
from complaints.master.reader import plant_terms


def suggestion(term: str) -> Suggestion:
    return Suggestion(term, "zh", 4, 0.8, "odour", 0.9, ("开空调冒蓝烟",))


@pytest.mark.parametrize(
    ("before", "encoding"),
    [
        ("", "utf-8"),
        ("term,kind,code,language\n咕噜响,symptom,abnormal_noise,zh", "utf-8-sig"),
        ("语言;术语;类别;代码\nzh;咕噜响;symptom;abnormal_noise\n", "gb18030"),
    ],
)
def test_a_term_is_added_in_the_columns_of_the_file(tmp_path: Path, before: str, encoding: str) -> None:
    if before:
        (tmp_path / "dictionary.csv").write_text(before, encoding=encoding)
    accept_terms(tmp_path, [suggestion("冒蓝烟")], ["冒蓝烟"])
    found = [(term.term, term.kind, term.code, term.language) for term in plant_terms(tmp_path)]
    assert found == [
        ("冒蓝烟", "symptom", "odour", "zh"), *([("咕噜响", "symptom", "abnormal_noise", "zh")] if before else []),
    ]  # fmt: skip


def test_a_term_with_a_comma_stays_one_cell(tmp_path: Path) -> None:
    accept_terms(tmp_path, [suggestion("smokes, blue")], ["smokes, blue"])
    assert [term.term for term in plant_terms(tmp_path)] == ["smokes, blue"]


def test_a_term_that_was_not_suggested_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not among the suggestions"):
        accept_terms(tmp_path, [suggestion("冒蓝烟")], ["冒白烟"])


def test_a_dictionary_that_is_no_csv_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "dictionary.xlsx").write_bytes(b"")
    with pytest.raises(UsageError, match="by hand"):
        accept_terms(tmp_path, [suggestion("冒蓝烟")], ["冒蓝烟"])


def test_written_suggestions_open_in_a_spreadsheet_without_running(tmp_path: Path) -> None:
    write_suggestions(tmp_path / "s.csv", [suggestion("=1+1")])
    content = (tmp_path / "s.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in content.decode("utf-8-sig")
