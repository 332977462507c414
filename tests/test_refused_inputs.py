"""Nobody is published by an error: invented persons in refused inputs of every kind, looked for in all that is written.

A file is refused for what it lacks, and the sentence that says so must not quote what it holds instead.
"""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from complaints.console.status import read_status
from complaints.console.terminal import print_status
from complaints.dictionary import load_dictionary
from complaints.errors import MasterDataError
from complaints.intake import Intake
from complaints.master import check_master
from complaints.outputs.export import export_tables
from complaints.outputs.snapshot import write_snapshot
from complaints.records import Quarantine
from complaints.run.night import Night
from complaints.run_log import RunLog
from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace
from reports.stage import Stage as Reports
from tests.complaints.intake.inbox import put
from tests.reports.invented import make_night

NAME, PHONE, PLATE, VIN = "王建国", "13912349876", "京A12345", "LSVAA11B0C1000001"
STREET, MAIL, OTHER_NAME = "张杨路500号", "wangjg1971@example.com", "李秀英"
CANARIES = (NAME, PHONE, PLATE, VIN, STREET, MAIL, OTHER_NAME)
PERSON = [NAME, PHONE, PLATE, VIN, f"上海市浦东新区{STREET}", MAIL, OTHER_NAME]
LINE = ",".join(PERSON)


def packed(path: Path, rows: list[list[str]], title: str = "Sheet1", *, hidden: bool = False) -> None:
    """Write a workbook of one sheet, or with a hidden one besides."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    if hidden:
        sheet = book.create_sheet(f"{NAME} {PHONE}")
        sheet.sheet_state = "hidden"
        sheet.append(["text"])
        sheet.append([LINE])
    book.save(path)


def tables(night: Night) -> None:
    """Tables that are refused as a whole."""
    put(night, "headerless.csv", f"{LINE}\n{LINE}\n")
    put(night, "one row.csv", LINE)
    put(night, "headerless.tsv", LINE.replace(",", "\t"))
    put(night, "headerless.txt", LINE.replace(",", "\t"))
    put(night, "names alone.csv", f"{NAME},{OTHER_NAME}\n{OTHER_NAME},{NAME}\n")
    put(night, "name and fault.csv", f"{NAME},漏油\n{OTHER_NAME},异响\n")
    put(night, "title.csv", f"客户{NAME}（{PHONE}）投诉清单\n姓名,电话\n{NAME},{PHONE}\n")
    put(night, "title of a person.csv", f"{NAME}\n姓名,电话\n{OTHER_NAME},{PHONE}\n")
    put(night, "keys.json", json.dumps([{NAME: PHONE, PHONE: NAME}], ensure_ascii=False))
    put(night, "keys.jsonl", json.dumps({NAME: PHONE, f"{STREET}": MAIL}, ensure_ascii=False))
    put(night, "broken.json", f'[{{"text": "{LINE}"')
    put(night, "words.json", json.dumps([NAME, PHONE], ensure_ascii=False))
    put(night, "packed.csv.gz", gzip.compress(LINE.encode()))
    put(night, "no gzip.csv.gz", LINE)
    put(night, "bytes.csv", f"text\n{LINE}\n".encode() + b"\xff\xff\xff\n")
    put(night, "no workbook.xlsx", LINE)
    put(night, "no workbook.xls", f"{NAME} {PHONE}")
    put(night, "no parquet.parquet", LINE)
    put(night, "page.xls", f"<html><table><tr><td>{NAME}</td><td>{PHONE}</td></tr></table></html>")
    put(night, "quote.csv", f'text,phone\n"{LINE}\n{LINE}\n')
    packed(put(night, "headerless.xlsx", b""), [PERSON, PERSON])
    packed(put(night, "sheet of a person.xlsx", b""), [["a", "b"], PERSON[:2]], f"{NAME} {PHONE}")
    pq.write_table(pa.table({NAME: [PHONE], PHONE: [NAME]}), put(night, "columns.parquet", b""))
    put(night, "twice.csv", f"投诉内容,问题描述\n{LINE}\n")


def rows(night: Night) -> None:
    """Rows that are refused or left out, heads that mean nothing, sheets that are not read."""
    put(night, "wide.csv", f"text,complaint_id\n漏油,A1\n{LINE}\n")
    put(night, "no text.csv", f"text,name,phone\n,{NAME},{PHONE}\n")
    put(night, "sums.csv", f"text,name\n漏油,x\n合计,{NAME}\n")
    put(night, "heads.csv", f"text,{NAME},{PHONE},{VIN},{MAIL},上海市浦东新区{STREET}\n漏油,x,x,x,x,x\n")
    put(night, "long.csv", f"text,note\n漏油,{LINE * 20_000}\n")
    packed(put(night, "hidden.xlsx", b""), [["text"], ["漏油"]], hidden=True)
    put(night, "ids.csv", f"complaint_id,text\n{PHONE},漏油\n{PHONE},异响\n{VIN},顿挫\n")
    put(night, f"{PHONE}.pdf", b"x")
    put(night, f"scan.{PHONE}", b"x")
    put(night, f"投诉.{NAME}", b"x")


def calls(night: Night) -> None:
    """Recordings and lists of recordings that are refused."""
    put(night, "list/calls.csv", f"{LINE}\n")
    put(night, "list2/calls.csv", f"file,call_id\n{LINE}\n,{NAME}\n")
    put(night, "list3/calls.csv", f"file,customer_channel,language\n{PHONE}.wav,{NAME},{PHONE}\n{MAIL}.wav,,\n")
    put(night, "empty/x.wav", b"")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """All that a night over refused inputs writes and prints, by place."""
    root = tmp_path_factory.mktemp("refused")
    init_workspace(root / "plant", "zh")
    with make_night(root / "plant", load_dictionary()) as made:
        log = root / "log.jsonl"
        night = replace(made, log=RunLog(log, made.run_id))
        for plant in (tables, rows, calls):
            plant(night)
        report = Intake().run(night)
        Reports().run(night)
        write_snapshot(night.store, night.workspace, night.run_id)
        export_tables(night.workspace, root / "export", "csv")
        refused = {row.source_ref.partition("#")[0] for row in night.store.rows(Quarantine)}
        night.store.close()
        night.private.close()
        status = read_status(night.workspace)
        yield {
            "quarantined": "\n".join(sorted(refused)),
            "counts": json.dumps(report.counts, ensure_ascii=False),
            "log": log.read_text(encoding="utf-8"),
            "status": printed(night.workspace),
            "status --json": json.dumps(status.as_json(), ensure_ascii=False, default=str),
            "export": "\n".join(path.read_text("utf-8-sig") for path in sorted((root / "export").rglob("*.csv"))),
            "site": "\n".join(path.read_text("utf-8") for path in sorted(night.workspace.site.rglob("*.html"))),
            "store": night.workspace.store_file.read_bytes().decode("utf-8", "replace"),
        }


def printed(workspace: Workspace) -> str:
    stream = io.StringIO()
    shown = Console(file=stream, width=4000)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("rich.console.Console", lambda: shown)
        print_status(read_status(workspace), "zh")
    return stream.getvalue()


def found_in(text: str) -> list[str]:
    bare = re.sub(r"[\s·\-]", "", text)
    return [canary for canary in CANARIES if canary in text or canary in bare]


@pytest.mark.parametrize(
    "place", ["counts", "log", "status", "status --json", "export", "site", "store", "quarantined"]
)
def test_no_person_of_a_refused_input_stands_in(written: dict[str, str], place: str) -> None:
    assert len(written[place]) > 10
    assert found_in(written[place]) == []


def test_each_of_these_tables_is_refused(written: dict[str, str], night: Night) -> None:
    tables(night)
    planted = {path.name for path in night.workspace.inbox.iterdir()}
    assert planted - set(written["quarantined"].split("\n")) == set()


@pytest.mark.parametrize(
    "name", ["genealogy", "units", "stations", "routing", "pfmea", "lots", "actions", "dictionary"]
)
@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_no_person_of_a_refused_master_file_stands_in_its_error(tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / f"{name}.{ending}"
    if ending == "csv":
        path.write_text(f"{LINE}\n{LINE}\n", encoding="utf-8")
    elif ending == "xlsx":
        packed(path, [PERSON, PERSON])
    else:
        path.write_text(json.dumps({NAME: PHONE, PHONE: VIN}, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(MasterDataError) as refused:
        check_master(tmp_path)
    for language in ("zh", "en"):
        assert found_in(json.dumps(refused.value.as_json(language), ensure_ascii=False) + str(refused.value)) == []
