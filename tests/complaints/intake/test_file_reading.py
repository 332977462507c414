"""The account of a file: each of its rows is a complaint, a repeat, replaced, quarantined or left out, and is told."""

from __future__ import annotations

import json
import random
from pathlib import Path

import openpyxl
import pytest

from complaints.console.status import read_status
from complaints.console.terminal import print_status
from complaints.records import OtherFiles
from complaints.run.night import Night
from tests.complaints.intake.inbox import accounts, in_process, put, take

pytestmark = pytest.mark.usefixtures(in_process.__name__)

WORDS = ("变速箱顿挫", "底盘异响", "漏油", "空调不制冷", "刹车抖动，低速更明显", "仪表黑屏后重启")
DATES = ("2026-01-05", "2026/02/03", "上周", "", "2027-01-01")


def invented(random_: random.Random, rows: int) -> list[list[str]]:
    """Rows of every kind: numbered twice, undated, without text, sums, repeated headers, repeats."""
    made: list[list[str]] = []
    for _ in range(rows):
        kind = random_.random()
        if kind < 0.05:
            made.append(["合计", "", ""])
        elif kind < 0.1:
            made.append(["complaint_id", "received_at", "text"])
        elif kind < 0.15:
            made.append([f"K{random_.randrange(30)}", random_.choice(DATES), ""])
        elif kind < 0.25 and made:
            made.append(list(random_.choice(made)))
        else:
            number = random_.choice(("", f"K{random_.randrange(30)}"))
            made.append([number, random_.choice(DATES), random_.choice(WORDS)])
    return made


def in_form(path: Path, rows: list[list[str]]) -> None:
    """Write rows in the form that a name says."""
    head = ["complaint_id", "received_at", "text"]
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in ([["投诉清单"]], [head], rows):
            for cells in row:
                book.active.append(cells)
        book.save(path)
    elif path.suffix == ".jsonl":
        lines = [json.dumps(dict(zip(head, row, strict=True)), ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
    else:
        tab = "\t" if path.suffix == ".tsv" else ","
        lines = [
            tab.join(f'"{cell}"' if "，" in cell and tab == "," else cell for cell in row) for row in [head, *rows]
        ]
        path.write_text("\n".join([*lines, *(["a,b,c,d,e"] if tab == "," else [])]), encoding="utf-8")


@pytest.mark.parametrize("seed", range(4))
def test_the_account_holds_for_files_of_every_form_and_over_several_runs(night: Night, seed: int) -> None:
    random_ = random.Random(seed)
    expected: dict[str, int] = {}
    for _ in range(3):
        for name in ("a.csv", "b.tsv", "c.xlsx", "d.jsonl"):
            rows = invented(random_, random_.randrange(1, 60))
            in_form(put(night, name, ""), rows)
            expected[name] = sum(any(row) for row in rows) + (name == "a.csv")
        take(night)
        found = accounts(night)
        assert {name: one.rows for name, one in found.items()} == expected
        # What stands in the store stands in just one file; rows that left a file since are in none.
        assert sum(one.complaints for one in found.values()) <= night.store.query("SELECT count(*) FROM cases")[0][0]


@pytest.mark.parametrize("seed", range(3))
def test_complaints_of_all_files_are_the_cases(night: Night, seed: int) -> None:
    random_ = random.Random(seed)
    for number in range(4):
        in_form(put(night, f"{number}.csv", "", number), invented(random_, 50))
        take(night)
        counted = sum(one.complaints for one in accounts(night).values())
        assert counted == night.store.query("SELECT count(*) FROM cases")[0][0]


def test_undated_and_future_complaints_are_told_by_file(night: Night) -> None:
    put(night, "t.csv", "text,received_at\n顿挫,上周\n异响,2026-07-01\n漏油,2026-01-01\n")
    take(night)
    account = accounts(night)["t.csv"]
    assert (account.undated, account.future) == (1, 1)


def test_rows_and_sheets_that_are_left_out_are_told_with_their_reason(night: Night) -> None:
    path = put(night, "t.xlsx", "")
    book = openpyxl.Workbook()
    for row in (["text", "received_at"], ["顿挫", "2026-01-01"], ["合计", "1"]):
        book.active.append(row)
    hidden = book.create_sheet("旧表")
    hidden.append(["text"])
    hidden.append(["漏油"])
    hidden.sheet_state = "hidden"
    book.save(path)
    take(night)
    account = accounts(night)["t.xlsx"]
    assert (json.loads(account.reasons), json.loads(account.sheets)) == ({"subtotal": 1}, [["旧表", "hidden"]])


def test_a_file_that_is_read_again_counts_its_rows_once(night: Night) -> None:
    put(night, "t.csv", "text\n顿挫\n异响\n")
    take(night)
    put(night, "t.csv", "text\n顿挫\n异响\n漏油\n", 1)
    take(night)
    assert (accounts(night)["t.csv"].complaints, accounts(night)["t.csv"].repeats) == (3, 0)


def test_rows_of_an_earlier_file_are_repeats(night: Night) -> None:
    put(night, "1.csv", "text\n顿挫\n异响\n")
    put(night, "2.csv", "text\n顿挫\n异响\n漏油\n", 1)
    take(night)
    assert (accounts(night)["2.csv"].complaints, accounts(night)["2.csv"].repeats) == (1, 2)


def test_files_whose_names_are_one_when_redacted_have_an_account_each(night: Night) -> None:
    put(night, "13900001234.csv", "text\n顿挫\n")
    put(night, "13900005678.csv", "text\n异响\n漏油\n", 1)
    take(night)
    rows = night.store.query("SELECT source_ref, rows FROM file_accounts ORDER BY rows")
    assert (rows[0][0] == rows[1][0], rows[0][1], rows[1][1]) == (True, 1, 2)


def test_a_list_of_recordings_has_an_account_too(night: Night) -> None:
    put(night, "a.wav", "sound")
    put(night, "calls.csv", "file,product\na.wav,S5\na.wav,S5\nnone.wav,S5\n,S5\nb.wav,S5\nb.wav,S6\n")
    take(night)
    account = accounts(night)["calls.csv"]
    assert (account.rows, account.complaints, account.repeats, account.quarantined) == (6, 1, 1, 2)
    assert json.loads(account.reasons) == {"no_recording": 2}
    put(night, "b.wav", "another sound", 1)
    take(night)
    assert accounts(night)["calls.csv"].complaints == 2
    (night.workspace.inbox / "calls.csv").unlink()
    take(night)
    assert accounts(night) == {}


def test_other_files_are_counted_by_kind_and_never_by_a_name(night: Night) -> None:
    for name in ("a.pdf", "b.PDF", "c.eml", "照片.jpg", "投诉.张伟", "13900001234", "x.13900001234"):
        put(night, name, b"x")
    take(night)
    found = {row.kind: row.files for row in night.store.rows(OtherFiles)}
    assert found == {"pdf": 2, "eml": 1, "jpg": 1, "other": 3}


def test_status_tells_the_account_of_each_file(night: Night, capsys: pytest.CaptureFixture[str]) -> None:
    put(night, "t.csv", "complaint_id,text,received_at\nA,顿挫,上周\nA,空调不制冷,2026-01-01\n合计,,\n")
    put(night, "b.pdf", b"x")
    take(night)
    night.store.close()
    night.private.close()
    status = read_status(night.workspace)
    (account,) = status.as_json()["accounts"]
    assert (account["rows"], account["complaints"], account["undated"], account["reasons"]) == (
        3,
        2,
        1,
        {"subtotal": 1},
    )
    assert (status.other_files, status.row_relations[0]["relation"]) == ({"pdf": 1}, "shares_id")
    print_status(status, "en")
    told = capsys.readouterr().out
    assert "t.csv#3 → t.csv#2" in told
    assert "pdf 1" in told
