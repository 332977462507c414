"""The fine-tuned encoder as one more source of the pool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from complaints.fingerprints import digest

if TYPE_CHECKING:
    from classify.category.finetune import Encoder
    from classify.reading import Reading

ENCODER = "encoder"
STATES = ".finetune"  # folder under models/ that holds the states of an unfinished training


@dataclass(frozen=True)
class TunedSource:
    """A fine-tuned encoder with its head.

    Args:
        weights: the trained ones by name (`classify.category.finetune.Tuned`).
        folder: the model that they belong on.
        categories: how many there are.
        device: cpu or cuda.
    """

    weights: dict[str, NDArray[np.float32]]
    folder: Path
    categories: int
    device: str = "cpu"
    name: str = field(default=ENCODER, init=False)

    def predict(self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Return probabilities, shape (len(readings), categories); `vectors` are not read."""
        return self._encoder.predict([reading.masked for reading in readings])

    @cached_property
    def _encoder(self) -> Encoder:
        from classify.category.finetune import Encoder, Tuned

        return Encoder(self.folder, self.categories, self.device, Tuned(self.weights))


@dataclass(frozen=True, slots=True)
class Tuner:
    """Fine-tunes encoders.

    Args:
        folder: the sentence-transformers model to begin with.
        device: cpu or cuda.
        states: folder for the states of unfinished trainings.
        advance: called after each batch.
    """

    folder: Path
    device: str
    states: Path
    advance: Callable[[], None] = lambda: None

    def fit(self, readings: Sequence[Reading], target: NDArray[np.int64], categories: int) -> TunedSource:
        """Return an encoder trained on cases; a training of the same cases that was cut short goes on."""
        from classify.category.finetune import finetune

        texts = [reading.masked for reading in readings]
        self.states.mkdir(parents=True, exist_ok=True)
        state = self.states / f"{digest(*texts, *target.tolist())[:16]}.pt"
        encoder = finetune(
            texts, target, categories, self.folder, device=self.device, state=state, advance=self.advance
        )
        # Kept as it will be stored, so that a loaded model gives the same probabilities.
        weights = {name: w.astype(np.float16).astype(np.float32) for name, w in encoder.save().weights.items()}
        return TunedSource(weights, self.folder, categories, self.device)
