"""Complaints from tables into the stores, a batch at a time: private parts first; the commit in the store counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple

from complaints.intake.file_reading import FileReading
from complaints.intake.former_reading import replace_former
from complaints.intake.identity import Identities, Settled
from complaints.intake.texts import TextInput
from complaints.privacy import Tombstones
from complaints.records import FileAccount, RowRelation
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
        self._identities = Identities(night.store, night.private)
        self._rows: list[tuple[FileReading, TextInput]] = []
        self._unmapped: dict[str, list[str]] = {}
        self._readings: dict[str, FileReading] = {}  # by path; those whose account is not stored yet
        self._marks: list[FileMark] = []

    def begin(self, file: FileReading) -> None:
        """Take a file whose rows follow."""
        self._readings[file.path] = file

    def add(self, file: FileReading, item: TextInput) -> None:
        """Take a complaint of a file."""
        if file.reread == "changed":
            file.texts.add(hash(item.raw_text))
        self._rows.append((file, item))
        if len(self._rows) >= BATCH_ROWS:
            self._write_rows()

    def name_unmapped(self, ref: str, headers: list[str]) -> None:
        """Take the headers of a file that mean no column, in the place of those that it had."""
        self._unmapped[ref] = headers

    def mark(self, mark: FileMark) -> None:
        """Take a file's state; it is written behind all that the file gave, so that a killed run reads it again."""
        self._marks.append(mark)
        if len(self._marks) >= BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Store what was taken; all files that were begun have ended."""
        self._write_rows()
        if self._unmapped:
            with self._store.transaction():
                self._store.delete("unmapped_columns", "source_ref", list(self._unmapped))
                named = [(ref, name) for ref, names in self._unmapped.items() for name in names]
                self._store.append_values("unmapped_columns", named, replace=True)
            self._unmapped = {}
        for file in self._readings.values():
            if file.reread and file.whole:
                self._counts["texts of a former reading"] += replace_former(self._store, self._private, file)
        accounts = [(file.path, *astuple(file.account())) for file in self._readings.values()]
        self._private.append_values("file_accounts", accounts, replace=True)
        self._readings = {}
        if self._marks:
            self._private.append_values("files", list({mark[0]: mark for mark in self._marks}.values()), replace=True)
            self._marks = []

    def publish(self) -> None:
        """Show the accounts of all files in the store, without their paths."""
        rows = self._private.query("SELECT * EXCLUDE (path) FROM file_accounts ORDER BY path")
        with self._store.transaction():
            self._store.replace_all(FileAccount, [FileAccount(*row) for row in rows])

    def _write_rows(self) -> None:
        rows, self._rows = self._rows, []
        if not rows:
            return
        settled = self._identities.settle(rows)
        forgotten = self._tombstones.among([one.item.case.case_id for one in settled])
        news: dict[str, Settled] = {}
        other_facts: dict[str, Settled] = {}
        fresh: set[str] = set()
        overtaken: Counter[str] = Counter()
        relations: dict[str, RowRelation] = {}
        for one in settled:
            case_id = one.item.case.case_id
            if case_id in forgotten:
                self._counts["forgotten inputs"] += 1
                one.file.left_out["forgotten"] += 1
                one.file.forgotten[case_id] = one.item.digest
            elif self._account(one, overtaken, relations):
                news[case_id] = one  # the later row of one complaint supersedes
                fresh |= {case_id} if one.before is None else set()
            elif one.says_other_facts:
                other_facts[case_id] = one
        self._store_news(list(news.values()), list(relations.values()))
        self._store_facts([one for case_id, one in other_facts.items() if case_id not in news])
        for case_id, one in news.items():
            self._count_news(one, new=case_id in fresh)
        self._overtake(overtaken)

    def _account(self, one: Settled, overtaken: Counter[str], relations: dict[str, RowRelation]) -> bool:
        """Count a row in its file's account, and return whether it says something new."""
        file, item, before = one.file, one.item, one.before
        case, own = item.case, before is not None and before.path == file.path
        if before is not None and before.says(item):
            if not own or one.again:
                file.repeats += 1
                return False
        elif before is not None and own and one.again:
            file.replaced += 1
            file.complaints -= 1
        elif before is not None and not own:
            overtaken[before.path] += 1
        file.complaints += 1
        file.undated += case.received_at is None or case.received_at_from == "file_time"
        file.future += case.received_at is not None and case.received_at.date() > self._night.as_of
        file.shared_ids += one.shared
        if before is not None and before.says(item):
            return False
        if before is not None and before.source_ref != case.source_ref:
            relations[case.source_ref] = RowRelation(case.source_ref, before.source_ref, "corrects")
        elif one.shares is not None:
            relations[case.source_ref] = RowRelation(case.source_ref, one.shares.source_ref, "shares_id")
        return True

    def _store_news(self, news: Sequence[Settled], relations: Sequence[RowRelation]) -> None:
        if not news:
            return
        store, private, items = self._store, self._private, [one.item for one in news]
        serials = {i.case.serial_token: i.serial for i in items if i.serial}
        private.append_values("serials", list(serials.items()), replace=True)
        originals = [(o.item.case.case_id, o.file.path, o.item.row_number, o.item.raw_text) for o in news]
        private.append_values("originals", originals, replace=True)
        with store.transaction():
            write_cases(store, [item.case for item in items])
            store.append_values("inputs", [_text_row(item, self._night.run_id) for item in items], replace=True)
            store.delete("labels", "case_id", [item.case.case_id for item in items])
            labels = [(i.case.case_id, i.category, "given") for i in items if i.category]
            store.append_values("labels", labels, replace=True)
            self._append_facts(news)
            store.delete("row_relations", "source_ref", [relation.source_ref for relation in relations])
            store.append(relations)
        for relation in relations:
            self._counts["corrected rows" if relation.relation == "corrects" else "ids of several texts"] += 1

    def _store_facts(self, settled: Sequence[Settled]) -> None:
        """Keep other facts about complaints of which nothing else changed."""
        if settled:
            with self._store.transaction():
                rows = [_text_row(one.item, self._night.run_id) for one in settled]
                self._store.append_values("inputs", rows, replace=True)
                self._append_facts(settled)

    def _append_facts(self, settled: Sequence[Settled]) -> None:
        known = [one.item.case.case_id for one in settled if one.before is not None]
        self._store.delete("case_facts", "case_id", known)
        facts = [(one.item.case.case_id, *fact) for one in settled for fact in one.item.facts]
        self._store.append_values("case_facts", facts)

    def _count_news(self, one: Settled, *, new: bool) -> None:
        self._counts["new texts" if new else "changed texts"] += 1
        received = one.item.case.received_at
        self._counts["texts without a date"] += received is None or one.item.case.received_at_from == "file_time"
        self._counts["texts dated in the future"] += received is not None and received.date() > self._night.as_of

    def _overtake(self, overtaken: Counter[str]) -> None:
        """Count rows of other files whose place was taken in the accounts of these."""
        for path, rows in sorted(overtaken.items()):
            if file := self._readings.get(path):
                file.complaints -= rows
                file.replaced += rows
            else:
                sql = "UPDATE file_accounts SET complaints = complaints - ?, replaced = replaced + ? WHERE path = ?"
                self._private.query(sql, [rows, rows, path])


def _text_row(item: TextInput, run_id: str) -> tuple[object, ...]:
    case = item.case
    return (
        case.case_id, "text", case.source_ref, item.content, None, case.received_at, case.received_at_from,
        case.serial_token, case.product, None, case.language, run_id,
    )  # fmt: skip
