"""Text tables of the inbox: rows out of the reading process become complaints, or are refused, and are counted."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from complaints.errors import ItemRefused
from complaints.intake.file_reading import EMPTY_SHEETS, FileReading, Reread
from complaints.intake.headers import text_aliases
from complaints.intake.reading_mark import ReadingMark
from complaints.intake.scan import Found
from complaints.intake.text_writer import FileMark, TextWriter
from complaints.intake.texts import TextInput, TextRules, text_input
from complaints.privacy import Tombstones
from complaints.redaction import redact_label
from complaints.run import Night
from complaints.settings import Settings
from complaints.tables import Reading, SheetAccount, TableLimits, TableReader, TableRow, is_label

MOST_REFUSED = 100  # rows of a file that are named one by one; the others are summed up by reason


class Refuse(Protocol):
    """Quarantines a file, or with `row` ("#12") one row of it, or with `count` so many rows in one entry."""

    def __call__(self, path: Path, refusal: ItemRefused, row: str = "", count: int = 1) -> None:
        """Quarantine one input."""
        ...


class TextTables:
    """One run's reading of text tables; a context manager that ends the reading process.

    Args:
        night: the run.
        counts: what the stage counts; rows and sheets are added.
        tombstones: what was purged and must not come back.
        refuse: quarantines.
    """

    def __init__(self, night: Night, counts: Counter[str], tombstones: Tombstones, refuse: Refuse) -> None:
        settings = night.settings.intake
        self._night, self._counts, self._refuse = night, counts, refuse
        self._rules = TextRules(settings.max_text_characters, settings.undated == "file_time")
        self._reading = text_reading(night.settings, night.as_of)
        self._reader = TableReader(self._reading.limits)
        self._writer = TextWriter(night, counts, tombstones)
        self._mark = ReadingMark(night.workspace.data / "reading")
        self._refused: Counter[str] = Counter()
        self._unnamed: Counter[str] = Counter()

    def __enter__(self) -> TextTables:
        return self

    def __exit__(self, *failure: object) -> None:
        self._reader.__exit__(*failure)

    def finish(self, mark: FileMark) -> None:
        """Remember a file's state once all that it gave is stored."""
        self._writer.mark(mark)

    def flush(self) -> None:
        """Store what waits, and the accounts of all files."""
        self._writer.flush()
        self._writer.publish()

    def take(self, found: Found, ref: str, reread: Reread = "") -> None:
        """Read a file; its rows are stored in batches, those of small files together.

        Args:
            found: the file.
            ref: its path as it may be shown.
            reread: whether it was read before in another way.

        Raises:
            ItemRefused: the file as a whole cannot be read, or not to its end.
            FileNotFoundError: it is no longer there.
        """
        self._refused, self._unnamed = Counter(), Counter()
        with self._mark.reading(str(found.path), found.size, found.mtime_ns):
            table = self._reader.read(self._night.workspace.root / found.path, self._reading, found.path.name)
            self._writer.name_unmapped(ref, sorted({redact_label(name) for name in table.unmapped if is_label(name)}))
            reading = FileReading(str(found.path), ref, reread)
            self._writer.begin(reading)
            try:
                for row in table.rows:
                    reading.seen += 1
                    item = self._understood(found, ref, row)
                    if item is not None:
                        self._writer.add(reading, item)
            finally:
                reading.quarantined = self._refused.total()
                self._sum_up(found)
            reading.end(table.accounts)
            self._count(table.accounts)

    def _sum_up(self, found: Found) -> None:
        """Tell the refused rows beyond MOST_REFUSED in one entry."""
        if self._unnamed:
            reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(self._unnamed.items()))
            total = self._unnamed.total()
            self._refuse(found.path, ItemRefused("tables.more_refused", n=total, reasons=reasons), "#…", total)

    def _count(self, accounts: list[SheetAccount]) -> None:
        for account in accounts:
            self._counts["sheets left out"] += account.left_out not in EMPTY_SHEETS
            self._counts["rows left out"] += account.left_out_rows.total() - account.left_out_rows["title"]
            self._counts["dates open between day and month"] += account.undated_open.total()

    def _understood(self, found: Found, ref: str, row: TableRow) -> TextInput | None:
        """Return a row as a complaint; one that is none is refused by itself, up to MOST_REFUSED of a file."""
        at = f"#{row.number}" if not row.sheet else f"#{redact_label(row.sheet)}!{row.number}"
        try:
            return text_input(row, self._night.workspace, ref + at, file_time(found), found.path.name, self._rules)
        except ItemRefused as refusal:
            self._refused[refusal.reason] += 1
            if self._refused.total() <= MOST_REFUSED:
                self._refuse(found.path, refusal, at)
            else:
                self._unnamed[refusal.reason] += 1
            return None


def text_reading(settings: Settings, as_of: date) -> Reading:
    """Return how text tables are read on a night."""
    own = settings.intake
    headers, weak = text_aliases(own.columns)
    order = None if own.date_order == "auto" else own.date_order
    limits = TableLimits(own.table_seconds, int(own.table_memory_mb * 1e6))
    zone = ZoneInfo(settings.general.time_zone)
    return Reading(headers, ("text",), weak, frozenset(("received_at",)), zone, order, as_of, limits)


def file_time(found: Found) -> datetime:
    """Return when a file was last changed, to the second."""
    return datetime.fromtimestamp(found.mtime_ns // 1_000_000_000)
