"""Several sources' probabilities as one: a logarithmic opinion pool with learned weights.

p(c) ∝ exp(b_c + Σ_k w_k,g · log p_k(c)): every source k has one weight in each regime g (texts with content of their
own, and without), every category one offset (Genest and Zidek, Statistical Science 1(1), 1986; Satopää et al., 2014,
for learned weights). A few dozen parameters: they can be learned from a few hundred out-of-fold cases, weigh a source
by what it adds to the others, and calibrate in the same step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FLOOR = 1e-4  # a source's zero is no proof
WEIGHT_PENALTY = 5.0
OFFSET_PENALTY = 1.0


@dataclass(frozen=True, slots=True)
class Pool:
    """Learned weights: shape (regimes, sources); offsets: shape (categories,)."""

    weights: NDArray[np.float64]
    offsets: NDArray[np.float64]

    def combine(self, logs: NDArray[np.float64], regimes: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return pooled probabilities, shape (cases, categories).

        Args:
            logs: `log_probabilities` of the sources, shape (sources, cases, categories).
            regimes: regime of each case, shape (cases,).
        """
        from scipy.special import softmax

        scores = np.einsum("nk,knc->nc", self.weights[regimes], logs) + self.offsets
        result: NDArray[np.float64] = softmax(scores, axis=-1)
        return result


def log_probabilities(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return logarithms, no probability under `FLOOR`."""
    result: NDArray[np.float64] = np.log(np.maximum(probabilities, FLOOR))
    return result


def fit_pool(
    logs: NDArray[np.float64], regimes: NDArray[np.int64], target: NDArray[np.int64], regime_count: int = 2
) -> Pool:
    """Return the pool with the highest penalised likelihood of the target.

    Args:
        logs: shape (sources, cases, categories), out of fold.
        regimes: shape (cases,), 0 up to regime_count.
        target: shape (cases,), category numbers.
        regime_count: number of regimes.
    """
    from scipy.optimize import minimize

    sources, cases, categories = logs.shape
    even, rows = 1.0 / sources, np.arange(cases)
    members = [np.flatnonzero(regimes == regime) for regime in range(regime_count)]

    def parts(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return values[: regime_count * sources].reshape(regime_count, sources), values[regime_count * sources :]

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, offsets = parts(values)
        probabilities = Pool(weights, offsets).combine(logs, regimes)
        likelihood = np.log(np.maximum(probabilities[rows, target], 1e-12)).sum()
        penalty = WEIGHT_PENALTY * ((weights - even) ** 2).sum() + OFFSET_PENALTY * (offsets**2).sum()
        errors = probabilities
        errors[rows, target] -= 1
        by_case = np.einsum("nc,knc->nk", errors, logs)
        slope = np.stack([by_case[member].sum(axis=0) for member in members])
        slope += 2 * WEIGHT_PENALTY * (weights - even)
        return penalty - likelihood, np.concatenate([slope.ravel(), errors.sum(axis=0) + 2 * OFFSET_PENALTY * offsets])

    start = np.concatenate([np.full(regime_count * sources, even), np.zeros(categories)])
    found = minimize(loss, start, jac=True, method="L-BFGS-B")
    return Pool(*parts(found.x))
