"""The mixture of issues: what each issue's cases sound like and mention, kept as sums that a case is added to.

Every issue is a component with a Gaussian over the reduced sentence vectors (one covariance for all: linear
discriminant analysis) and a weight for every mention code. Means, covariance and weights follow from sums over cases,
so a night adds its own cases and never reads the history. Fitting is classification EM (Celeux and Govaert, 1992).

Two things keep it honest. A case is judged by the issue's other cases (leave-one-out), and the sentence part is
tempered so that the probabilities of known members mean what they say (temperature scaling, Guo et al., ICML 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import softmax

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

NONE = -1
MENTION_WEIGHT = 0.6  # mentions of one text depend on each other: each counts as less than one independent word
NEW_ISSUE_CASES = 1.0  # weight of the background, in cases
PRIOR_CASES = 3.0  # cases of the base rate that every issue's mention weights start from
TEMPERATURES = np.geomspace(0.5, 64.0, 15)
ROUNDS = 6
IMPOSSIBLE = -1e9


@dataclass(frozen=True)
class Sums:
    """What is known of K issues: `cases` (K,), `vectors` (K, k), `codes` (K, V), `scatter` (k, k) over all members."""

    cases: Floats
    vectors: Floats
    codes: Floats
    scatter: Floats

    @property
    def count(self) -> int:
        """Number of issues."""
        return len(self.cases)

    def plus(self, other: Sums, sign: float = 1.0) -> Sums:
        """Return the sums over both sets of cases (with sign -1: without the other)."""
        return Sums(
            self.cases + sign * other.cases,
            self.vectors + sign * other.vectors,
            self.codes + sign * other.codes,
            self.scatter + sign * other.scatter,
        )

    def chosen(self, issues: NDArray[np.int64]) -> Sums:
        """Return the sums of some issues; the scatter, which is shared, stays."""
        return Sums(self.cases[issues], self.vectors[issues], self.codes[issues], self.scatter)

    def widened(self, issues: int, codes: int) -> Sums:
        """Return the sums with room for more issues and codes."""
        more, wider = issues - self.count, codes - self.codes.shape[1]
        return Sums(
            np.pad(self.cases, (0, more)),
            np.pad(self.vectors, ((0, more), (0, 0))),
            np.pad(self.codes, ((0, more), (0, wider))),
            self.scatter,
        )


def empty_sums(dimensions: int, codes: int) -> Sums:
    """Return the sums of no issue."""
    return Sums(np.zeros(0), np.zeros((0, dimensions)), np.zeros((0, codes)), np.zeros((dimensions, dimensions)))


def sums_of(points: Floats, codes: sparse.csr_array, labels: Labels, issues: int) -> Sums:
    """Return the sums over the labelled rows.

    Args:
        points: (n, k) reduced vectors.
        codes: (n, V) with 1 where a case has a code.
        labels: (n,) issue numbers, -1 for none.
        issues: their number.
    """
    inside = np.flatnonzero(labels >= 0)
    member = sparse.csr_array(
        (np.ones(len(inside)), (labels[inside], np.arange(len(inside)))), shape=(issues, len(inside))
    )
    part = points[inside]
    return Sums(
        np.bincount(labels[inside], minlength=issues).astype(np.float64),
        np.asarray(member @ part),
        np.asarray((member @ codes[inside]).todense(), np.float64).reshape(issues, codes.shape[1]),
        part.T @ part,
    )


@dataclass(frozen=True)
class Scores:
    """Evidence of (n, K + 1) by part; `prior` (K + 1,) is the log share of the cases.

    The last column is the background: a case that is like the complaints at large, and like no issue.
    """

    sentence: Floats
    mention: Floats
    prior: Floats

    def logits(self, temperature: float) -> Floats:
        """Return the unnormalised log probabilities."""
        return np.asarray(self.sentence / temperature + self.prior + MENTION_WEIGHT * self.mention)


def scores(sums: Sums, base: Floats, points: Floats, codes: sparse.csr_array, labels: Labels | None = None) -> Scores:
    """Score cases against issues.

    Args:
        sums: the issues.
        base: (V,) share of all cases that have each code.
        points: (n, k) reduced vectors.
        codes: (n, V).
        labels: the cases' own issues when `sums` include them: each is then judged by the others.
    """
    whitening, _ = _whitened(_within(sums), float(sums.cases.sum()))
    white, means = points @ whitening, sums.vectors / np.maximum(sums.cases, 1e-9)[:, None] @ whitening
    square = (white**2).sum(1)[:, None] + (means**2).sum(1) - 2 * white @ means.T
    ratios = np.log((sums.codes + PRIOR_CASES * base) / (sums.cases[:, None] + PRIOR_CASES) / base)
    sentence = np.column_stack([_predictive(square, sums.cases, points.shape[1]), _background(sums, points)])
    mention = np.column_stack([codes @ ratios.T, np.zeros(len(points))])
    if labels is not None:
        inside = np.flatnonzero(labels >= 0)
        own = labels[inside]
        others = sums.cases[own] - 1.0
        mean = (sums.vectors[own] - points[inside]) / np.maximum(others, 1.0)[:, None] @ whitening
        distance = ((white[inside] - mean) ** 2).sum(1)
        sentence[inside, own] = _predictive(distance, np.maximum(others, 0.5), points.shape[1])
        mention[inside, own] = _own_mentions(sums, base, codes[inside], own)
    prior = np.log(np.append(sums.cases, NEW_ISSUE_CASES) / (sums.cases.sum() + NEW_ISSUE_CASES) + 1e-12)
    return Scores(sentence, mention, prior)


def _within(sums: Sums) -> Floats:
    cases = np.maximum(sums.cases, 1e-9)[:, None]
    means = sums.vectors / cases
    return np.asarray((sums.scatter - (means * cases).T @ means) / max(sums.cases.sum() - sums.count, 1.0))


def _whitened(covariance: Floats, cases: float) -> tuple[Floats, float]:
    """Return W with W W' the inverse of the regularised covariance, and the covariance's log determinant."""
    # With few cases the covariance is mostly the prior's: equal in all directions.
    dimensions = len(covariance)
    shrinkage = dimensions / (cases + dimensions)
    size = max(float(np.trace(covariance)) / dimensions, 1e-6)
    regular = (1 - shrinkage) * (covariance + covariance.T) / 2 + shrinkage * size * np.eye(dimensions)
    whitening = np.linalg.cholesky(np.linalg.inv(regular))
    return whitening, float(-2.0 * np.log(np.diag(whitening)).sum())


def _background(sums: Sums, points: Floats) -> Floats:
    total = max(float(sums.cases.sum()), 1.0)
    _, narrow = _whitened(_within(sums), total)
    whole, wide = _whitened(sums.scatter / total, total)
    return np.asarray(-0.5 * ((points @ whole) ** 2).sum(axis=1) - 0.5 * (wide - narrow))


def _predictive(square: Floats, cases: Floats, dimensions: int) -> Floats:
    # The mean of few cases is itself uncertain: the predictive covariance is (1 + 1/n) times the issues' own.
    return np.asarray(
        -0.5 * square * (cases / (cases + 1.0)) - 0.5 * dimensions * np.log1p(1.0 / np.maximum(cases, 0.5))
    )


def _own_mentions(sums: Sums, base: Floats, codes: sparse.csr_array, own: Labels) -> Floats:
    rows = np.repeat(np.arange(codes.shape[0]), np.diff(codes.indptr))
    columns, issue = codes.indices, own[rows]
    others = np.maximum(sums.codes[issue, columns] - 1.0, 0.0)
    share = (others + PRIOR_CASES * base[columns]) / (np.maximum(sums.cases[issue] - 1.0, 0.0) + PRIOR_CASES)
    return np.asarray(np.bincount(rows, np.log(share / base[columns]), minlength=codes.shape[0]), np.float64)


def probabilities(logits: Floats) -> Floats:
    """Return (n, K) probabilities that add up to 1."""
    return np.asarray(softmax(logits, axis=1))


def temperature_of(scored: Scores, labels: Labels) -> float:
    """Return the temperature under which members are most probable in their issues by the sentence part alone."""
    inside = np.flatnonzero(labels >= 0)
    if not len(inside) or len(scored.prior) < 2:
        return 1.0
    losses = []
    for temperature in TEMPERATURES:
        share = probabilities(scored.sentence[inside] / temperature + scored.prior)
        losses.append(-np.log(share[np.arange(len(inside)), labels[inside]] + 1e-12).mean())
    return float(TEMPERATURES[int(np.argmin(losses))])


@dataclass(frozen=True)
class Fit:
    """A fitted mixture: (n,) `labels` in the old numbering with -1 for none yet, `confidences`, `temperature`."""

    labels: Labels
    confidences: Floats
    temperature: float


def fit(
    points: Floats,
    codes: sparse.csr_array,
    labels: Labels,
    base: Floats,
    least: int,
    outside: Sums,
    held: NDArray[np.bool_],
    kept: NDArray[np.bool_],
    loyalty: float = 0.0,
) -> Fit:
    """Refine a grouping: every case moves to its most probable issue, issues that fall below `least` cases dissolve.

    Args:
        points: (n, k) reduced vectors.
        codes: (n, V).
        labels: (n,) where the cases are now; -1 for none. Every number below outside.count is an issue.
        base: (V,) share of all cases that have each code.
        least: fewest cases of an issue.
        outside: sums over the members that are not among the rows.
        held: (n,) cases that an expert placed: they stay.
        kept: (K,) issues that may not dissolve.
        loyalty: log odds by which a case leans to where it is.
    """
    issues, temperature = outside.count, 1.0
    alive = np.asarray((np.bincount(labels[labels >= 0], minlength=issues) + outside.cases) > 0)
    settled = np.flatnonzero(labels >= 0)
    start, share = labels, np.zeros(len(labels))
    for _ in range(ROUNDS):
        sums = outside.plus(sums_of(points, codes, labels, issues))
        scored = scores(sums, base, points, codes, labels)
        temperature = temperature_of(scored, labels)
        logits = scored.logits(temperature)
        logits[settled, start[settled]] += loyalty
        labels, alive = _moved(logits, alive, outside.cases, least, start, held, kept)
        share = probabilities(np.where(np.append(alive, True), logits, IMPOSSIBLE))[np.arange(len(labels)), labels]
    return Fit(labels, share, temperature)


def _moved(
    logits: Floats,
    alive: NDArray[np.bool_],
    elsewhere: Floats,
    least: int,
    start: Labels,
    held: NDArray[np.bool_],
    kept: NDArray[np.bool_],
) -> tuple[Labels, NDArray[np.bool_]]:
    alive = alive.copy()
    while True:
        labels = np.asarray(np.where(np.append(alive, True), logits, IMPOSSIBLE).argmax(axis=1), np.int64)
        labels = np.where(labels == len(alive), NONE, labels)
        labels = np.where(held & (start >= 0), start, labels)
        cases = np.bincount(labels[labels >= 0], minlength=len(alive)) + elsewhere
        small = np.flatnonzero(alive & ~kept & (cases < least))
        if not len(small) or alive.sum() == 1:
            return labels, alive
        alive[small[np.argmin(cases[small])]] = False
