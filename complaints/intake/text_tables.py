"""Text tables of the inbox into the stores: rows in batches out of the reading process, each batch one commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from complaints.errors import ItemRefused
from complaints.fingerprints import content_id
from complaints.intake.headers import text_aliases
from complaints.intake.reading_mark import ReadingMark
from complaints.intake.scan import Found
from complaints.intake.texts import TextInput, TextRules, text_input
from complaints.privacy import Tombstones
from complaints.redaction import redact_name
from complaints.run import Night
from complaints.store import write_cases
from complaints.tables import Reading, SheetAccount, TableLimits, TableReader, TableRow

BATCH_ROWS = 1000
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
        self._night, self._counts, self._tombstones, self._refuse = night, counts, tombstones, refuse
        self._rules = TextRules(settings.max_text_characters, settings.undated == "file_time")
        headers, weak = text_aliases(settings.columns)
        limits = TableLimits(settings.table_seconds, int(settings.table_memory_mb * 1e6))
        self._reading = Reading(
            headers, ("text",), weak, frozenset(("received_at",)), ZoneInfo(night.settings.general.time_zone),
            None if settings.date_order == "auto" else settings.date_order, night.as_of, limits,
        )  # fmt: skip
        self._reader = TableReader(limits)
        self._mark = ReadingMark(night.workspace.data / "reading")
        self._refused: Counter[str] = Counter()
        self._unnamed: Counter[str] = Counter()

    def __enter__(self) -> TextTables:
        return self

    def __exit__(self, *failure: object) -> None:
        self._reader.__exit__(*failure)

    def take(self, found: Found, ref: str) -> None:
        """Store the rows of a file, a batch at a time.

        Args:
            found: the file.
            ref: its path as it may be shown.

        Raises:
            ItemRefused: the file as a whole cannot be read, or not to its end.
            FileNotFoundError: it is no longer there.
        """
        self._refused, self._unnamed = Counter(), Counter()
        with self._mark.reading(str(found.path), found.size, found.mtime_ns):
            table = self._reader.read(self._night.workspace.root / found.path, self._reading, found.path.name)
            with self._night.store.transaction():
                self._night.store.delete("unmapped_columns", "source_ref", [ref])
                names = sorted({redact_name(name) for name in table.unmapped})
                self._night.store.append_values("unmapped_columns", [(ref, name) for name in names], replace=True)
            try:
                for batch in _batched(table.rows, BATCH_ROWS):
                    self._take_rows(found, ref, batch)
            finally:
                self._sum_up(found)
            self._count(table.accounts)

    def _sum_up(self, found: Found) -> None:
        """Tell the refused rows beyond MOST_REFUSED in one entry."""
        if self._unnamed:
            reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(self._unnamed.items()))
            total = self._unnamed.total()
            self._refuse(found.path, ItemRefused("tables.more_refused", n=total, reasons=reasons), "#…", total)

    def _count(self, accounts: list[SheetAccount]) -> None:
        for account in accounts:
            self._counts["sheets left out"] += account.left_out not in ("", "empty")
            self._counts["rows left out"] += account.left_out_rows.total() - account.left_out_rows["title"]
            self._counts["dates open between day and month"] += account.undated_open.total()

    def _take_rows(self, found: Found, ref: str, rows: list[TableRow]) -> None:
        """Store one batch of rows: private parts first, then cases, inputs and labels in one commit."""
        inputs: dict[str, TextInput] = {}
        for item in self._apart(self._understood(found, ref, rows)):
            inputs[item.case.case_id] = item  # the later row of one complaint_id supersedes
        for case_id in self._tombstones.among(list(inputs)):
            self._counts["forgotten inputs"] += 1
            del inputs[case_id]
        store, private = self._night.store, self._night.private
        sql = "SELECT input_id, content, serial_token FROM inputs WHERE list_contains(?, input_id)"
        known = {case_id: state for case_id, *state in store.query(sql, [list(inputs)])}
        news = [item for case_id, item in inputs.items() if known.get(case_id) != [item.digest, item.case.serial_token]]
        if not news:
            return
        serials = {i.case.serial_token: i.serial for i in news if i.serial}
        private.append_values("serials", list(serials.items()), replace=True)
        originals = [(i.case.case_id, str(found.path), i.row_number, i.raw_text) for i in news]
        private.append_values("originals", originals, replace=True)
        with store.transaction():
            write_cases(store, [item.case for item in news])
            store.append_values("inputs", [_text_row(item, self._night.run_id) for item in news], replace=True)
            store.delete("labels", "case_id", [item.case.case_id for item in news])
            labels = [(i.case.case_id, i.category, "given") for i in news if i.category]
            store.append_values("labels", labels, replace=True)
        for item in news:
            self._counts["changed texts" if item.case.case_id in known else "new texts"] += 1
            received = item.case.received_at
            self._counts["texts without a date"] += received is None or item.case.received_at_from == "file_time"
            self._counts["texts dated in the future"] += received is not None and received.date() > self._night.as_of

    def _understood(self, found: Found, ref: str, rows: list[TableRow]) -> list[TextInput]:
        """Return a batch's readable rows; the others are refused one by one, up to MOST_REFUSED of a file."""
        items = []
        workspace, name = self._night.workspace, found.path.name
        for row in rows:
            at = f"#{row.number}" if not row.sheet else f"#{redact_name(row.sheet)}!{row.number}"
            try:
                workspace, name = self._night.workspace, found.path.name
                items.append(text_input(row, workspace, ref + at, file_time(found), name, self._rules))
            except ItemRefused as refusal:
                self._refused[refusal.reason] += 1
                if self._refused.total() <= MOST_REFUSED:
                    self._refuse(found.path, refusal, at)
                else:
                    self._unnamed[refusal.reason] += 1
        return items

    def _apart(self, items: list[TextInput]) -> list[TextInput]:
        """Give rows without complaint_id an id of their own when the same words came from another vehicle."""
        held = self._held_tokens([item.case.case_id for item in items])
        result = []
        for item in items:
            base, case_id, number = item.case.case_id, item.case.case_id, 0
            while item.case.external_id is None and held.get(case_id, item.case.serial_token) != item.case.serial_token:
                number += 1
                case_id = content_id("T", base, number)
                if case_id not in held:
                    held |= self._held_tokens([case_id])
            held[case_id] = item.case.serial_token
            result.append(replace(item, case=replace(item.case, case_id=case_id)))
        return result

    def _held_tokens(self, case_ids: list[str]) -> dict[str, str | None]:
        """Return the serial tokens of those cases that the store has."""
        sql = "SELECT input_id, serial_token FROM inputs WHERE list_contains(?, input_id)"
        return dict(self._night.store.query(sql, [case_ids]))


def file_time(found: Found) -> datetime:
    """Return when a file was last changed, to the second."""
    return datetime.fromtimestamp(found.mtime_ns // 1_000_000_000)


def _text_row(item: TextInput, run_id: str) -> tuple[object, ...]:
    case = item.case
    return (
        case.case_id, "text", case.source_ref, item.digest, None, case.received_at, case.received_at_from,
        case.serial_token, case.product, None, case.language, run_id,
    )  # fmt: skip


def _batched(rows: Iterable[TableRow], size: int) -> Iterator[list[TableRow]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
