"""python -m benchmarks.classify.tried ZH.csv: what further members of the pool, cleaned labels and priors would bring.

Everything is chosen inside the training part (before the benchmark's test slice): its older 70 % are learned from, its
newest 30 % are asked, near copies out. Each difference comes with its standard error over resampled cases. So that it
runs in minutes, the n-grams are cut to the 40,000 most frequent ones.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from benchmarks.classify.data import by_time, chinese
from classify.category import features
from classify.category.ensemble import FOLDS, fold_numbers
from classify.category.history import Past
from classify.category.label_noise import suspects
from classify.category.opinion_pool import fit_pool, log_probabilities
from classify.category.sources import CHARACTERS, CODES, EMBEDDING, centred, fit_source
from classify.category.splits import group_cases
from classify.learning.metrics import macro_f1, top_share
from classify.reading.types import Reading
from complaints.records import NO_CONTENT

SPLIT, OLDER = "2024-03-11", 0.7
NEIGHBOURS, TEMPERATURE = 25, 0.07
RESAMPLES = 300
TAUS = (0.1, 0.2, 0.3, 0.5)
Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Member = Callable[["Cases", Rows, Rows], Floats]


@dataclass(frozen=True)
class Cases:
    """The training part by time: `target` are category numbers, `regimes` 0 for texts without content of their own."""

    readings: list[Reading]
    vectors: NDArray[np.float32]
    target: Rows
    names: tuple[str, ...]
    regimes: Rows

    def texts(self, rows: Rows) -> list[str]:
        """Return the texts of some rows."""
        return [self.readings[i].text for i in rows]


def own(kind: str) -> Member:
    """Return one of the product's members."""

    def member(cases: Cases, learned: Rows, asked: Rows) -> Floats:
        source = fit_source(
            kind, [cases.readings[i] for i in learned], cases.vectors[learned], cases.target[learned], len(cases.names)
        )
        return source.predict([cases.readings[i] for i in asked], cases.vectors[asked])

    return member


def neighbours(cases: Cases, learned: Rows, asked: Rows) -> Floats:
    """Votes of the nearest labelled cases by sentence vector."""
    centre = cases.vectors[learned].mean(axis=0)
    near = centred(cases.vectors[asked], centre) @ centred(cases.vectors[learned], centre).T
    prior = np.bincount(cases.target[learned], minlength=len(cases.names)) / len(learned)
    found = np.tile(prior, (len(asked), 1))
    for row, line in enumerate(near):
        top = np.argsort(-line, kind="stable")[:NEIGHBOURS]
        np.add.at(found[row], cases.target[learned][top], np.exp((line[top] - line[top[0]]) / TEMPERATURE))
    result: Floats = found / found.sum(axis=1, keepdims=True)
    return result


def words(cases: Cases, learned: Rows, asked: Rows) -> Floats:
    """Logistic regression on the words that jieba cuts."""
    import jieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    jieba.setLogLevel(60)
    cut = TfidfVectorizer(analyzer=lambda t: [w for w in jieba.lcut(t) if w.strip()], sublinear_tf=True, min_df=2)
    model = LogisticRegression(C=10.0, max_iter=300).fit(cut.fit_transform(cases.texts(learned)), cases.target[learned])
    return _columns(cases, model.classes_, model.predict_proba(cut.transform(cases.texts(asked))))


def bayes(cases: Cases, learned: Rows, asked: Rows) -> Floats:
    """Complement naive Bayes (Rennie et al., ICML 2003) on character n-grams: made for rare classes."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.naive_bayes import ComplementNB

    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    model: Any = ComplementNB(alpha=0.3).fit(grams.fit_transform(cases.texts(learned)), cases.target[learned])
    likelihood = model.predict_log_proba(grams.transform(cases.texts(asked)))
    return _columns(cases, model.classes_, softmax(likelihood, axis=1))


def _columns(cases: Cases, classes: Rows, values: Floats) -> Floats:
    found = np.full((len(values), len(cases.names)), 1e-5)
    found[:, classes] = values
    return found


PRODUCT: dict[str, Member] = {kind: own(kind) for kind in (CHARACTERS, CODES, EMBEDDING)}
FURTHER: dict[str, Member] = {"neighbours": neighbours, "words": words, "bayes": bayes}


class Trial:
    """Members learned once, out of fold and for the newest cases; pools over any of them."""

    def __init__(self, cases: Cases, older: Rows, newest: Rows) -> None:
        self.cases, self.older, self.newest = cases, older, newest
        folds = fold_numbers([cases.readings[i] for i in older])
        self._folds = folds
        self._inside: dict[str, Floats] = {}
        self._asked: dict[str, Floats] = {}
        for name, member in (PRODUCT | FURTHER).items():
            held = np.zeros((len(older), len(cases.names)))
            for fold in range(FOLDS):
                held[folds == fold] = member(cases, older[folds != fold], older[folds == fold])
            self._inside[name], self._asked[name] = held, member(cases, older, newest)
        dated = [r.dated for r in cases.readings]
        known = [d for i in older if (d := dated[i])]
        prior = np.bincount(cases.target[older], minlength=len(cases.names)) / len(older)
        past = Past(known, np.eye(len(cases.names))[cases.target[older]], np.ones(len(known)), prior)
        self._history = past.of(known)[0], past.of([d for i in newest if (d := dated[i])])[0]

    def pooled(self, names: Sequence[str], replaced: dict[str, Floats] | None = None) -> tuple[Floats, Floats]:
        """Return pooled probabilities of the older cases (out of fold, the pool too) and of the newest."""
        inside = log_probabilities(np.concatenate([np.stack([self._inside[n] for n in names]), self._history[0]]))
        asked = self._asked | (replaced or {})
        outside = log_probabilities(np.concatenate([np.stack([asked[n] for n in names]), self._history[1]]))
        regimes, target = self.cases.regimes[self.older], self.cases.target[self.older]
        held = np.zeros(inside.shape[1:])
        for fold in range(FOLDS):
            into, out = self._folds == fold, self._folds != fold
            held[into] = fit_pool(inside[:, out], regimes[out], target[out]).combine(inside[:, into], regimes[into])
        found = fit_pool(inside, regimes, target).combine(outside, self.cases.regimes[self.newest])
        return held, found

    def cleaned(self) -> tuple[int, dict[str, Floats]]:
        """Return how many labels look wrong, and the members' answers when they learn from the others alone."""
        mean = np.mean([self._inside[name] for name in PRODUCT], axis=0)
        suspect = suspects(mean, self.cases.target[self.older])
        kept = self.older[~suspect]
        return int(suspect.sum()), {n: member(self.cases, kept, self.newest) for n, member in PRODUCT.items()}


def figures(cases: Cases, rows: Rows, found: Floats) -> Floats:
    """Return accuracy, macro-F1 and top 3."""
    truth = [cases.names[i] for i in cases.target[rows]]
    chosen = [cases.names[i] for i in found.argmax(axis=1)]
    return np.array(
        [
            np.mean(found.argmax(axis=1) == cases.target[rows]),
            macro_f1(truth, chosen),
            top_share(truth, cases.names, found),
        ]
    )


def show(name: str, cases: Cases, rows: Rows, found: Floats, base: Floats | None) -> None:
    """Print the figures, and how they differ from those of the pool as it is."""
    line = f"{name:34}" + "".join(f"{value:9.3f}" for value in figures(cases, rows, found))
    if base is not None:
        random = np.random.default_rng(0)
        differences = []
        for _ in range(RESAMPLES):
            some = random.integers(0, len(rows), len(rows))
            differences.append(figures(cases, rows[some], found[some]) - figures(cases, rows[some], base[some]))
        mean, error = np.mean(differences, axis=0), np.std(differences, axis=0)
        line += "".join(f"  {m:+.3f} ± {e:.3f}" for m, e in zip(mean, error, strict=True))
    print(line)


def run(cases: Cases) -> None:
    """Try everything and print it."""
    cut = int(OLDER * len(cases.readings))
    groups = group_cases([r.text for r in cases.readings], [None] * len(cases.readings))
    older, met = np.arange(cut), set(groups[:cut].tolist())
    newest = np.array([i for i in range(cut, len(groups)) if groups[i] not in met], dtype=np.int64)
    trial = Trial(cases, older, newest)
    rows, base = np.concatenate([older, newest]), np.concatenate(trial.pooled(list(PRODUCT)))
    print(f"{len(older)} older cases out of fold and {len(newest)} newest: accuracy, macro-F1, top 3, differences")
    show("as it is", cases, rows, base, None)
    for more in (["neighbours"], ["bayes"], ["neighbours", "bayes"], ["words", *FURTHER.keys() - {"words"}]):
        names = [*PRODUCT, *sorted(more)]
        show("with " + ", ".join(sorted(more)), cases, rows, np.concatenate(trial.pooled(names)), base)
    prior = np.maximum(np.bincount(cases.target[older], minlength=len(cases.names)) / len(older), 1e-3)
    for tau in TAUS:
        show(f"divided by prior ** {tau}", cases, rows, base / prior**tau, base)
    count, replaced = trial.cleaned()
    print(f"the {len(newest)} newest alone; {count} of {len(older)} labels look wrong")
    alone = base[len(older) :]
    show("as it is", cases, newest, alone, None)
    show("without the labels that look wrong", cases, newest, trial.pooled(list(PRODUCT), replaced)[1], alone)


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classify.tried", description=__doc__)
    parser.add_argument("chinese", type=Path, help="zh_car_complaints.csv")
    parser.add_argument("--cache", type=Path, help="folder in which vectors are kept for another run")
    options = parser.parse_args()
    features.MOST_NGRAMS = 40_000
    data = chinese(options.chinese, options.cache)
    order = by_time(data, np.flatnonzero(data.days < SPLIT))
    readings = [data.readings[i] for i in order]
    names = tuple(sorted(set(data.labels[order].tolist())))
    target = np.array([names.index(label) for label in data.labels[order].tolist()], dtype=np.int64)
    regimes = np.array([0 if r.content == NO_CONTENT else 1 for r in readings], dtype=np.int64)
    run(Cases(readings, data.vectors[order], target, names, regimes))


if __name__ == "__main__":
    main()
