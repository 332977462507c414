"""Tables for people on a terminal: status and doctor."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from complaints.messages import from_json, message, named, render

if TYPE_CHECKING:
    from rich.console import Console

    from complaints.console.finding import Finding
    from complaints.console.status import Status

SHOWN_QUARANTINE = 50
SHOWN_GAPS = 10
SHOWN_ACCOUNTS = 20
ROW_FIELDS = ("rows", "complaints", "repeats", "replaced", "quarantined", "left_out")
RUN_FIELDS = ("run_id", "as_of", "seconds", "exit_code")


def _word(key: str, language: str, **values: Any) -> str:
    return render(message(f"console.{key}", **values), language)


def print_status(status: Status, language: str) -> None:
    """Print the state of a workspace in zh or en."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console, at_work = Console(), _word("at_work", language) if status.running else ""
    console.print(f"[bold]{escape(status.workspace)}[/bold]{at_work}")
    table = Table(title=_word("store", language), title_justify="left")
    table.add_column(_word("table", language))
    table.add_column(_word("rows", language), justify="right")
    for name, rows in status.tables.items():
        if rows:
            table.add_row(name, str(rows))
    console.print(table)
    pending = [message(f"console.pending.{name}", n=count) for name, count in status.pending.items() if count]
    otherwise = message("console.unknown" if status.running else "console.nothing")
    console.print(_word("pending", language, what=pending or otherwise))
    _print_quarantine(console, status, language)
    _print_accounts(console, status, language)
    if status.unmapped_columns:
        names = sorted({row["column"] for row in status.unmapped_columns})
        console.print(escape(_word("columns", language, names=names)))
    for kinds, name in ((("row", "ambiguous"), "listed"), (("recording",), "unlisted")):
        files = [row["name"] for row in status.sidecar_gaps if row["kind"] in kinds]
        if files:
            more = ["…"] if len(files) > SHOWN_GAPS else []
            console.print(escape(_word(name, language, n=len(files), files=files[:SHOWN_GAPS] + more)))
    if status.unsold:
        console.print(escape(render(message("doctor.units.unsold", number=status.unsold), language)))
    runs = Table(title=_word("runs", language), title_justify="left")
    for name in RUN_FIELDS:
        runs.add_column(_word(name, language))
    for run in status.runs:
        runs.add_row(*(str(run[name]) for name in RUN_FIELDS))
    console.print(runs)


def _print_accounts(console: Console, status: Status, language: str) -> None:
    """Print what became of the rows of each file: all files together, then those that need an eye."""
    from rich.markup import escape
    from rich.table import Table

    from complaints.records import FileAccount

    accounts = [
        FileAccount(**(row | {name: json.dumps(row[name], ensure_ascii=False) for name in ("reasons", "sheets")}))
        for row in status.accounts
    ]
    if accounts:
        table = Table(title=_word("accounts", language), title_justify="left")
        table.add_column(_word("source_ref", language), overflow="fold")
        for name in ROW_FIELDS:
            table.add_column(render(message(f"account.column.{name}"), language), justify="right")
        table.add_column(_word("to_look_at", language), overflow="fold")
        to_see = sorted(
            (one for one in accounts if one.notes), key=lambda one: (-sum(one.notes.values()), one.source_ref)
        )
        whole = replace(FileAccount.total(accounts), source_ref=_word("all_files", language, n=len(accounts)))
        for one in (whole, *to_see[:SHOWN_ACCOUNTS]):
            notes = [message(f"account.{name}", n=n) for name, n in one.notes.items() if name not in ROW_FIELDS]
            cells = (f"{getattr(one, name):,}" for name in ROW_FIELDS)
            table.add_row(escape(one.source_ref), *cells, render(message("account.notes", notes=notes), language))
        console.print(table)
        if len(to_see) > SHOWN_ACCOUNTS:
            console.print(_word("more", language, n=len(to_see) - SHOWN_ACCOUNTS))
    for kind in ("corrects", "shares_id"):
        rows = [row for row in status.row_relations if row["relation"] == kind]
        pairs = [f"{row['source_ref']} → {row['other_ref']}" for row in rows[:SHOWN_GAPS]]
        if rows:
            more = ["…"] if len(rows) > SHOWN_GAPS else []
            console.print(escape(_word(kind, language, n=len(rows), rows=pairs + more)))
    if status.other_files:
        kinds = [f"{kind} {n}" for kind, n in status.other_files.items()]
        console.print(_word("other_files", language, n=sum(status.other_files.values()), kinds=kinds))


def _print_quarantine(console: Console, status: Status, language: str) -> None:
    from rich.markup import escape
    from rich.table import Table

    if not status.quarantined:
        console.print(_word("quarantined", language, what=message("console.nothing")))
        return
    table = Table(title=_word("quarantined", language, what=len(status.quarantined)), title_justify="left")
    for name in ("source_ref", "stage", "reason", "detail"):
        table.add_column(_word(name, language), overflow="fold")
    for row in status.quarantined[:SHOWN_QUARANTINE]:
        stage, reason = named("stage", row["stage"], language), named("reason", row["reason"], language)
        said = from_json(row["message"])
        detail = row["detail"] if said is None else render(said, language)
        table.add_row(*(escape(cell) for cell in (row["source_ref"], stage, reason, detail)))
    console.print(table)
    if len(status.quarantined) > SHOWN_QUARANTINE:
        console.print(_word("more", language, n=len(status.quarantined) - SHOWN_QUARANTINE))


def print_findings(findings: Sequence[Finding], language: str) -> None:
    """Print what doctor found, and how to mend it, in zh or en."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    colours = {"ok": "green", "note": "yellow", "bad": "red"}
    for finding in findings:
        colour, word = colours[finding.state], _word(finding.state, language)
        gap = " " * (7 - cell_len(word))
        console.print(f"[{colour}]{word}[/{colour}]{gap}{escape(render(finding.what, language))}", soft_wrap=True)
        if finding.mend:
            console.print(f"       {escape(render(finding.mend, language))}", soft_wrap=True)
