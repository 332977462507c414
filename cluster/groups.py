"""Groups of cases about the same trouble: vectors and mentions joined, HDBSCAN, and a second pass for the outliers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

DIMENSIONS = 32  # of the reduced sentence vectors; more adds noise that hides density
MENTION_WEIGHT = 2.0  # squared length of the mention part against 1 of the sentence part
NEIGHBOURS = 10  # members nearest to an outlier that vote on where it belongs
OUTLIER = -1


@dataclass(frozen=True)
class Grouping:
    """Labels (-1: none) and membership probabilities (0 to 1) in the order of the cases."""

    labels: Labels
    probabilities: Floats
    min_samples: int
    validity: float


def joined_points(vectors: NDArray[np.float32], codes: Sequence[Sequence[str]]) -> Floats:
    """Join what a text sounds like with what was found in it.

    The sentence part is centred (e5 vectors share a large common part), reduced by PCA and brought to unit length; the
    mention part weighs each code by its inverse document frequency and is brought to length sqrt(MENTION_WEIGHT).

    Args:
        vectors: (n, d) unit vectors.
        codes: n lists of codes (any hashable naming, such as "symptom:oil_leak").

    Returns:
        (n, k) points for Euclidean distances.
    """
    if not len(vectors):
        return np.zeros((0, DIMENSIONS))
    sentence = _unit(_reduced(np.asarray(vectors, np.float64)))
    mention = _mention_part(codes) * math.sqrt(MENTION_WEIGHT)
    return np.concatenate([sentence, mention], axis=1)


def _reduced(vectors: Floats) -> Floats:
    centred: Floats = vectors - vectors.mean(axis=0)
    if len(vectors) <= DIMENSIONS:
        return centred
    # The covariance is d x d, so the cost of the decomposition does not grow with the history.
    values, axes = np.linalg.eigh(centred.T @ centred)
    top = axes[:, np.argsort(-values, kind="stable")[:DIMENSIONS]]
    return np.asarray(centred @ top)


def _unit(points: Floats) -> Floats:
    length = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(points / np.where(length > 1e-12, length, 1.0))


def _mention_part(codes: Sequence[Sequence[str]]) -> Floats:
    known = sorted({code for case in codes for code in case})
    column = {code: n for n, code in enumerate(known)}
    frequency = Counter(code for case in codes for code in set(case))
    part = np.zeros((len(codes), max(len(known), 1)))
    for row, case in enumerate(codes):
        for code in set(case):
            part[row, column[code]] = math.log(1 + len(codes) / frequency[code])
    return _unit(part)


def group(points: Floats, min_cases: int, min_agreement: float) -> Grouping:
    """Group points by HDBSCAN; outliers join the group of their nearest members where these agree.

    `min_samples` is not set by hand: of a few candidates the one with the best density-based validity (DBCV, Moulavi et
    al., SDM 2014, in HDBSCAN's relative form) times the share of grouped points is taken.

    Args:
        points: (n, k), in an order that does not depend on how the cases came (sort by case_id).
        min_cases: fewest cases of a group.
        min_agreement: an outlier whose nearest members agree less than this on their group joins none.
    """
    import hdbscan

    if len(points) < max(min_cases, 3):
        return Grouping(np.full(len(points), OUTLIER, np.int64), np.zeros(len(points)), 0, 0.0)
    best: Grouping | None = None
    for min_samples in sorted({1, 2, max(2, min_cases // 2), min_cases}):
        model = hdbscan.HDBSCAN(
            min_cluster_size=min_cases, min_samples=min_samples, cluster_selection_method="leaf",
            gen_min_span_tree=True, core_dist_n_jobs=1,
        )  # fmt: skip
        labels = model.fit_predict(points).astype(np.int64)
        score = float(model.relative_validity_) if labels.max(initial=-1) >= 1 else 0.0
        score *= float((labels >= 0).mean())
        if best is None or score > best.validity:
            best = Grouping(labels, np.asarray(model.probabilities_, np.float64), min_samples, score)
    assert best is not None
    labels, probabilities = _second_pass(points, best.labels, best.probabilities, min_agreement)
    return Grouping(labels, probabilities, best.min_samples, best.validity)


def _second_pass(points: Floats, labels: Labels, probabilities: Floats, least: float) -> tuple[Labels, Floats]:
    from sklearn.neighbors import NearestNeighbors

    inside, outside = np.flatnonzero(labels >= 0), np.flatnonzero(labels < 0)
    if not len(inside) or not len(outside):
        return labels, probabilities
    near = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(inside))).fit(points[inside])
    distances, found = near.kneighbors(points[outside])
    labels, probabilities = labels.copy(), probabilities.copy()
    for row, case in enumerate(outside):
        votes: dict[int, float] = {}
        for distance, member in zip(distances[row], inside[found[row]], strict=True):
            votes[int(labels[member])] = votes.get(int(labels[member]), 0.0) + 1.0 / (distance + 1e-6)
        label, weight = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))
        share = weight / sum(votes.values())
        if share >= least:
            labels[case], probabilities[case] = label, share
    return labels, probabilities
