"""The run's log: JSON lines with run, stage and item ids, and never a word of what anybody said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_opened: list[Path] = []


class RunLog:
    """Appends one JSON object a line to logs/RUN.jsonl; written at once, so a killed run leaves whole lines.

    Args:
        path: the file, or None to log nothing.
        run_id: stands in every line.
    """

    def __init__(self, path: Path | None, run_id: str) -> None:
        self.path, self.run_id = path, run_id
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            _opened.append(path)

    def event(self, stage: str, event: str, **fields: Any) -> None:
        """Write one line; fields are ids, counts, reasons and seconds, never texts, serials or names.

        Raises:
            ValueError: a field would take the place of the line's own `at` or `run`.
        """
        if own := fields.keys() & {"at", "run"}:
            raise ValueError(f"the log writes {' and '.join(sorted(own))} itself")
        if self.path is None:
            return
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "run": self.run_id, "stage": stage}
        text = json.dumps(line | {"event": event} | fields, ensure_ascii=False, default=str)
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(text + "\n")


def last_log() -> Path | None:
    """Return the log that this process opened last, to name it when a run fails."""
    return _opened[-1] if _opened else None


def place_of(error: BaseException) -> str:
    """Return the file and line in which an error arose; unlike its message, they quote nobody."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "an unknown place"
