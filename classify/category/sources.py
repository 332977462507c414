"""The sources whose probabilities are pooled: one multinomial logistic regression each over another view of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from classify.category.features import Vocabulary

if TYPE_CHECKING:
    from classify.reading import Reading

CHARACTERS, CODES, EMBEDDING = "characters", "codes", "embedding"
INVERSE_PENALTY = {CHARACTERS: 10.0, CODES: 3.0, EMBEDDING: 3.0}  # sklearn's C, by time-split cross-validation
ITERATIONS = 300


@dataclass(frozen=True, slots=True)
class Source:
    """A fitted source.

    Args:
        name: characters, codes or embedding.
        weights: shape (categories, features).
        offsets: shape (categories,).
        vocabulary: of characters and codes.
        centre: of embeddings: their mean, which E5's vectors share and which tells nothing; shape (dimension,).
    """

    name: str
    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]
    vocabulary: Vocabulary | None = None
    centre: NDArray[np.float32] | None = None

    def predict(self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Return probabilities, shape (len(readings), categories)."""
        from scipy.special import softmax

        features = self.features(readings, vectors)
        scores = np.asarray(features @ self.weights.T, dtype=np.float64) + self.offsets
        result: NDArray[np.float64] = softmax(scores, axis=-1)
        return result

    def features(self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None) -> Any:
        """Return the features of cases: sparse, or dense for embeddings."""
        if self.vocabulary is not None:
            return self.vocabulary.transform(readings)
        assert vectors is not None and self.centre is not None
        return centred(vectors, self.centre)


def centred(vectors: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return unit vectors of what differs from the centre."""
    moved = vectors - centre
    result: NDArray[np.float32] = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return result


def fit_source(
    name: str,
    readings: Sequence[Reading],
    vectors: NDArray[np.float32] | None,
    target: NDArray[np.int64],
    categories: int,
) -> Source:
    """Fit one source.

    Args:
        name: characters, codes or embedding.
        readings: the training cases.
        vectors: shape (len(readings), dimension); needed by embedding alone.
        target: category numbers; a category may be missing among them, it then gets the least probability.
        categories: how many there are.
    """
    vocabulary, centre = None, None
    if name == EMBEDDING:
        assert vectors is not None
        centre = vectors.mean(axis=0)
        features: Any = centred(vectors, centre)
    else:
        vocabulary = Vocabulary.fit(name, readings)
        features = vocabulary.transform(readings)
    weights, offsets = _regression(features, target, categories, INVERSE_PENALTY[name])
    return Source(name, weights, offsets, vocabulary, centre)


def _regression(
    features: Any, target: NDArray[np.int64], categories: int, inverse_penalty: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    from sklearn.linear_model import LogisticRegression

    weights = np.zeros((categories, features.shape[1]), np.float32)
    offsets = np.full(categories, -10.0, np.float32)
    present = np.unique(target)
    if len(present) == 1:
        offsets[present] = 0.0
        return weights, offsets
    model = LogisticRegression(C=inverse_penalty, max_iter=ITERATIONS).fit(features, target)
    if len(present) == 2:  # sklearn keeps one row for two classes
        weights[present[1]], offsets[present] = model.coef_[0], [0.0, model.intercept_[0]]
    else:
        weights[present], offsets[present] = model.coef_, model.intercept_
    return weights, offsets
