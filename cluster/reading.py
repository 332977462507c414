"""Cases read from the store for grouping: which are new, their vectors and what was found in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cluster.batch import SHORT_CHARACTERS, Batch, Said, evidence_of
from cluster.names import CaseCodes
from complaints.masking import mask
from complaints.night import batches
from complaints.vectors import vectors_for

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.embeddings import Encoder
    from complaints.store import Store

STAGE = "cluster"
KINDS = ("fault", "service")
BATCH_CASES = 10_000
# The agent's words do not count; a component counts unless it is only imagined.
COUNTED = "speaker <> 'agent' AND (polarity = 'present' OR (kind <> 'symptom' AND polarity <> 'hypothetical'))"
ELIGIBLE = "c.content IN ('fault', 'service') AND c.duplicate_of IS NULL"


@dataclass(frozen=True)
class StoreSource:
    """Reads cases from the store; vectors that are not there yet are made."""

    store: Store
    encoder: Encoder
    dictionary: Dictionary

    def load(self, cases: Sequence[str]) -> Batch:
        """Return cases in the given order (see `cluster.stream.Source`)."""
        vectors, rows = self._read(cases)
        said = _said(self.store, cases)
        return Batch(
            tuple(cases),
            tuple(rows[case][0] for case in cases),
            vectors,
            tuple(evidence_of(said[case], rows[case][3], self.dictionary) for case in cases),
            tuple(rows[case][1] for case in cases),
            np.array([rows[case][2] < SHORT_CHARACTERS for case in cases], bool),
        )

    def vectors(self, cases: Sequence[str]) -> NDArray[np.float32]:
        """Return the unit vectors of cases in the given order, shape (len(cases), d)."""
        return self._read(cases)[0]

    def _read(
        self, cases: Sequence[str]
    ) -> tuple[NDArray[np.float32], dict[str, tuple[date | None, str | None, int, str]]]:
        """Return the vectors, and (day received, vehicle, characters, content) by case."""
        vectors = np.zeros((len(cases), self.encoder.dimension), np.float32)
        place = {case: row for row, case in enumerate(cases)}
        rows: dict[str, tuple[date | None, str | None, int, str]] = {}
        missing: list[str] = []
        for part in batches(cases, BATCH_CASES):
            found = self.store.query(
                "SELECT c.case_id, CAST(c.received_at AS DATE), c.serial_token, length(c.text), c.content, k.masked "
                "FROM (FROM cases WHERE rowid IN (SELECT unnest(?))) c LEFT JOIN (FROM case_content "
                "WHERE rowid IN (SELECT unnest(?))) k ON k.case_id = c.case_id ORDER BY c.case_id",
                [_places(self.store, "cases", part), _places(self.store, "case_content", part)],
            )
            stored = self._vectors([masked for *_, masked in found if masked is not None])
            for case_id, day, token, length, content, masked in found:
                rows[case_id] = (day, token, int(length), content)
                if masked in stored:
                    vectors[place[case_id]] = stored[masked]
                else:
                    missing.append(case_id)
        for part in batches(missing, BATCH_CASES):
            made = vectors_for(self.store, self.encoder, masked_texts(self.store, part))
            vectors[[place[case] for case in part]] = made
        return vectors, rows

    def _vectors(self, keys: Sequence[str]) -> dict[str, NDArray[np.float16]]:
        # As in `_places`: a join would read every vector of the history.
        places = self.store.query(
            "SELECT rowid FROM vectors WHERE model = ? AND content IN (SELECT unnest(?))",
            [self.encoder.fingerprint, list(keys)],
        )
        rows = self.store.query(
            "SELECT content, vector FROM vectors WHERE rowid IN (SELECT unnest(?))", [[place for (place,) in places]]
        )
        return {key: np.frombuffer(vector, np.float16) for key, vector in rows}


def _places(store: Store, table: str, cases: Sequence[str]) -> list[int]:
    """Return where the rows of cases lie in a table; what is asked of these places then reads no other row's text."""
    rows = store.query(f"SELECT rowid FROM {table} WHERE case_id IN (SELECT unnest(?))", [list(cases)])
    return [place for (place,) in rows]


def _said(store: Store, cases: Sequence[str]) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = defaultdict(list)
    for part in batches(cases, BATCH_CASES):
        rows = store.query(
            f"SELECT case_id, kind, code, component_code FROM mentions WHERE {COUNTED} AND kind <> 'condition' "
            'AND case_id IN (SELECT unnest(?)) ORDER BY case_id, start, "end", kind, code',
            [list(part)],
        )
        for case_id, kind, code, component in rows:
            found[case_id].append(Said(kind, code, component))
    return found


def new_cases(store: Store, key: str) -> list[tuple[date | None, str, str]]:
    """Return (day received, case id, content digest) of the cases that the stream has not met as they are now."""
    # The cases met are taken away first, by key and content alone: the one look that still grows with the store.
    return store.query(
        "WITH unmet AS (SELECT case_id, content FROM case_content ANTI JOIN (SELECT item_id AS case_id, content "
        "FROM stage_state WHERE stage = ? AND key = ?) USING (case_id, content)) "
        "SELECT CAST(c.received_at AS DATE), c.case_id, k.content FROM cases c JOIN unmet k ON k.case_id = c.case_id "
        f"WHERE {ELIGIBLE} ORDER BY 2",
        [STAGE, key],
    )


def gone_members(store: Store) -> list[str]:
    """Return the members that are no cases of their own any more: found to repeat another, without content, deleted."""
    return [
        case
        for (case,) in store.query(
            f"SELECT m.case_id FROM issue_members m LEFT JOIN cases c ON c.case_id = m.case_id AND {ELIGIBLE} "
            "WHERE c.case_id IS NULL ORDER BY 1"
        )
    ]


def without_standing(store: Store, cases: Sequence[str]) -> set[str]:
    """Return which of some cases are no cases of their own (any more), or are not there."""
    rows = store.query(
        f"SELECT c.case_id FROM cases c WHERE {ELIGIBLE} AND c.case_id IN (SELECT unnest(?))", [list(cases)]
    )
    return set(cases) - {case for (case,) in rows}


def members(store: Store, cases: Sequence[str]) -> dict[str, str]:
    """Return the issue of each case that has one."""
    found: dict[str, str] = {}
    for part in batches(cases, BATCH_CASES):
        rows = store.query(
            "SELECT case_id, issue_id FROM issue_members WHERE case_id IN (SELECT unnest(?))", [list(part)]
        )
        found |= dict(rows)
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


def masked_texts(store: Store, cases: Sequence[str]) -> list[str]:
    """Return the masked texts of cases, in the given order."""
    texts: dict[str, str] = {}
    for part in batches(sorted(set(cases)), BATCH_CASES):
        rows = store.query(
            "SELECT case_id, text, language FROM cases WHERE rowid IN (SELECT unnest(?))",
            [_places(store, "cases", part)],
        )
        texts |= {case_id: mask(text, language) for case_id, text, language in rows}
    return [texts[case] for case in cases]


def case_codes(store: Store, cases: Sequence[str]) -> list[CaseCodes]:
    """Return the codes that each case's mentions name, in the given order."""
    found: dict[str, dict[str, set[str]]] = {case: defaultdict(set) for case in cases}
    for part in batches(sorted(found), BATCH_CASES):
        rows = store.query(
            f"SELECT case_id, kind, code, component_code FROM mentions WHERE {COUNTED} "
            "AND case_id IN (SELECT unnest(?))",
            [list(part)],
        )
        for case_id, kind, code, component in rows:
            found[case_id][kind].add(code)
            if component:
                found[case_id]["component"].add(component)
    kinds = ("symptom", "component", "condition")
    return [CaseCodes(*(frozenset(found[case][kind]) for kind in kinds)) for case in cases]


def service_cases(store: Store, cases: Sequence[str]) -> set[str]:
    """Return which of some cases complain of the service."""
    found: set[str] = set()
    for part in batches(sorted(set(cases)), BATCH_CASES):
        rows = store.query(
            "SELECT case_id FROM cases WHERE content = 'service' AND case_id IN (SELECT unnest(?))", [list(part)]
        )
        found |= {case for (case,) in rows}
    return found
