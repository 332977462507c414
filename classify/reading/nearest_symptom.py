"""Which symptom a wording outside the dictionary means: the nearest terms, and the probability that they are right.

A clause is compared with all symptom terms of its language, twice: as it stands, and without its components and
conditions ("轮胎开裂严重", "开裂严重"), for a shared component makes any two troubles look alike. The ten nearest terms
vote for their (broad) symptom. Whether the winner is right is told by a second, small model, as for categories
(`classify.category.confidence`): a logistic regression over facts of the comparison and their products. It was fitted
on dictionary terms that were hidden with all their longer and shorter forms, and on clauses in which nothing should be
found; `benchmarks.classify.meaning` fits and measures it. A nearest neighbour alone would always answer; most clauses
name no trouble at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from classify.reading.clauses import Wording, denies, units
from classify.reading.compatibility import Affinity
from classify.reading.data import table
from classify.reading.normalise import normal_term
from complaints.records import COMPONENT, CONDITION, SYMPTOM

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary

NEAREST = 10  # terms that vote
TEMPERATURE = 0.08  # of their centred cosines
FACTS = (
    "nearness", "lead", "over components", "over conditions", "over service", "term shared", "clause shared",
    "pairs shared", "length", "negation differs", "component", "component fits", "service word", "term length",
    "nearest three", "share", "share lead", "of five", "first", "spread", "ten nearest", "nearness as it stands",
    "nearness bare", "share as it stands", "share bare", "best bare", "first bare", "first as it stands",
    "over service bare", "over components bare",
)  # fmt: skip
ARRAYS = ("centre", "scale", "product_centre", "product_scale", "weights")  # of a judge, in the order of its fields
Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Nearest:
    """The symptom that a wording most probably means.

    Args:
        code: the symptom's code.
        term: the term nearest to the wording, folded.
        facts: `FACTS` of the comparison, shape (30,).
    """

    code: str
    term: str
    facts: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judge:
    """The probability that a nearest symptom is right.

    Args:
        centre, scale: of the facts, shape (30,).
        product_centre, product_scale: of facts and products, shape (495,).
        weights: shape (495,): the facts, then their products.
        offset: of the score.
        threshold: probability from which a mention is written.
    """

    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    product_centre: NDArray[np.float64]
    product_scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    offset: float
    threshold: float

    def probability(self, facts: NDArray[np.float64]) -> float:
        """Return the probability, 0..1, rounded to 4 decimals."""
        from scipy.special import expit

        values = (with_products((facts - self.centre) / self.scale) - self.product_centre) / self.product_scale
        score = float((values * self.weights).sum()) + self.offset
        return round(float(expit(score)), 4)


@cache
def _pairs(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.triu_indices(count)


def with_products(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values and the products of each two of them, along the last axis."""
    rows, columns = _pairs(values.shape[-1])
    return np.concatenate([values, values[..., rows] * values[..., columns]], axis=-1)


@cache
def judge(language: str) -> Judge:
    """Return the fitted judge of a language (classify/data/meaning.json)."""
    kept = _kept()[language]
    arrays = {name: np.array(kept[name], dtype=np.float64) for name in ARRAYS}
    return Judge(**arrays, offset=kept["offset"], threshold=kept["threshold"])


def fitted_for() -> str:
    """Return the fingerprint of the encoder model for which the judges were fitted."""
    return str(_kept()["encoder"])


@cache
def _kept() -> dict[str, Any]:
    return dict(json.loads((files("classify") / "data" / "meaning.json").read_text(encoding="utf-8")))


class Meanings:
    """The symptom terms of a language by meaning.

    Args:
        dictionary: the terms.
        language: zh or en.
        encode: gives the vectors of texts, shape (texts, dimension).
    """

    def __init__(self, dictionary: Dictionary, language: str, encode: Encode) -> None:
        self._dictionary, self._language, self._affinity = dictionary, language, Affinity(dictionary)
        known = {(normal_term(t.term), t.code) for t in dictionary.terms_of(SYMPTOM, language)}
        # By broad symptom, so that the terms of one lie side by side.
        terms = sorted(known, key=lambda term: (dictionary.broad_symptom(term[1]), term))
        others = [sorted({c.code for c in dictionary.codes.values() if c.kind == k}) for k in (COMPONENT, CONDITION)]
        texts = [[dictionary.name(code, language) for code in codes] for codes in others]
        texts.append(sorted({row["term"] for row in table("service_en" if language == "en" else "service_zh")}))
        self.terms, self.codes = [term for term, _ in terms], [code for _, code in terms]
        self.broad = [dictionary.broad_symptom(code) for code in self.codes]
        names = sorted(set(self.broad))
        self._group = np.array([names.index(name) for name in self.broad], dtype=np.int64)
        self._groups = len(names)
        self._starts = np.searchsorted(self._group, np.arange(self._groups))
        vectors = encode([*self.terms, *(text for some in texts for text in some)])
        self._centre = vectors[: len(terms)].mean(axis=0)
        vectors = self._centred(vectors)
        self._terms = vectors[: len(terms)]
        edges = np.cumsum([len(terms), *(len(some) for some in texts)])
        self._others = [vectors[edges[i] : edges[i + 1]] for i in range(len(texts))]
        self._units = [units(term, language) for term in self.terms]

    def nearest(
        self,
        wording: Wording,
        vector: NDArray[np.float32],
        bare: NDArray[np.float32],
        hidden: NDArray[np.bool_] | None = None,
    ) -> Nearest:
        """Return the nearest symptom of a wording; most often it is none of the wording's: ask the judge.

        Args:
            wording: the clause.
            vector, bare: of its masked and its bare text, shape (dimension,).
            hidden: terms that are taken for unknown, shape (terms,).
        """
        whole_at, bare_at = self._centred(vector[None])[0], self._centred(bare[None])[0]
        whole, part = np.ascontiguousarray((self._terms @ np.stack([whole_at, bare_at], axis=1)).T)
        if hidden is not None:
            whole, part = np.where(hidden, -1.0, whole), np.where(hidden, -1.0, part)
        joint = (whole + part) / 2
        ten, votes = self._votes(joint)
        best = int(votes.argmax())
        term = next(int(i) for i in ten if self._group[i] == best)
        whole_ten, whole_votes = self._votes(whole)
        part_ten, part_votes = self._votes(part)
        by_group = np.maximum.reduceat(joint, self._starts)
        mine = np.sort(joint[self._group == best])
        over = [float(joint[term] - (other @ whole_at).max()) for other in self._others]
        facts = [
            joint[term], by_group[best] - np.delete(by_group, best).max(), *over, *self._shared(wording, term),
            *self._said(wording, term), mine[-3:].mean(), votes[best], votes[best] - np.sort(votes)[-2],
            (self._group[ten[:5]] == best).mean(), self._group[ten[0]] == best,
            -sum(v * np.log(v) for v in votes if v > 0), joint[ten].mean(), whole[term], part[term],
            whole_votes[best], part_votes[best], part.max(), self._group[part_ten[0]] == best,
            self._group[whole_ten[0]] == best, part[term] - (self._others[2] @ bare_at).max(),
            part[term] - (self._others[0] @ bare_at).max(),
        ]  # fmt: skip
        return Nearest(self.codes[term], self.terms[term], np.array(facts, dtype=np.float64))

    def forms(self, term: str) -> NDArray[np.bool_]:
        """Return which terms hold a term or are held by it, shape (terms,)."""
        return np.array([term in other or other in term for other in self.terms])

    def _centred(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        moved = vectors - self._centre
        result: NDArray[np.float32] = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        return result

    def _votes(self, near: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The nearest terms, and the share of their votes for each broad symptom."""
        from scipy.special import softmax

        some = np.flatnonzero(near >= np.partition(near, -NEAREST)[-NEAREST])
        ten = some[np.argsort(-near[some], kind="stable")][:NEAREST]
        votes = np.bincount(self._group[ten], softmax(near[ten] / TEMPERATURE), self._groups)
        return ten, np.asarray(votes, np.float64)

    def _shared(self, wording: Wording, term: int) -> tuple[float, float, float]:
        """Shares of the term's and of the clause's units that both hold, and of the term's pairs of units."""
        own, said = self._units[term], units(wording.folded, self._language)
        both = set(own) & set(said)
        pairs = set(pairwise(own))
        common = pairs & set(pairwise(said))
        return len(both) / max(1, len(set(own))), len(both) / max(1, len(set(said))), len(common) / max(1, len(pairs))

    def _said(self, wording: Wording, term: int) -> tuple[float, ...]:
        language = self._language
        fits = any(self._affinity.fits(self.codes[term], part) for part in wording.components)
        return (
            float(np.log(max(1, len(units(wording.folded, language))))),
            float(denies(self.terms[term], language) != denies(wording.folded, language)),
            float(bool(wording.components)),
            float(fits),
            float(wording.service),
            float(np.log(max(1, len(self._units[term])))),
        )
