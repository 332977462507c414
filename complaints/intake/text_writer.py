"""Complaints from tables into the stores, a batch at a time: private parts first; the commit in the store counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from complaints.fingerprints import content_id
from complaints.intake.texts import TextInput
from complaints.privacy import Tombstones
from complaints.run import Night
from complaints.store import write_cases

BATCH_ROWS = 1000
FileMark = tuple[str, int, int, str, str]  # path, bytes, time of change in ns, key of the reading, outcome


class TextWriter:
    """Collects rows, of one file or of many, and stores them together: a commit for each file would take longer.

    Args:
        night: the run.
        counts: what the stage counts.
        tombstones: what was purged and must not come back.
    """

    def __init__(self, night: Night, counts: Counter[str], tombstones: Tombstones) -> None:
        self._night, self._counts, self._tombstones = night, counts, tombstones
        self._store, self._private = night.store, night.private
        self._rows: list[tuple[str, TextInput]] = []
        self._unmapped: dict[str, list[str]] = {}
        self._marks: list[FileMark] = []

    def add(self, path: str, item: TextInput) -> None:
        """Take a complaint of the file at a path."""
        self._rows.append((path, item))
        if len(self._rows) >= BATCH_ROWS:
            self.flush()

    def name_unmapped(self, ref: str, headers: list[str]) -> None:
        """Take the headers of a file that mean no column, in the place of those that it had."""
        self._unmapped[ref] = headers

    def mark(self, mark: FileMark) -> None:
        """Take a file's state; it is written behind all that the file gave, so that a killed run reads it again."""
        self._marks.append(mark)
        if len(self._marks) >= BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Store what was taken."""
        rows, self._rows = self._rows, []
        self._write(rows)
        if self._unmapped:
            with self._store.transaction():
                self._store.delete("unmapped_columns", "source_ref", list(self._unmapped))
                named = [(ref, name) for ref, names in self._unmapped.items() for name in names]
                self._store.append_values("unmapped_columns", named, replace=True)
            self._unmapped = {}
        if self._marks:
            self._private.append_values("files", list({mark[0]: mark for mark in self._marks}.values()), replace=True)
            self._marks = []

    def _write(self, rows: list[tuple[str, TextInput]]) -> None:
        inputs: dict[str, TextInput] = {}
        paths: dict[str, str] = {}
        for path, item in zip((path for path, _ in rows), self._apart([item for _, item in rows]), strict=True):
            inputs[item.case.case_id] = item  # the later row of one complaint_id supersedes
            paths[item.case.case_id] = path
        for case_id in self._tombstones.among(list(inputs)):
            self._counts["forgotten inputs"] += 1
            del inputs[case_id]
        store, private = self._store, self._private
        sql = "SELECT input_id, content, serial_token FROM inputs WHERE list_contains(?, input_id)"
        known = {case_id: state for case_id, *state in store.query(sql, [list(inputs)])}
        news = [item for case_id, item in inputs.items() if known.get(case_id) != [item.digest, item.case.serial_token]]
        if not news:
            return
        serials = {i.case.serial_token: i.serial for i in news if i.serial}
        private.append_values("serials", list(serials.items()), replace=True)
        originals = [(i.case.case_id, paths[i.case.case_id], i.row_number, i.raw_text) for i in news]
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
        return dict(self._store.query(sql, [case_ids]))


def _text_row(item: TextInput, run_id: str) -> tuple[object, ...]:
    case = item.case
    return (
        case.case_id, "text", case.source_ref, item.digest, None, case.received_at, case.received_at_from,
        case.serial_token, case.product, None, case.language, run_id,
    )  # fmt: skip
