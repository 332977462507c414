"""Training a category model on the known labels, measuring it against the one in use, and keeping the better one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from classify.category import (
    NEVER,
    STATES,
    Fitted,
    Model,
    Tuner,
    dated_cases,
    labelled_cases,
    read_all,
    steps_of_training,
    train,
)
from classify.learning.metrics import calibration_error, macro_f1, top_share
from classify.learning.model_files import Card, Stored, current_model, load_card, load_model, save_model
from complaints.errors import StoreError, UsageError
from complaints.fingerprints import digest

if TYPE_CHECKING:
    from classify.reading import MentionFinder, Reading
    from complaints.models import Encoder
    from complaints.run import Progress
    from complaints.settings import Classify
    from complaints.store import Store


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training came to.

    Args:
        model_id: the model in use afterwards.
        replaced: whether it is the new one.
        figures: of the new one on its held-out cases, by name.
        former: of the one in use before, on the same cases; empty when there was none to compare with.
        card: of the model in use afterwards.
        automated: share of the held-out cases that it decides alone.
        lower: lower bound of their precision.
        precision: what is guaranteed; `held` says whether it can be.
        held: whether anything can be guaranteed.
    """

    model_id: str
    replaced: bool
    figures: dict[str, float]
    former: dict[str, float]
    card: Card
    automated: float
    lower: float
    precision: float
    held: bool

    def as_json(self) -> dict[str, Any]:
        """Return plain values for a machine."""
        return {
            "model_id": self.model_id, "replaced": self.replaced, "figures": self.figures, "former": self.former,
            "labels": self.card.labels, "from": self.card.first, "to": self.card.last,
            "suspect_labels": len(self.card.suspects), "promised_precision": self.precision, "held": self.held,
            "automated": self.automated, "lower_bound": self.lower,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Workshop:
    """What training needs.

    Args:
        store: open for writing (vectors are cached in it).
        models: the folder models/.
        settings: of classify.
        finder: reads the texts.
        encoder: the open encoder, or None.
        encoder_key: fingerprint of the embedding model, "" without one.
        encoder_folder: its folder, or None.
        as_of: the day that is written down.
        progress: bars, or silence.
    """

    store: Store
    models: Path
    settings: Classify
    finder: MentionFinder
    encoder: Encoder | None
    encoder_key: str
    encoder_folder: Path | None
    as_of: date
    progress: Progress

    def train(self, *, force: bool = False, finetune: bool = False) -> Trained:
        """Train on all known labels and put the model in use, unless the one in use is better.

        Args:
            force: put it in use whatever the comparison says.
            finetune: also fine-tune the sentence encoder.

        Raises:
            UsageError: too few labels, or only one category.
        """
        known = labelled_cases(self.store)
        if len(known) < self.settings.min_labels:
            raise UsageError("classify.few_labels", labels=len(known), least=self.settings.min_labels)  # fmt: skip
        readings, vectors = read_all(self.store, self.finder, self.encoder, sorted(known))
        labels = [known[r.case_id] for r in readings]
        total = steps_of_training(vectors is not None)
        with self.progress.task("train", total) as task, self._tuner(finetune, len(readings)) as tuner:
            error = 1.0 - self.settings.confidence
            model = train(readings, labels, vectors, self.settings.precision, error, lambda: task.advance(), tuner)
        if model is None:
            raise UsageError("classify.one_category")
        figures = held_out_figures(model.measured, model.reference.cases, readings, labels, vectors)
        former = self._former(model.reference.cases, readings, labels, vectors)
        before = current_model(self.models)
        worse = bool(former) and former["accuracy"] > figures.get("accuracy", 0.0)
        if worse and not force and before is not None:
            card, guarantee = load_card(self.models, before)
            return _trained(before, False, figures, former, card, guarantee.decided, guarantee.cases, guarantee)
        card = self._card(model, readings, labels, figures)
        model_id = save_model(self.models, model, card)
        shutil.rmtree(self.models / STATES, ignore_errors=True)
        guarantee = model.guarantee
        return _trained(model_id, True, figures, former, card, guarantee.decided, guarantee.cases, guarantee)

    @contextmanager
    def _tuner(self, wanted: bool, cases: int) -> Iterator[Tuner | None]:
        if not wanted:
            yield None
            return
        if self.encoder_folder is None:
            raise UsageError("classify.no_encoder", "--finetune")
        import torch

        from classify.category import steps_of_finetuning

        device = "cuda" if torch.cuda.is_available() else "cpu"
        # Two fits of the model, each with an encoder of its own and one for each half of its cases.
        with self.progress.task("fine-tune", 4 * steps_of_finetuning(cases)) as task:
            yield Tuner(self.encoder_folder, device, self.models / STATES, lambda: task.advance())

    def _former(
        self,
        cases: Sequence[str],
        readings: Sequence[Reading],
        labels: Sequence[tuple[str, ...]],
        vectors: NDArray[np.float32] | None,
    ) -> dict[str, float]:
        """The figures of the model in use on the same cases; those it learned from are scored out of fold."""
        stored = usable_model(self.models, self.store, self.encoder_key, self.encoder_folder)
        return {} if stored is None else held_out_figures(stored.model.full, cases, readings, labels, vectors)

    def _card(
        self, model: Model, readings: Sequence[Reading], labels: Sequence[tuple[str, ...]], figures: dict[str, float]
    ) -> Card:
        days = sorted(r.dated.day for r in readings if r.dated and r.dated.day)
        content = sorted((r.case_id, *names) for r, names in zip(readings, labels, strict=True))
        full = model.full
        doubt = {
            case: float(full.out_of_fold.probabilities[row][full.past.probabilities[row].argmax()])
            for case, row in full.known.items()
            if full.suspect[row]
        }
        return Card(
            trained_on=self.as_of.isoformat(),
            labels=len(readings),
            labels_digest=digest(*(digest(*row) for row in content)),
            first=date.fromordinal(days[0]).isoformat() if days else "",
            last=date.fromordinal(days[-1]).isoformat() if days else "",
            encoder=self.encoder_key,
            dictionary=self.finder.dictionary.fingerprint,
            figures=figures,
            suspects=sorted(doubt, key=lambda case: (doubt[case], case)),
        )


def usable_model(models: Path, store: Store, encoder_key: str, encoder_folder: Path | None) -> Stored | None:
    """Return the model in use, or None when there is none or it was made for another embedding model.

    Raises:
        StoreError: it is damaged.
    """
    model_id = current_model(models)
    if model_id is None or not fits(models, model_id, encoder_key):
        return None
    return load_model(models, model_id, partial(_dated, store), encoder_folder)


def fits(models: Path, model_id: str, encoder_key: str) -> bool:
    """Return whether a model can be used with an embedding model ("" for none)."""
    try:
        return load_card(models, model_id)[0].encoder == encoder_key
    except StoreError as error:
        if error.key == "classify.model_format":
            return False
        raise


def _dated(store: Store, ids: Sequence[str]) -> Mapping[str, Any]:
    return dated_cases(store, ids)


def held_out_figures(
    fitted: Fitted | None,
    cases: Sequence[str],
    readings: Sequence[Reading],
    labels: Sequence[tuple[str, ...]],
    vectors: NDArray[np.float32] | None,
) -> dict[str, float]:
    """Return a fit's figures on held-out cases: accuracy, macro_f1, top3, calibration_error; empty without any."""
    rows = {reading.case_id: row for row, reading in enumerate(readings)}
    chosen = [rows[case] for case in cases]
    if fitted is None or not chosen:
        return {}
    found = fitted.predict([readings[i] for i in chosen], None if vectors is None else vectors[chosen])
    names = [fitted.categories[i] for i in found.probabilities.argmax(axis=1)]
    accepted = [labels[i] for i in chosen]
    right = np.array([name in named for name, named in zip(names, accepted, strict=True)])
    truth = [name if name in named else named[0] for name, named in zip(names, accepted, strict=True)]
    return {
        "accuracy": round(float(right.mean()), 4),
        "macro_f1": round(macro_f1(truth, names), 4),
        "top3": round(top_share(truth, fitted.categories, found.probabilities), 4),
        "calibration_error": round(calibration_error(found.confidence, right), 4),
        "cases": float(len(chosen)),
    }


def _trained(
    model_id: str, replaced: bool, figures: dict[str, float], former: dict[str, float], card: Card,
    decided: int, cases: int, guarantee: Any,
) -> Trained:  # fmt: skip
    return Trained(
        model_id, replaced, figures, former, card, round(decided / cases, 4) if cases else 0.0, guarantee.lower,
        guarantee.precision, guarantee.threshold < NEVER,
    )  # fmt: skip
