"""What is watched, each in a process of its own: python -m benchmarks.intake.work intake|pandas PLACE REPORT.

Intake reports its parts. They are timed where they are called, which costs about a microsecond each.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

CALAMINE = "calamine"  # what intake reads workbooks with, and the fastest engine that pandas has


def intake(root: Path) -> dict[str, Any]:
    """Run the intake stage over a workspace, and return its rows, its account and its parts in s."""
    from benchmarks.scale.base import as_of
    from complaints.intake import Intake
    from complaints.run import RunOptions, SilentProgress, run_night
    from complaints.workspace.layout import Workspace

    spent: Counter[str] = Counter()
    workspace = Workspace(root)
    with _parts_timed(spent):
        run_night(workspace, [Intake()], [], RunOptions(as_of=as_of()), SilentProgress())
    with workspace.open_store(read_only=True) as store:
        (account,) = store.query("SELECT rows, complaints, repeats, replaced, quarantined, left_out FROM file_accounts")
        (stored,) = store.query("SELECT count(*) FROM cases")[0]
    own = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "rows": account[0],
        "accounted": sum(account[1:]),
        "stored": stored,
        "own_cpu_s": own.ru_utime + own.ru_stime,
        "parts": {
            "waiting for the reader": spent["reading"],
            "redaction": spent["redaction"],
            "dates, ids, facts": spent["rows"] - spent["redaction"],
            "identity": spent["identity"],
            "writing": spent["writing"] - spent["identity"],
            "marking repeats": spent["repeats"],
            "rest of the stage": spent["stage"] - sum(spent[n] for n in ("reading", "rows", "writing", "repeats")),
        },
        "stage_s": spent["stage"],
    }


@contextmanager
def _parts_timed(spent: Counter[str]) -> Iterator[None]:
    """Have the parts of intake add up what they take."""
    from complaints.intake import stage, text_tables, text_writer, texts

    timed: list[tuple[Any, str, str]] = [
        (texts, "redact", "redaction"),
        (text_tables, "text_input", "rows"),
        (vars(text_writer)["Identities"], "settle", "identity"),
        (text_writer.TextWriter, "_write_rows", "writing"),
        (stage, "mark_duplicates", "repeats"),
        (stage.Intake, "run", "stage"),
    ]
    reader: Any = vars(text_tables)["TableReader"]
    with ExitStack() as undo:
        for owner, name, _ in [*timed, (reader, "read", "")]:
            undo.callback(setattr, owner, name, getattr(owner, name))
        for owner, name, part in timed:
            setattr(owner, name, _timed(getattr(owner, name), part, spent))
        reader.read = _rows_timed(reader.read, spent)
        yield


def _rows_timed(read: Callable[..., Any], spent: Counter[str]) -> Callable[..., Any]:
    """Return a table reader whose rows are timed as they are taken."""
    timed = _timed(read, "reading", spent)

    def following(rows: Iterator[Any]) -> Iterator[Any]:
        step = _timed(lambda: next(rows, None), "reading", spent)
        while (row := step()) is not None:
            yield row

    def read_timed(*args: Any, **named: Any) -> Any:
        table = timed(*args, **named)
        return replace(table, rows=following(table.rows))

    return read_timed


def _timed(called: Callable[..., Any], part: str, spent: Counter[str]) -> Callable[..., Any]:
    @wraps(called)
    def timed(*args: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return called(*args, **named)
        finally:
            spent[part] += time.perf_counter() - began  # type: ignore[assignment]

    return timed


def pandas(path: Path) -> dict[str, Any]:
    """Read a table, and return its rows."""
    import pandas

    table = pandas.read_csv(path) if path.suffix == ".csv" else pandas.read_excel(path, engine=CALAMINE)
    return {"rows": len(table)}


if __name__ == "__main__":
    what, place, report = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    found = {"intake": intake, "pandas": pandas}[what](place)
    report.write_text(json.dumps(found), encoding="utf-8")
