"""What the linear models see of a case: its characters, and the codes of its mentions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from classify.reading import Reading

NGRAMS = (1, 4)
MOST_NGRAMS = 300_000
MIN_CASES = 2  # an n-gram of a single case teaches nothing


class Vocabulary:
    """TF-IDF over a fixed vocabulary; fitted once, kept as names and inverse document frequencies.

    Args:
        kind: ``characters`` (1- to 4-grams of the text) or ``codes`` (`classify.reading.codes.mention_codes`).
        names: the n-grams or codes, one a column.
        idf: shape (len(names),).
    """

    def __init__(self, kind: str, names: Sequence[str], idf: NDArray[np.float32]) -> None:
        self.kind, self.names, self.idf = kind, tuple(names), idf
        self.columns = {name: column for column, name in enumerate(self.names)}
        self._vectorizer = _vectorizer(kind, vocabulary=self.columns)
        self._vectorizer.idf_ = idf.astype(np.float64)

    @classmethod
    def fit(cls, kind: str, readings: Sequence[Reading]) -> Vocabulary:
        """Learn the vocabulary of some cases."""
        learner = _vectorizer(kind)
        learner.fit(_inputs(kind, readings))
        return cls(kind, learner.get_feature_names_out().tolist(), learner.idf_.astype(np.float32))

    def transform(self, readings: Sequence[Reading]) -> Any:
        """Return the sparse features of cases, one row a case, each of length 1."""
        return self._vectorizer.transform(_inputs(self.kind, readings))


def _inputs(kind: str, readings: Sequence[Reading]) -> list[Any]:
    if kind == "characters":
        return [reading.text for reading in readings]
    return [reading.codes or ("",) for reading in readings]


def _vectorizer(kind: str, vocabulary: dict[str, int] | None = None) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    if kind == "characters":
        return TfidfVectorizer(
            analyzer="char", ngram_range=NGRAMS, min_df=MIN_CASES, max_features=MOST_NGRAMS, sublinear_tf=True,
            vocabulary=vocabulary, dtype=np.float32,
        )  # fmt: skip
    return TfidfVectorizer(analyzer=list, sublinear_tf=True, vocabulary=vocabulary, dtype=np.float32)
