"""How far prior and data must be trusted for the probabilities to mean what they say.

    python -m benchmarks.mapping.calibration --plants FOLDER --faulty 40 --null 20

Fits three numbers (a power of the prior, a power of the Bayes factor, a shift of "none") to simulated plants by maximum
likelihood: a conditional logit over the stations and none. They are judged on what was left out of the fitting: each
kind of fault in turn, each relative risk in turn, and troubles of few and of many complaints. The powers are written
into `mapping/causes.py` by hand.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from benchmarks.mapping.plants import prepare, seeds, simulated
from mapping.simulate.run import UNITS, opened

Powers = NDArray[np.float64]  # of the prior, of the Bayes factor, shift of none
PLAIN = np.array([1.0, 1.0, 0.0])
QUIET = "no fault"
FEW_CASES = 40


@dataclass(frozen=True)
class Weighed:
    """A trouble's group: log prior and log Bayes factor of each station and, last, of none; which of them are true."""

    kind: str
    risk: float
    cases: int
    prior: NDArray[np.float64]
    weight: NDArray[np.float64]
    true: NDArray[np.bool_]

    def logs(self, powers: Powers) -> NDArray[np.float64]:
        """Return the log probabilities of stations and none."""
        logs = powers[0] * self.prior + powers[1] * self.weight
        logs[-1] += powers[2]
        return np.asarray(logs - logsumexp(logs))


def main() -> None:
    """Gather, fit, judge and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mapping.calibration")
    parser.add_argument("--plants", type=Path, required=True, help="folder of prepared plants, filled as needed")
    parser.add_argument("--faulty", type=int, default=40)
    parser.add_argument("--null", type=int, default=20)
    parser.add_argument("--units", type=int, default=UNITS)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    work = partial(weighed, asked.plants, units=asked.units)
    with ProcessPoolExecutor(asked.processes) as pool:
        found = [one for plant in pool.map(work, seeds(asked.faulty, asked.null)) for one in plant]
    print(f"{len(found)} troubles, {sum(one.kind == QUIET for one in found)} of them without a fault")
    prior, data, none = fitted(found)
    print(f"fitted to all: prior ^ {prior:.2f}, Bayes factor ^ {data:.2f}, none + {none:.2f}")
    for title, of in (
        ("kind of fault", lambda one: one.kind), ("relative risk", lambda one: str(one.risk)),
        ("complaints", lambda one: "few" if one.cases < FEW_CASES else "many"),
    ):  # fmt: skip
        judge(title, found, of)


def judge(title: str, found: Sequence[Weighed], of: Callable[[Weighed], str]) -> None:
    """Print, for each part left out of the fitting, how well the probabilities held there, fitted and plain."""
    print(f"\n| {title} left out | troubles | log loss: fitted, plain | calibration error: fitted, plain |")
    print("|---|---|---|---|")
    fit, plain = list[tuple[float, bool]](), list[tuple[float, bool]]()
    for part in sorted({of(one) for one in found}):
        inside, outside = [o for o in found if of(o) == part], [o for o in found if of(o) != part]
        powers = fitted(outside)
        own, before = printed(inside, powers), printed(inside, PLAIN)
        fit += own
        plain += before
        print(f"| {part} | {len(inside)} | {loss(inside, powers):.3f}, {loss(inside, PLAIN):.3f} "
              f"| {calibration_error(own):.3f}, {calibration_error(before):.3f} |")  # fmt: skip
    print(f"| all of them | {len(found)} | | {calibration_error(fit):.3f}, {calibration_error(plain):.3f} |")


def weighed(folder: Path, seed: int, *, units: int) -> list[Weighed]:
    """Return a plant's troubles, each by the group of the night that is most about it."""
    from mapping.causes import Data, Hypothesis, Rules, join_routes, station_weights
    from mapping.knowledge import Knowledge
    from mapping.simulate.run import by_topic
    from mapping.simulate.scoring import best_group, group_members
    from mapping.trace import trace

    workspace, made = prepare(folder, seed, units), simulated(seed, units)
    seen: list[tuple[Knowledge, dict[str, float]]] = []

    def noted(known: Knowledge, data: Data | None, rules: Rules) -> list[Hypothesis]:
        weights = station_weights(data.levels, data.all_cases.findings.weight) if data else {}
        rows = join_routes(known, data, rules)
        seen.extend([(known, weights)] * len(rows))
        return rows

    with patch("mapping.trace.join_routes", noted), opened(workspace) as night:
        causes = trace(night).causes
    with opened(workspace) as night:
        members, topics = group_members(night), by_topic(night, made)
    of_group = {(c.group_kind, c.group_id): both for c, both in zip(causes, seen, strict=True)}
    found = []
    for trouble in made.troubles:
        group, _ = best_group(topics.get(trouble.topic, set()), members)
        if group not in of_group:
            continue
        known, weights = of_group[group]
        stations = sorted(known.prior)
        true = {f.station_id for f in trouble.faults}
        fault = trouble.faults[0] if trouble.faults else None
        found.append(
            Weighed(
                fault.kind if fault else QUIET, fault.relative_risk if fault else 1.0, len(members[group]),
                np.log(np.maximum([*(known.prior[s] for s in stations), known.none], 1e-12)),
                np.array([*(weights.get(s, 0.0) for s in stations), 0.0]),
                np.array([*(s in true for s in stations), not true]),
            )
        )  # fmt: skip
    return found


def loss(found: Sequence[Weighed], powers: Powers) -> float:
    """Return the mean negative log probability of the truth (of either cause, where there are two)."""
    return -float(np.mean([logsumexp(one.logs(powers)[one.true]) for one in found if one.true.any()]))


def fitted(found: Sequence[Weighed]) -> Powers:
    """Return the powers under which the truth is likeliest."""
    answer = minimize(lambda powers: loss(found, powers), PLAIN, method="Nelder-Mead", options={"xatol": 1e-3})
    return np.asarray(answer.x)


def printed(found: Sequence[Weighed], powers: Powers) -> list[tuple[float, bool]]:
    """Return (probability, whether it is true) of each trouble's three likeliest stations and of none."""
    pairs = []
    for one in found:
        p = np.exp(one.logs(powers))
        for at in [*np.argsort(-p[:-1], kind="stable")[:3].tolist(), len(p) - 1]:
            pairs.append((float(p[at]), bool(one.true[at])))
    return pairs


def calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Return the expected calibration error over equal bins of probability."""
    p, true = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])
    at = np.minimum((p * bins).astype(int), bins - 1)
    return float(sum(abs(p[at == b].sum() - true[at == b].sum()) for b in range(bins)) / max(len(p), 1))


if __name__ == "__main__":
    main()
