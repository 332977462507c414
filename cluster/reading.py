"""Cases read from the store for grouping: their vectors, what was found in them, and their words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cluster.batch import SHORT_CHARACTERS, Batch, Said, evidence_of
from cluster.case_lookup import Lookup, look_up
from cluster.changed import Counted
from cluster.names import CaseCodes
from complaints.batching import batches
from complaints.models import mask, vectors_for
from complaints.records import MentionKind, words_of

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.models import Encoder
    from complaints.store import Store, TemporaryTables

STAGE = "cluster"
BATCH_CASES = 10_000
NIGHT_CASES = 50_000  # of more, such as a first import, each block looks for itself


@dataclass(frozen=True, slots=True)
class Row:
    """What is read of a case beside its vector and mentions."""

    day: date | None
    vehicle: str | None
    content: str
    length: int


@dataclass
class StoreSource:
    """Reads cases from the store; vectors that are not there yet are made. One for a night, inside its transaction.

    Args:
        store: the store.
        encoder: makes vectors.
        dictionary: the night's.
        own: owner of what is looked up.
        night: the cases that most of a night reads, and `in_night`, which they are; see `look_up`.
    """

    store: Store
    encoder: Encoder
    dictionary: Dictionary
    own: TemporaryTables
    night: Lookup | None = None
    in_night: frozenset[str] = field(default_factory=frozenset)

    def look_up(self, window: Sequence[str]) -> Lookup:
        """Look up at once what changed and the window's cases: most of what a night reads."""
        self._drop(self.night)
        found = self.night = look_up(self.own, window, self.encoder.fingerprint, changed=True)
        cases = self.store.query(f"SELECT case_id FROM {found.cases}")
        self.in_night = frozenset(case for (case,) in cases) if len(cases) <= NIGHT_CASES else frozenset()
        return found

    def load(self, cases: Sequence[str]) -> Batch:
        """Return cases in the given order (see `cluster.stream.Source`)."""
        with self._looked_up(cases) as found:
            vectors, rows = self._vectors(found, cases), self._rows(found, cases)
            said = self._said(found, cases)
        return Batch(
            tuple(cases),
            tuple(rows[case].day for case in cases),
            vectors,
            tuple(evidence_of(said[case], rows[case].content, self.dictionary) for case in cases),
            tuple(rows[case].vehicle for case in cases),
            np.array([rows[case].length < SHORT_CHARACTERS for case in cases], bool),
        )

    def vectors(self, cases: Sequence[str]) -> NDArray[np.float32]:
        """Return the unit vectors of cases in the given order, shape (len(cases), d)."""
        with self._looked_up(cases) as found:
            return self._vectors(found, cases)

    def counted(self, cases: Sequence[str]) -> dict[str, Counted]:
        """Return what each case adds to the sums of its issue."""
        with self._looked_up(cases) as found:
            rows = self._rows(found, cases)
        return {case: Counted(row.day, row.vehicle or case, row.content == "service") for case, row in rows.items()}

    def codes(self, cases: Sequence[str]) -> dict[str, CaseCodes]:
        """Return the codes that each case's mentions name."""
        found: dict[str, dict[str, set[str]]] = {case: defaultdict(set) for case in cases}
        with self._looked_up(cases) as looked_up:
            mentions = self._mentions(looked_up, list(found))
        for case, kind, code, component in mentions:
            found[case][kind].add(code)
            if component:
                found[case]["component"].add(component)
        kinds = words_of(MentionKind)
        return {case: CaseCodes(*(frozenset(codes[kind]) for kind in kinds)) for case, codes in found.items()}

    def services(self, cases: Sequence[str]) -> set[str]:
        """Return which of some cases complain of the service."""
        with self._looked_up(cases) as found:
            return {case for case, row in self._rows(found, cases).items() if row.content == "service"}

    def masked_texts(self, cases: Sequence[str]) -> dict[str, str]:
        """Return the masked texts of cases."""
        with self._looked_up(cases) as found:
            return self._masked_texts(found, cases)

    def _masked_texts(self, found: Lookup, cases: Sequence[str]) -> dict[str, str]:
        texts = dict[str, str]()
        for part in batches(sorted(set(cases)), BATCH_CASES):
            rows = self.store.query(
                "SELECT case_id, text, language FROM cases WHERE rowid IN "
                f"(SELECT place FROM {found.cases} WHERE case_id IN (SELECT unnest(?)))",
                [list(part)],
            )
            texts |= {case_id: mask(text, language) for case_id, text, language in rows}
        return texts

    @contextmanager
    def _looked_up(self, cases: Sequence[str]) -> Iterator[Lookup]:
        """Give a lookup that holds some cases: the night's, or one for this question."""
        if self.night is not None and self.in_night.issuperset(cases):
            yield self.night
            return
        found = look_up(self.own, cases, self.encoder.fingerprint)
        yield found
        self._drop(found)

    def _drop(self, found: Lookup | None) -> None:
        if found is not None:
            self.own.drop(found.cases, found.mentions)

    def _rows(self, looked_up: Lookup, cases: Sequence[str]) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for part in batches(cases, BATCH_CASES):
            rows = self.store.query(
                f"SELECT case_id, day, serial_token, content, length FROM {looked_up.cases} "
                "WHERE case_id IN (SELECT unnest(?))",
                [list(part)],
            )
            found |= {case: Row(*facts) for case, *facts in rows}
        return found

    def _vectors(self, looked_up: Lookup, cases: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(cases), self.encoder.dimension), np.float32)
        place = {case: row for row, case in enumerate(cases)}
        missing: list[str] = []
        for part in batches(cases, BATCH_CASES):
            found = self.store.query(
                f"SELECT case_id, vector_place FROM {looked_up.cases} WHERE case_id IN (SELECT unnest(?)) "
                "ORDER BY case_id",
                [list(part)],
            )
            stored = self._stored(looked_up, part)
            for case, at in found:
                if at in stored:
                    vectors[place[case]] = stored[at]
                else:
                    missing.append(case)
        for part in batches(missing, BATCH_CASES):
            texts = self._masked_texts(looked_up, part)
            vectors[[place[case] for case in part]] = vectors_for(
                self.store, self.encoder, [texts[case] for case in part]
            )
        return vectors

    def _stored(self, looked_up: Lookup, cases: Sequence[str]) -> Mapping[int, NDArray[np.float16]]:
        rows = self.store.query(
            "SELECT rowid, vector FROM vectors WHERE rowid IN "
            f"(SELECT vector_place FROM {looked_up.cases} WHERE case_id IN (SELECT unnest(?)))",
            [list(cases)],
        )
        return {at: np.frombuffer(vector, np.float16) for at, vector in rows}

    def _said(self, looked_up: Lookup, cases: Sequence[str]) -> dict[str, list[Said]]:
        found: dict[str, list[Said]] = defaultdict(list)
        for case, kind, code, component in self._mentions(looked_up, cases):
            if kind != "condition":
                found[case].append(Said(kind, code, component))
        return found

    def _mentions(self, looked_up: Lookup, cases: Sequence[str]) -> list[tuple[str, str, str, str | None]]:
        rows: list[tuple[str, str, str, str | None]] = []
        for part in batches(cases, BATCH_CASES):
            rows += self.store.query(
                f"SELECT case_id, kind, code, component_code FROM {looked_up.mentions} "
                'WHERE case_id IN (SELECT unnest(?)) ORDER BY case_id, start, "end", kind, code',
                [list(part)],
            )
        return rows


@dataclass(frozen=True, slots=True)
class Member:
    """A row of `issue_members`, with its place in the table."""

    issue_id: str
    probability: float
    place: int


def members(store: Store, cases: Sequence[str]) -> dict[str, Member]:
    """Return the membership of each case that is in an issue."""
    found: dict[str, Member] = {}
    for part in batches(cases, BATCH_CASES):
        rows = store.query(
            "SELECT case_id, issue_id, probability, rowid FROM issue_members WHERE rowid IN "
            "(SELECT rowid FROM issue_members WHERE case_id IN (SELECT unnest(?)))",
            [list(part)],
        )
        found |= {case: Member(*row) for case, *row in rows}
    return found


def central_cases(store: Store, issues: Sequence[str], most: int) -> dict[str, list[str]]:
    """Return for each issue its (at most `most`) surest members, by case id."""
    found: dict[str, list[str]] = defaultdict(list)
    for issue_id, case_id in store.query(
        "SELECT issue_id, case_id FROM (SELECT issue_id, case_id, row_number() OVER "
        "(PARTITION BY issue_id ORDER BY probability DESC, case_id) AS place FROM issue_members "
        "WHERE issue_id IN (SELECT unnest(?))) WHERE place <= ? ORDER BY 1, 2",
        [list(issues), most],
    ):
        found[issue_id].append(case_id)
    return found
