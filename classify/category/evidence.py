"""The words that drove a decision: the stretches of a text whose n-grams and mentions speak for a category."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classify.category.features import NGRAMS
from classify.category.sources import CHARACTERS, CODES, Source
from classify.category.unlabelled import EVIDENCE, Evidence

if TYPE_CHECKING:
    from classify.category.ensemble import Fitted
    from classify.reading import Reading


def driving_words(fitted: Fitted, reading: Reading, category: int) -> list[Evidence]:
    """Return the stretches that speak most for a category against the mean of all others, the strongest first.

    Every n-gram hands its share of the score to its characters, and every mention its code's share, each weighted as
    the pool weighs its source; contiguous characters of positive gain are one stretch, cut at blanks and punctuation.

    Args:
        fitted: the model.
        reading: the case.
        category: number of the category.
    """
    text = reading.text.lower()
    gains = np.zeros(len(reading.text))
    shares = fitted.pool.weights[1]
    for number, source in enumerate(fitted.sources):
        share = max(float(shares[number]), 0.0)
        if not isinstance(source, Source):
            continue
        if source.name == CHARACTERS and len(text) == len(reading.text):
            _add_grams(gains, source, reading, category, share)
        elif source.name == CODES:
            _add_mentions(gains, source, reading, category, share)
    return list(_stretches(reading.text, gains))[:EVIDENCE]


def _contrast(source: Source, columns: list[int], category: int) -> NDArray[np.float64]:
    weights = source.weights[:, columns].astype(np.float64)
    result: NDArray[np.float64] = weights[category] - weights.mean(axis=0)
    return result


def _add_grams(gains: NDArray[np.float64], source: Source, reading: Reading, category: int, share: float) -> None:
    assert source.vocabulary is not None
    row = source.features([reading], None)
    columns = row.indices.tolist()
    speaks = dict(zip(columns, _contrast(source, columns, category) * row.data, strict=True))
    text, known = reading.text.lower(), source.vocabulary.columns
    for size in range(max(2, NGRAMS[0]), NGRAMS[1] + 1):
        for start in range(len(text) - size + 1):
            column = known.get(text[start : start + size])
            if column is not None and column in speaks:
                gains[start : start + size] += share * speaks[column] / size


def _add_mentions(gains: NDArray[np.float64], source: Source, reading: Reading, category: int, share: float) -> None:
    assert source.vocabulary is not None
    row = source.features([reading], None)
    columns = row.indices.tolist()
    speaks = dict(zip(columns, _contrast(source, columns, category) * row.data, strict=True))
    for mention in reading.mentions:
        prefix = mention.kind if mention.polarity == "present" else mention.polarity
        column = source.vocabulary.columns.get(f"{prefix}:{mention.code}")
        if column is not None and column in speaks and mention.end > mention.start:
            gains[mention.start : mention.end] += share * speaks[column] / (mention.end - mention.start)


def _stretches(text: str, gains: NDArray[np.float64]) -> Iterator[Evidence]:
    stretches, start = [], None
    for at in range(len(gains) + 1):
        positive = at < len(gains) and gains[at] > 0 and text[at].isalnum()
        if positive and start is None:
            start = at
        elif not positive and start is not None:
            stretches.append((float(gains[start:at].sum()), start, at))
            start = None
    for weight, first, last in sorted(stretches, key=lambda s: (-s[0], s[1])):
        yield Evidence(text[first:last], first, last, round(weight, 4))
