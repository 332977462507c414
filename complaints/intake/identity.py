"""Which complaint a row is: a new one, one that is known, a correction of one, or another one under the same id.

A row is known by its complaint_id, else by its content. Ids are given twice all the same: follow-ups stand under the
first call's number, and numbers start anew each month or at each site. A row takes the place of a known complaint with
its id unless what both say of day, vehicle and fault tells them apart; then both are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from complaints.fingerprints import content_id
from complaints.intake.file_reading import FileReading
from complaints.intake.texts import FACTS, TextInput
from complaints.records import Case, DatedFrom
from complaints.store import Store, same_text_key

LONG_TEXT = 12  # characters; shorter texts are often the same by chance
ALIKE = 0.5  # share of pairs of characters (Dice) from which two texts are versions of one


@dataclass(frozen=True, slots=True)
class Held:
    """A complaint that is stored, or was read before: `case` is None where only its identity was looked up."""

    case_id: str
    path: str
    source_ref: str
    content: str
    token: str | None
    case: Case | None = None

    def says(self, item: TextInput) -> bool:
        """Tell whether a row says nothing else of the complaint; its further facts aside."""
        return (self.content.partition(FACTS)[0], self.token) == (item.digest, item.case.serial_token)


@dataclass(frozen=True, slots=True)
class Settled:
    """A row with its final id.

    Args:
        file: where it stands.
        item: the row; its case has the id that counts.
        before: what is known under that id.
        again: the file gave that id before, in this reading.
        shared: another complaint has the same complaint_id.
        shares: that one, where the row is a new one.
    """

    file: FileReading
    item: TextInput
    before: Held | None
    again: bool
    shared: bool = False
    shares: Held | None = None

    @property
    def says_other_facts(self) -> bool:
        """Whether it is the row that told of the complaint before, and its further columns say something else now."""
        before = self.before
        own = before is not None and before.path == self.file.path and not self.again
        return own and before is not None and before.content != self.item.content


class Identities:
    """Settles rows, a batch at a time, against what the stores hold."""

    def __init__(self, store: Store, private: Store) -> None:
        self._store, self._private = store, private
        self._held: dict[str, Held] = {}
        self._by_id: dict[str, list[str]] = {}  # case ids by complaint_id, of those that were looked up

    def settle(self, rows: Sequence[tuple[FileReading, TextInput]]) -> list[Settled]:
        """Return the rows with their ids, in order; what a row is depends on those before it."""
        self._held, self._by_id = {}, {}
        self._look_up([item.case.case_id for _, item in rows])
        self._look_up_shared(rows)
        result = []
        for file, item in rows:
            settled = self._known_by_id(file, item) if item.by_id else self._known_by_content(file, item)
            case = settled.item.case
            if settled.before is None or not settled.before.says(settled.item):
                self._held[case.case_id] = Held(
                    case.case_id, file.path, case.source_ref, item.content, case.serial_token, case
                )
                if item.by_id and case.case_id not in self._by_id.setdefault(str(case.external_id), []):
                    self._by_id[str(case.external_id)].append(case.case_id)
            file.given.add(case.case_id)
            result.append(settled)
        return result

    def _known_by_content(self, file: FileReading, item: TextInput) -> Settled:
        """Give a row an id of its own when the same words came from another vehicle."""
        base, case_id, number = item.case.case_id, item.case.case_id, 0
        token = item.case.serial_token
        while item.case.external_id is None and (held := self._held.get(case_id)) and held.token != token:
            number += 1
            case_id = content_id("T", base, number)
            if case_id not in self._held:
                self._look_up([case_id])
        return self._as(file, item, case_id)

    def _known_by_id(self, file: FileReading, item: TextInput) -> Settled:
        base = item.case.case_id
        held = [self._held[case_id] for case_id in self._by_id.get(str(item.case.external_id), ())]
        if not held and base in self._held:  # it says the same, and no other row has its id
            held = [self._held[base]]
        exact = next((one for one in held if one.says(item)), None)
        free = [one for one in held if one.case_id not in file.given]
        match = exact or _corrected(item, free, file.path)
        if match is None:
            given = (one for one in held if one.case_id in file.given)
            match = next((one for one in given if _says_it_anew(item, one)), None)
        if match is not None:
            return self._as(file, item, match.case_id)
        if (not held and base not in file.given) or file.forgotten.get(base) == item.digest:
            return self._as(file, item, base)
        number = 0
        own = content_id("T", base, item.case.text, item.stated, number)
        while own in self._held or file.forgotten.get(own, item.digest) != item.digest:
            number += 1
            own = content_id("T", base, item.case.text, item.stated, number)
        settled = self._as(file, item, own)
        return replace(settled, shares=held[0] if held else None)

    def _as(self, file: FileReading, item: TextInput, case_id: str) -> Settled:
        shared = item.by_id and case_id != item.case.case_id
        if case_id != item.case.case_id:
            item = replace(item, case=replace(item.case, case_id=case_id))
        return Settled(file, item, self._held.get(case_id), case_id in file.given, shared)

    def _look_up(self, case_ids: Sequence[str]) -> None:
        sql = "SELECT input_id, content, serial_token, source_ref FROM inputs WHERE input_id IN (SELECT unnest(?))"
        found = self._store.query(sql, [list(case_ids)])
        if found:
            sql = "SELECT input_id, path FROM originals WHERE input_id IN (SELECT unnest(?))"
            paths = dict(self._private.query(sql, [[row[0] for row in found]]))
            for case_id, content, token, ref in found:
                self._held[case_id] = Held(case_id, paths.get(case_id, ""), ref, content, token)

    def _look_up_shared(self, rows: Sequence[tuple[FileReading, TextInput]]) -> None:
        """Look up all that stands under an id of which a row says something new, or that comes again."""
        wanted, here = set(), set()
        for file, item in rows:
            base = item.case.case_id
            if not item.by_id:
                continue
            held = self._held.get(base)
            if base in here or base in file.given or (held is not None and not held.says(item)):
                wanted.add(str(item.case.external_id))
            here.add(base)
        if not wanted:
            return
        cases = self._store.rows(Case, "source = 'text' AND external_id IN (SELECT unnest(?))", [sorted(wanted)])
        self._look_up([case.case_id for case in cases if case.case_id not in self._held])
        for case in cases:
            if case.case_id in self._held:
                self._held[case.case_id] = replace(self._held[case.case_id], case=case)
                self._by_id.setdefault(str(case.external_id), []).append(case.case_id)
        bases = {item.case.case_id for _, item in rows}
        for ids in self._by_id.values():
            ids.sort(key=lambda case_id: (case_id not in bases, case_id))


def _corrected(item: TextInput, held: Sequence[Held], path: str) -> Held | None:
    """Return the complaint whose place a row takes: rather one of the same file, with like words."""
    found = [one for one in held if _corrects(item, one, path)]
    return min(found, key=lambda one: (not _alike(item, one), one.path != path), default=None)


def _corrects(item: TextInput, held: Held, path: str) -> bool:
    """Tell whether a row takes a known complaint's place, where nothing but the id says that they are one."""
    other_day, other_unit = _differ(item, held)
    if held.path == path:
        return not (other_day or other_unit) or _alike(item, held)
    if other_day:
        same_unit = held.token is not None and held.token == item.case.serial_token
        long_text = len(same_text_key(item.case.text)) >= LONG_TEXT
        return not other_unit and (same_unit or long_text) and _alike(item, held)
    return not other_unit or _alike(item, held)


def _says_it_anew(item: TextInput, held: Held) -> bool:
    """Tell whether a row is a second version of another one of the same file."""
    same = held.case is not None and same_text_key(held.case.text) == same_text_key(item.case.text)
    return same and not any(_differ(item, held))


def _differ(item: TextInput, held: Held) -> tuple[bool, bool]:
    """Tell whether a row and a complaint name different days, and different vehicles."""
    other_unit = None not in (held.token, item.case.serial_token) and held.token != item.case.serial_token
    if held.case is None:
        return False, other_unit
    # The day in a file's name is when it was made: it tells apart only what is dated so, too.
    days = [_day(case, kind) for kind in ("given", "file_name") for case in (held.case, item.case)]
    return any(a and b and a != b for a, b in (days[:2], days[2:])), other_unit


def _day(case: Case, kind: DatedFrom) -> date | None:
    return case.received_at.date() if case.received_at is not None and case.received_at_from == kind else None


def _alike(item: TextInput, held: Held) -> bool:
    if held.case is None:
        return False
    one, other = same_text_key(item.case.text), same_text_key(held.case.text)
    if one in other or other in one:
        return True
    pairs = [{text[at : at + 2] for at in range(len(text) - 1)} for text in (one, other)]
    shared = len(pairs[0] & pairs[1])
    return shared > 0 and 2 * shared >= ALIKE * (len(pairs[0]) + len(pairs[1]))
