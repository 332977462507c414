"""Seeds of new issues: dense groups among cases that no issue explains, found by HDBSCAN on sentences and mentions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

AXES_GRID = 2.0**18  # axes lie on multiples of 1 / AXES_GRID: products with half-precision vectors are exact
DIMENSIONS = 32  # of the reduced sentence vectors, and of the joined points
LEAD_WEIGHT = 2.0  # squared length of the mention part against 1 of the sentence part
SAME_VOICE = 0.985  # cosine from which a text says again what another said
OUTLIER = -1


def reduction(vectors: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Return (mean, axes) of a principal component analysis: shapes (d,) and (d, k), k at most DIMENSIONS.

    Args:
        vectors: (n, d) unit vectors, n at least 1. The covariance is d x d, so its cost does not grow with n.
    """
    exact = np.asarray(vectors, np.float64)
    mean = exact.mean(axis=0)
    centred = exact - mean
    covariance = centred.T @ centred
    count, last = min(DIMENSIONS, max(len(vectors) - 1, 1), len(covariance)), len(covariance) - 1
    _, axes = linalg.eigh(covariance, subset_by_index=[last - count + 1, last])
    axes = axes[:, ::-1]
    # An axis has no direction of its own; the largest entry is made positive.
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return mean, np.asarray(np.rint(axes * np.where(signs == 0, 1.0, signs) * AXES_GRID) / AXES_GRID)


def voices(vectors: NDArray[np.float32], vehicles: Sequence[str | None], short: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for each text the first one that says the same (itself when none does).

    Args:
        vectors: (n, d) unit vectors.
        vehicles: which vehicle each text names, None for none; texts of two named vehicles are two voices.
        short: (n,) texts that are often the same by chance.
    """
    first = np.arange(len(vectors))
    for row in range(1, len(vectors)):
        if short[row]:
            continue
        for other in np.flatnonzero(vectors[:row] @ vectors[row] >= SAME_VOICE).tolist():
            differ = vehicles[row] is not None and vehicles[other] is not None and vehicles[row] != vehicles[other]
            if not short[other] and not differ:
                first[row] = first[other]
                break
    return first


def joined_points(points: Floats, leads: Sequence[Sequence[str]]) -> Floats:
    """Join what a text sounds like with what it mainly complains of.

    The sentence part is brought to unit length; the mention part weighs each code by its inverse document frequency
    and is brought to length sqrt(LEAD_WEIGHT). Both are reduced together.

    Args:
        points: (n, k) reduced vectors.
        leads: n lists of codes, such as symptom:oil_leak.

    Returns:
        (n, at most DIMENSIONS) points for Euclidean distances.
    """
    joined = np.concatenate([_unit(points), _mention_part(leads) * math.sqrt(LEAD_WEIGHT)], axis=1)
    if joined.shape[1] <= DIMENSIONS:
        return joined
    centred = joined - joined.mean(axis=0)
    values, axes = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ axes[:, np.argsort(-values, kind="stable")[:DIMENSIONS]])


def _unit(points: Floats) -> Floats:
    length = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(points / np.where(length > 1e-12, length, 1.0))


def _mention_part(leads: Sequence[Sequence[str]]) -> Floats:
    known = sorted({code for case in leads for code in case})
    column = {code: n for n, code in enumerate(known)}
    frequency = Counter(code for case in leads for code in set(case))
    part = np.zeros((len(leads), max(len(known), 1)))
    for row, case in enumerate(leads):
        for code in set(case):
            part[row, column[code]] = math.log(1 + len(leads) / frequency[code])
    return _unit(part)


def seeds(points: Floats, least: int) -> Labels:
    """Return (n,) numbers of dense groups, -1 for cases in none.

    `min_samples` is not set by hand: of a few candidates the one with the best density-based validity (DBCV, Moulavi et
    al., SDM 2014, in HDBSCAN's relative form) times the share of grouped points is taken.

    Args:
        points: (n, k), in an order that does not depend on how the cases came.
        least: fewest cases of a group.
    """
    import hdbscan

    found = np.full(len(points), OUTLIER, np.int64)
    if len(points) < max(least, 3):
        return found
    best = 0.0
    for min_samples in sorted({max(2, least // 2), least}):
        model = hdbscan.HDBSCAN(
            min_cluster_size=least, min_samples=min_samples, cluster_selection_method="leaf",
            gen_min_span_tree=True, core_dist_n_jobs=1, algorithm="prims_kdtree",
        )  # fmt: skip
        labels = model.fit_predict(points).astype(np.int64)
        grouped = float((labels >= 0).mean())
        score = max(float(model.relative_validity_), 0.0) if grouped else 0.0
        if grouped and score * grouped + 1e-6 * grouped > best:
            best, found = score * grouped + 1e-6 * grouped, labels
    return found


def shared_leads(leads: Sequence[Sequence[str]], least: int) -> Labels:
    """Return (n,) numbers of the leads that at least `least` cases share, -1 elsewhere and for cases without a lead."""
    counts = Counter(tuple(lead) for lead in leads if lead)
    known = sorted(lead for lead, count in counts.items() if count >= least)
    number = {lead: n for n, lead in enumerate(known)}
    return np.array([number.get(tuple(lead), OUTLIER) for lead in leads], np.int64)
