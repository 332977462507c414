"""The labelled cases that say nearly the same as a case: shown beside its decision, so that an expert can compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classify.sources import centred
from complaints.ids import canonical_json

if TYPE_CHECKING:
    from complaints.embeddings import Encoder
    from complaints.store import Store

SHOWN = 3
MOST = 20_000  # labelled cases that are compared, the newest


class Neighbours:
    """Finds the nearest labelled cases.

    Args:
        store: its labels and cached vectors are read once.
        encoder: whose vectors are compared.
    """

    def __init__(self, store: Store, encoder: Encoder) -> None:
        rows = store.query(
            "SELECT l.case_id, l.category, v.vector FROM labels l JOIN cases c USING (case_id) "
            "JOIN case_content k USING (case_id) JOIN vectors v ON v.content = k.masked AND v.model = ? "
            "WHERE c.content <> 'none' AND c.duplicate_of IS NULL "
            "ORDER BY c.received_at DESC NULLS LAST, l.case_id LIMIT ?",
            [encoder.fingerprint, MOST],
        )
        self._cases = [(case, category) for case, category, _ in rows]
        if rows:
            vectors = np.stack([np.frombuffer(vector, np.float16).astype(np.float32) for _, _, vector in rows])
            self._centre = vectors.mean(axis=0)
            self._vectors = centred(vectors, self._centre)

    def of(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> list[str]:
        """Return for each case the JSON of its nearest labelled cases, itself aside; similarity is a cosine, -1..1."""
        if not self._cases:
            return ["[]"] * len(ids)
        near = centred(vectors, self._centre) @ self._vectors.T
        result = []
        for case, row in zip(ids, near, strict=True):
            found: list[dict[str, object]] = []
            for at in np.argsort(-row, kind="stable")[: SHOWN + 1].tolist():
                other, category = self._cases[at]
                if other != case and len(found) < SHOWN:
                    found.append({"case_id": other, "category": category, "similarity": round(float(row[at]), 4)})
            result.append(canonical_json(found))
        return result
