"""Cases to compare a decision with: labelled ones that say nearly the same, and the one a follow-up goes on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classify.category.sources import centred
from complaints.fingerprints import canonical_json

if TYPE_CHECKING:
    from complaints.models import Encoder
    from complaints.store import Store

SHOWN = 3
MOST = 20_000  # labelled cases that are compared, the newest
MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Near:
    """A case to compare with, as it stands in `classifications.nearest` (`complaints.records.Classification`)."""

    case_id: str
    category: str
    similarity: float | None = None
    confirmed: bool = False
    why: str = MEANING


class Neighbours:
    """Finds the nearest labelled cases.

    Args:
        store: its labels and cached vectors are read once.
        encoder: whose vectors are compared.
    """

    def __init__(self, store: Store, encoder: Encoder) -> None:
        rows = store.query(
            "SELECT l.case_id, l.category, l.origin <> 'given', v.vector FROM labels l JOIN cases c USING (case_id) "
            "JOIN case_content k USING (case_id) JOIN vectors v ON v.content = k.masked AND v.model = ? "
            "WHERE c.content <> 'none' AND c.duplicate_of IS NULL "
            "ORDER BY c.received_at DESC NULLS LAST, l.case_id LIMIT ?",
            [encoder.fingerprint, MOST],
        )
        self._cases = [Near(case, category, confirmed=confirmed) for case, category, confirmed, _ in rows]
        if rows:
            vectors = np.stack([np.frombuffer(vector, np.float16).astype(np.float32) for *_, vector in rows])
            self._centre = vectors.mean(axis=0)
            self._vectors = centred(vectors, self._centre)

    def of(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> list[list[Near]]:
        """Return for each case its nearest labelled cases, itself aside; similarity is a cosine, -1..1."""
        if not self._cases:
            return [[] for _ in ids]
        near = centred(vectors, self._centre) @ self._vectors.T
        result = []
        for case, row in zip(ids, near, strict=True):
            found: list[Near] = []
            for at in np.argsort(-row, kind="stable")[: SHOWN + 1].tolist():
                other = self._cases[at]
                if other.case_id != case and len(found) < SHOWN:
                    found.append(replace(other, similarity=round(float(row[at]), 4)))
            result.append(found)
        return result


def near_json(joined: Near | None, near: Sequence[Near]) -> str:
    """Return the JSON of a case's comparisons: the one that it was joined to first."""
    return canonical_json([asdict(one) for one in ([joined] if joined else []) + list(near)])
