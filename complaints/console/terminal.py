"""Tables for people on a terminal: status and doctor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from complaints.messages import from_json, render

if TYPE_CHECKING:
    from rich.console import Console

    from complaints.console.doctor import Finding
    from complaints.console.status import Status

SHOWN_QUARANTINE = 50
SHOWN_GAPS = 10
RUN_FIELDS = ("run_id", "as_of", "seconds", "exit_code")
WORDS = {
    "zh": {
        "at work": "  （正在运行）", "store": "存储中", "table": "表", "rows": "行", "pending": "待处理：{}",
        "files": "个文件", "recordings": "条录音", "unknown": "运行期间未知", "nothing": "无",
        "columns": "没有用上的表头：{}。请在 complaints.toml 的 [intake.columns] 中对应", "runs": "最近的运行",
        "listed": "calls.csv 里有 {} 行找不到对应的录音：{}", "unlisted": "有 {} 条录音不在 calls.csv 里：{}",
        "quarantined": "被隔离：{}", "more": "另有 {} 条：complaints status --json", "run_id": "运行", "as_of": "日期",
        "seconds": "秒", "exit_code": "退出码", "source_ref": "输入", "stage": "阶段", "reason": "原因",
        "detail": "说明", "ok": "正常", "note": "留意", "bad": "问题",
    },
    "en": {
        "at work": "  (a run is at work)", "store": "In the store", "table": "table", "rows": "rows",
        "pending": "Pending: {}", "files": "files", "recordings": "recordings",
        "unknown": "unknown while a run is at work", "nothing": "nothing",
        "columns": "Columns not used: {}. Map them in complaints.toml under [intake.columns]", "runs": "Last runs",
        "listed": "Rows of calls.csv without a recording: {} ({})", "unlisted": "Recordings not in calls.csv: {} ({})",
        "quarantined": "Quarantined: {}", "more": "{} more: complaints status --json", "run_id": "run",
        "as_of": "as of", "seconds": "seconds", "exit_code": "exit code", "source_ref": "input",
        "stage": "stage", "reason": "reason", "detail": "detail", "ok": "ok", "note": "note", "bad": "bad",
    },
}  # fmt: skip


def print_status(status: Status, language: str) -> None:
    """Print the state of a workspace in zh or en."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console, words = Console(), WORDS[language]
    console.print(f"[bold]{escape(status.workspace)}[/bold]{words['at work'] if status.running else ''}")
    table = Table(title=words["store"], title_justify="left")
    table.add_column(words["table"])
    table.add_column(words["rows"], justify="right")
    for name, rows in status.tables.items():
        if rows:
            table.add_row(name, str(rows))
    console.print(table)
    pending = ", ".join(f"{count} {words[name]}" for name, count in status.pending.items() if count)
    console.print(words["pending"].format(pending or words["unknown" if status.running else "nothing"]))
    _print_quarantine(console, status, language)
    if status.unmapped_columns:
        names = ", ".join(sorted({row["column"] for row in status.unmapped_columns}))
        console.print(escape(words["columns"].format(names)))
    for kinds, name in ((("row", "ambiguous"), "listed"), (("recording",), "unlisted")):
        files = [row["name"] for row in status.sidecar_gaps if row["kind"] in kinds]
        if files:
            more = ", …" if len(files) > SHOWN_GAPS else ""
            console.print(escape(words[name].format(len(files), ", ".join(files[:SHOWN_GAPS]) + more)))
    runs = Table(title=words["runs"], title_justify="left")
    for name in RUN_FIELDS:
        runs.add_column(words[name])
    for run in status.runs:
        runs.add_row(*(str(run[name]) for name in RUN_FIELDS))
    console.print(runs)


def _print_quarantine(console: Console, status: Status, language: str) -> None:
    from rich.markup import escape
    from rich.table import Table

    words = WORDS[language]
    if not status.quarantined:
        console.print(words["quarantined"].format(words["nothing"]))
        return
    table = Table(title=words["quarantined"].format(len(status.quarantined)), title_justify="left")
    for name in ("source_ref", "stage", "reason", "detail"):
        table.add_column(words[name], overflow="fold")
    for row in status.quarantined[:SHOWN_QUARANTINE]:
        said = from_json(row["message"])
        detail = row["detail"] if said is None else render(said, language)
        table.add_row(*(escape(cell) for cell in (row["source_ref"], row["stage"], row["reason"], detail)))
    console.print(table)
    if len(status.quarantined) > SHOWN_QUARANTINE:
        console.print(words["more"].format(len(status.quarantined) - SHOWN_QUARANTINE))


def print_findings(findings: Sequence[Finding], language: str) -> None:
    """Print what doctor found, and how to mend it, in zh or en."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    colours = {"ok": "green", "note": "yellow", "bad": "red"}
    for finding in findings:
        colour, word = colours[finding.state], WORDS[language][finding.state]
        gap = " " * (7 - cell_len(word))
        console.print(f"[{colour}]{word}[/{colour}]{gap}{escape(render(finding.what, language))}", soft_wrap=True)
        if finding.mend:
            console.print(f"       {escape(render(finding.mend, language))}", soft_wrap=True)
