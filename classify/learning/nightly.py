"""The category model of a night: the stored one, one trained on the first night with enough labels, or none.

Before anything is decided alone, the drift test compares what came in since the guarantee was measured with the cases
on which it was measured. While it fires, nothing received since then is decided alone; the table precision_guarantee
says so.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from classify.learning.model_files import Stored, current_model
from classify.learning.training import Workshop, fits, usable_model
from complaints.records import GuaranteeState

if TYPE_CHECKING:
    from classify.category import Decider, Drift
    from classify.reading import MentionFinder
    from complaints.models import Encoder
    from complaints.run import Night

WITHOUT_MODEL = "none"  # in the place of the embedding model's fingerprint, where there is no such model


class NightlyModel:
    """Which model decides tonight.

    Args:
        night: the run.
        embedding: fingerprint of the embedding model, or `WITHOUT_MODEL`.
        folder: of the embedding model, or None.
    """

    def __init__(self, night: Night, embedding: str, folder: Path | None) -> None:
        self._night, self._folder = night, folder
        self._encoder_key = "" if embedding == WITHOUT_MODEL else embedding
        models = night.workspace.models
        known = current_model(models)
        self.model_id = known if known is not None and fits(models, known, self._encoder_key) else None
        before = night.store.only(GuaranteeState)
        self._suspended = before is not None and before.suspended and before.model_id == self.model_id
        self._last = before.last if before is not None else ""

    @property
    def key(self) -> str:
        """What the decisions depend on besides the cases: the model. See `suspended_after`."""
        if self.model_id is None:
            return "trains" if self._trains() else "unlabelled"
        return self.model_id

    @property
    def suspended_after(self) -> date | None:
        """The day after which nothing is decided alone, while the guarantee is suspended; decisions before it stay."""
        if self.model_id is None or not self._suspended:
            return None
        return date.fromisoformat(self._last) if self._last else date.min

    def counts(self) -> dict[str, int]:
        """Return what the run's record says of the model."""
        return {"promise_suspended": int(self._suspended)} if self.model_id else {}

    def decider(self, finder: MentionFinder, encoder: Encoder | None) -> Decider:
        """Return tonight's decider: loads or trains the model, and tests for drift."""
        from classify.category import Learned, Unlabelled

        night = self._night
        if self.model_id is None and self._trains():
            workshop = Workshop(
                night.store, night.workspace.models, night.settings.classify, finder, encoder, self._encoder_key,
                self._folder, night.as_of, night.progress,
            )  # fmt: skip
            trained = workshop.train(force=True)
            night.log.event("classify", "trained", model=trained.model_id, labels=trained.card.labels)
            self.model_id = trained.model_id
        stored = (
            usable_model(night.workspace.models, night.store, self._encoder_key, self._folder)
            if self.model_id
            else None
        )
        if stored is None:
            return Unlabelled(night.dictionary, night.store, encoder)
        self._test_drift(stored, finder, encoder)
        after = self.suspended_after
        return Learned(stored.model, after.toordinal() if after else None)

    def _trains(self) -> bool:
        """Whether there are labels enough, of two categories at least."""
        sql = "SELECT count(*), count(DISTINCT l.category) FROM labels l JOIN cases USING (case_id)"
        labels, categories = self._night.store.query(sql)[0]
        return int(labels) >= self._night.settings.classify.min_labels and int(categories) > 1

    def _test_drift(self, stored: Stored, finder: MentionFinder, encoder: Encoder | None) -> None:
        """Run the drift test, note what it found, and suspend the guarantee or bring it into force again."""
        drift = self._drift(stored, finder, encoder)
        self._suspended, self._last = drift is not None and drift.fires, stored.model.guarantee.last
        self._night.store.replace_all(GuaranteeState, [_state(stored, drift, suspended=self._suspended)])
        if self._suspended:
            self._night.log.event("classify", "promise suspended", **(drift.as_json() if drift else {}))

    def _drift(self, stored: Stored, finder: MentionFinder, encoder: Encoder | None) -> Drift | None:
        from classify.category import MOST_CASES, read_all

        guarantee = stored.model.guarantee
        if stored.model.measured is None or not guarantee.last:
            return None
        newer = self._night.store.query(
            "SELECT case_id FROM cases WHERE CAST(received_at AS DATE) > ? AND duplicate_of IS NULL "
            "ORDER BY received_at DESC, case_id LIMIT ?",
            [date.fromisoformat(guarantee.last), MOST_CASES],
        )
        readings, vectors = read_all(self._night.store, finder, encoder, [row[0] for row in newer])
        return stored.model.drift(readings, vectors)


def _state(stored: Stored, drift: Drift | None, *, suspended: bool) -> GuaranteeState:
    made, found = stored.model.guarantee, drift.as_json() if drift else {}
    return GuaranteeState(
        stored.model_id, made.precision, made.error, made.threshold, made.cases, made.decided, made.right, made.lower,
        made.first, made.last, suspended, found.get("cases"), found.get("area"), found.get("area_low"),
        found.get("distance"), found.get("p_value"), found.get("texts"), found.get("categories"),
    )  # fmt: skip
