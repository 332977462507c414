"""Tables for people on a terminal: status and doctor."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from complaints.doctor import Finding
from complaints.status import Status

SHOWN_QUARANTINE = 50


def print_status(status: Status) -> None:
    """Print the state of a workspace."""
    console = Console()
    console.print(f"[bold]{escape(status.workspace)}[/bold]{'  (a run is at work)' if status.running else ''}")
    table = Table(title="In the store", title_justify="left")
    table.add_column("table")
    table.add_column("rows", justify="right")
    for name, rows in status.tables.items():
        if rows:
            table.add_row(name, str(rows))
    console.print(table)
    pending = ", ".join(f"{count} {name}" for name, count in status.pending.items() if count)
    console.print(f"Pending: {pending or ('unknown while a run is at work' if status.running else 'nothing')}")
    _print_quarantine(console, status)
    if status.unmapped_columns:
        names = ", ".join(sorted({row["column"] for row in status.unmapped_columns}))
        console.print(f"Columns not used: {escape(names)}. Map them in complaints.toml under \\[intake.columns]")
    runs = Table(title="Last runs", title_justify="left")
    for name in ("run_id", "as_of", "seconds", "exit_code"):
        runs.add_column(name)
    for run in status.runs:
        runs.add_row(*(str(run[name]) for name in ("run_id", "as_of", "seconds", "exit_code")))
    console.print(runs)


def _print_quarantine(console: Console, status: Status) -> None:
    if not status.quarantined:
        console.print("Quarantined: nothing")
        return
    table = Table(title=f"Quarantined: {len(status.quarantined)}", title_justify="left")
    for name in ("source_ref", "stage", "reason", "detail"):
        table.add_column(name, overflow="fold")
    for row in status.quarantined[:SHOWN_QUARANTINE]:
        table.add_row(*(escape(row[name]) for name in ("source_ref", "stage", "reason", "detail")))
    console.print(table)
    if len(status.quarantined) > SHOWN_QUARANTINE:
        console.print(f"{len(status.quarantined) - SHOWN_QUARANTINE} more: complaints status --json")


def print_findings(findings: Sequence[Finding]) -> None:
    """Print what doctor found, and how to mend it."""
    console = Console()
    marks = {"ok": "[green]ok[/green]", "note": "[yellow]note[/yellow]", "bad": "[red]bad[/red]"}
    for finding in findings:
        console.print(f"{marks[finding.state]:<6} {escape(finding.what)}", soft_wrap=True)
        if finding.mend:
            console.print(f"       {escape(finding.mend)}", soft_wrap=True)
