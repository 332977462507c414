"""Categories learned from the user's own known labels.

Character n-grams (1 to 4) by TF-IDF, the mentions' codes, and sentence embeddings where there are any, in one linear
support vector machine (one against the rest). Its margins become probabilities by one temperature, and the threshold
for deciding alone is chosen, both on out-of-fold margins: no case is ever scored by a model that has seen its label, or
that of a copy of it, so a case's own label never helps to predict it.

The threshold: cases are taken in order of confidence, in growing blocks; the first blocks whose precision has a lower
bound (Clopper and Pearson, Biometrika 26, 1934; one-sided, 95 %) at or over the promised one are decided alone, and the
first block that misses it ends the sequence. Testing in a fixed order and stopping at the first failure keeps the
promise's error at 5 % although many thresholds are tried (Angelopoulos et al., Learn then Test, 2021). The promise is
about labels like the known ones, and conditional on no drift.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.category import Decision, Evidence, Reading, ranked, softmax
from classify.content import NONE
from classify.lexicon import COMPONENT, SYMPTOM
from complaints.cases import same_text_key
from complaints.ids import digest

FOLDS = 5
NGRAMS = (1, 4)
EMBEDDING_WEIGHT = 0.5
MENTION_WEIGHT = 0.5
SVM_C = 0.5
SEED = 0
BLOCKS = 50
BOUND_CONFIDENCE = 0.95
NEVER = 2.0  # a threshold that no confidence reaches
TEMPERATURES = np.geomspace(0.05, 20.0, 120)


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model.

    Args:
        categories: column names of all probabilities.
        probabilities: out-of-fold probabilities of the training cases, by case_id.
        threshold: lowest confidence that is decided alone; `NEVER` when none holds the promise.
        temperature: what margins are multiplied by before the softmax.
    """

    categories: tuple[str, ...]
    probabilities: dict[str, NDArray[np.float64]]
    threshold: float
    temperature: float
    features: Features
    classifier: Any

    def predict(self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Return probabilities, shape (len(readings), len(categories)); of known cases their out-of-fold ones."""
        margins = _margins(self.classifier, self.features.transform(readings, vectors), len(self.categories))
        fresh = softmax(self.temperature * margins)
        for row, reading in enumerate(readings):
            if reading.case_id in self.probabilities:
                fresh[row] = self.probabilities[reading.case_id]
        return fresh

    def decide(self, reading: Reading, probabilities: NDArray[np.float64]) -> Decision:
        """Return the decision on a case: auto at or over the threshold, if the text has content of its own."""
        alone = float(probabilities.max()) >= self.threshold and reading.content != NONE
        best = self.categories[int(probabilities.argmax())]
        return ranked(self.categories, probabilities, "auto" if alone else "review", self.evidence(reading, best))

    def evidence(self, reading: Reading, category: str) -> list[tuple[str, Evidence]]:
        """Return the character n-grams of a text that speak most for a category, overlapping ones as one stretch."""
        weights = self.classifier.coef_
        column = self.categories.index(category)
        row = weights[column] if len(weights) > 1 else weights[0] * (1 if column else -1)
        return [(category, evidence) for evidence in self.features.evidence(reading, row)]


class Features:
    """The features of a case; fitted on the training cases."""

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._tfidf = TfidfVectorizer(
            analyzer="char", ngram_range=NGRAMS, min_df=2, sublinear_tf=True, dtype=np.float32
        )
        self._codes: dict[str, int] = {}

    def fit_transform(self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None) -> Any:
        """Learn the n-grams and codes of the training cases and return their features (sparse, one row a case)."""
        known = sorted({code for reading in readings for code in _codes(reading)})
        self._codes = {code: column for column, code in enumerate(known)}
        return self._joined(self._tfidf.fit_transform(r.text for r in readings), readings, vectors)

    def transform(self, readings: Sequence[Reading], vectors: NDArray[np.float32] | None) -> Any:
        """Return the features of cases (sparse, one row a case)."""
        return self._joined(self._tfidf.transform(r.text for r in readings), readings, vectors)

    def _joined(self, grams: Any, readings: Sequence[Reading], vectors: NDArray[np.float32] | None) -> Any:
        from scipy import sparse

        codes = sparse.lil_matrix((len(readings), max(1, len(self._codes))), dtype=np.float32)
        for row, reading in enumerate(readings):
            held = [self._codes[code] for code in _codes(reading) if code in self._codes]
            for column in held:
                codes[row, column] = MENTION_WEIGHT / np.sqrt(len(held))
        parts = [grams, codes.tocsr()]
        if vectors is not None:
            parts.append(sparse.csr_matrix(vectors * EMBEDDING_WEIGHT))
        return sparse.hstack(parts, format="csr")

    def evidence(self, reading: Reading, weights: NDArray[np.float64]) -> list[Evidence]:
        """Return the stretches of a text whose n-grams carry the most weight, the strongest first."""
        row = self._tfidf.transform([reading.text])
        vocabulary = self._tfidf.vocabulary_
        values = dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))
        text = reading.text.lower()
        if len(text) != len(reading.text):
            return []
        gains = np.zeros(len(text))
        for size in range(max(2, NGRAMS[0]), NGRAMS[1] + 1):
            for start in range(len(text) - size + 1):
                column = vocabulary.get(text[start : start + size])
                if column in values:
                    gains[start : start + size] += values[column] * weights[column] / size
        return list(_stretches(reading.text, gains))


def _codes(reading: Reading) -> list[str]:
    """The present mentions of a case as features: each code, and each symptom with its component."""
    found = set()
    for mention in reading.mentions:
        if mention.polarity == "present" and mention.kind in (SYMPTOM, COMPONENT):
            found.add(f"{mention.kind}:{mention.code}")
            if mention.component_code:
                found.add(f"{mention.component_code}+{mention.code}")
    return sorted(found)


def _stretches(text: str, gains: NDArray[np.float64]) -> Iterator[Evidence]:
    """Yield the contiguous stretches of positive gain, the strongest first; blanks and punctuation end one."""
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


def _margins(classifier: Any, features: Any, columns: int) -> NDArray[np.float64]:
    """Decision values, one column a class; of two classes sklearn gives a single column."""
    values = np.asarray(classifier.decision_function(features), dtype=np.float64)
    if values.ndim == 1:
        values = np.stack([-values, values], axis=1)
    assert values.shape[1] == columns
    return values


def fold_of(reading: Reading) -> int:
    """Return a case's fold; copies of a text share one, whatever the order of rows."""
    key = same_text_key(reading.text) or reading.case_id
    return int(digest("fold", key)[:8], 16) % FOLDS


def fit(
    readings: Sequence[Reading], labels: Sequence[str], vectors: NDArray[np.float32] | None, precision: float
) -> Model | None:
    """Fit a model on known labels.

    Args:
        readings: the labelled cases, in any order.
        labels: the category of each.
        vectors: shape (len(readings), dimension) or None.
        precision: promised share of right categories among the cases decided alone, 0..1.

    Returns:
        The model, or None when the labels name fewer than two categories.
    """
    order = sorted(range(len(readings)), key=lambda i: readings[i].case_id)
    readings, labels = [readings[i] for i in order], [labels[i] for i in order]
    vectors = None if vectors is None else vectors[order]
    categories = tuple(sorted(set(labels)))
    if len(categories) < 2:
        return None
    target = np.array([categories.index(label) for label in labels])
    features = Features()
    matrix = features.fit_transform(readings, vectors)
    margins = _out_of_fold(readings, target, vectors, len(categories))
    temperature = _temperature(margins, target)
    probabilities = softmax(temperature * margins)
    # Texts without content of their own are never decided alone, so the promise is measured without them.
    own = np.array([reading.content != NONE for reading in readings])
    threshold = _threshold(probabilities[own], target[own], precision)
    known = {reading.case_id: probabilities[row] for row, reading in enumerate(readings)}
    return Model(categories, known, threshold, temperature, features, _classifier().fit(matrix, target))


def _classifier() -> Any:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=SVM_C, class_weight="balanced", random_state=SEED)


def _out_of_fold(
    readings: Sequence[Reading], target: NDArray[np.int64], vectors: NDArray[np.float32] | None, columns: int
) -> NDArray[np.float64]:
    """Margins of each case by a model that saw neither it nor a copy of it; n-grams are learned anew in each fold."""
    folds = np.array([fold_of(reading) for reading in readings])
    margins = np.full((len(readings), columns), -2.0)
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(folds != fold).tolist(), np.flatnonzero(folds == fold).tolist()
        present = np.unique(target[inside])
        if not len(outside) or len(present) < 2:
            continue
        features = Features()
        chosen = None if vectors is None else vectors[inside]
        matrix = features.fit_transform([readings[i] for i in inside], chosen)
        classifier = _classifier().fit(matrix, target[inside])
        held_out = None if vectors is None else vectors[outside]
        values = _margins(classifier, features.transform([readings[i] for i in outside], held_out), len(present))
        margins[np.ix_(np.array(outside), present)] = values
    return margins


def _temperature(margins: NDArray[np.float64], target: NDArray[np.int64]) -> float:
    """The temperature with the highest likelihood of the labels (Guo et al., ICML 2017)."""
    rows = np.arange(len(target))
    losses = [-np.log(np.maximum(softmax(t * margins)[rows, target], 1e-12)).mean() for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def _threshold(probabilities: NDArray[np.float64], target: NDArray[np.int64], precision: float) -> float:
    """The lowest confidence at which the promised precision holds, or `NEVER` when none does."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == target
    order = np.argsort(-confidence, kind="stable")
    confidence, right = confidence[order], right[order]
    # Fewer cases than `least` cannot show the promised precision even without one error; the sequence starts at twice
    # that, or one bad label at the very top would end it.
    least = 2 * int(np.ceil(np.log(1 - BOUND_CONFIDENCE) / np.log(precision)))
    threshold = NEVER
    if least > len(right):
        return threshold
    for count in np.unique(np.linspace(least, len(right), BLOCKS).astype(int)):
        # Cases of equal confidence are decided alike.
        last = int(np.searchsorted(-confidence, -confidence[count - 1], side="right"))
        if precision_bound(int(right[:last].sum()), last) < precision:
            break
        threshold = float(confidence[count - 1])
    return threshold


def precision_bound(right: int, cases: int) -> float:
    """Return the one-sided 95 % lower bound (Clopper-Pearson) of a share of `right` among `cases`."""
    from scipy.stats import beta

    if right == 0:
        return 0.0
    return float(beta.ppf(1 - BOUND_CONFIDENCE, right, cases - right + 1))
