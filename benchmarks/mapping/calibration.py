"""Whether the probabilities mean what they say, and how likely "none of the stations" has to be taken for it.

    python -m benchmarks.mapping.calibration --plants FOLDER --faulty 40 --null 20

One number is fitted to simulated plants by maximum likelihood: a shift of the log odds of "none". It is judged on what
was left out of the fitting: each kind of fault in turn, each relative risk in turn, troubles of few and of many
complaints; and on other base rates: fewer and more troubles without a cause at any station than in the fitting. Two
further numbers (powers of the prior and of the Bayes factor) are fitted to show whether they would help. The shift is
written into `mapping/probability.py` by hand.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from benchmarks.mapping.plants import DEVELOPMENT, prepare, seeds, simulated
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
    with ProcessPoolExecutor(asked.processes, get_context("spawn")) as pool:
        found = [one for plant in pool.map(work, seeds(asked.faulty, asked.null, DEVELOPMENT)) for one in plant]
    report(found)


def report(found: Sequence[Weighed]) -> None:
    """Print the fits and the tables."""
    quiet, faulty = [o for o in found if o.kind == QUIET], [o for o in found if o.kind != QUIET]
    print(f"{len(found)} troubles, {len(quiet)} of them without a fault")
    prior, data, none = fitted(found, free=3)
    print(
        f"none + {fitted(found)[2]:.2f}; all three: prior ^ {prior:.2f}, Bayes factor ^ {data:.2f}, none + {none:.2f}"
    )
    for title, of in (
        ("kind of fault", lambda one: one.kind), ("relative risk", lambda one: str(one.risk)),
        ("complaints", lambda one: "few" if one.cases < FEW_CASES else "many"),
    ):  # fmt: skip
        print(f"\n| {title} left out of the fitting | troubles | calibration error: fitted, unfitted |\n|---|---|---|")
        for part in sorted({of(one) for one in faulty}):
            # Troubles without a fault are held out by halves: without any, the chance of none could not be fitted.
            inside = [o for o in faulty if of(o) == part] + quiet[::2]
            outside = [o for o in faulty if of(o) != part] + quiet[1::2]
            line(part, inside, fitted(outside))
    print("\n| share without a fault | troubles | calibration error: fitted, unfitted |\n|---|---|---|")
    powers = fitted([*faulty[1::2], *quiet[1::2]])
    for share in (0.2, 0.5, 0.8):
        wanted = min(len(quiet[::2]), int(len(faulty[::2]) * share / (1 - share)))
        some = faulty[::2][: int(wanted * (1 - share) / share)]
        line(f"{share:.0%}", [*some, *quiet[::2][:wanted]], powers)


def line(part: str, inside: Sequence[Weighed], powers: Powers) -> None:
    """Print the calibration error on some troubles, with fitted powers and without."""
    errors = [calibration_error(printed(inside, p)) for p in (powers, PLAIN)]
    print(f"| {part} | {len(inside)} | {errors[0]:.3f}, {errors[1]:.3f} |")


def weighed(folder: Path, seed: int, *, units: int) -> list[Weighed]:
    """Return a plant's troubles, each by the group of the night that is most about it."""
    from mapping.causes import Data, Hypothesis, Rules, join_routes
    from mapping.knowledge import Knowledge
    from mapping.night_tables import night_tables
    from mapping.probability import station_weights
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

    with patch("mapping.trace.join_routes", noted), opened(workspace) as night, night_tables(night) as tables:
        causes = trace(night, tables).causes
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


def fitted(found: Sequence[Weighed], free: int = 1) -> Powers:
    """Return the powers under which the truth is likeliest; `free` is 1 (the shift of none alone) or 3 (all)."""

    def whole(values: NDArray[np.float64]) -> Powers:
        return np.concatenate([PLAIN[: len(PLAIN) - free], values])

    start = PLAIN[len(PLAIN) - free :]
    answer = minimize(lambda values: loss(found, whole(values)), start, method="BFGS")
    return whole(np.asarray(answer.x))


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
