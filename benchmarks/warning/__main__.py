"""python -m benchmarks.warning: days until planted outbreaks are seen, at one rate of false alarms for all methods."""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from benchmarks.warning.methods import METHODS, scores
from benchmarks.warning.outbreaks import BASELINE_WEEKS, CURRENT_WEEKS, Scenario, Series, make, scenarios

NULL_SEED, TEST_SEED, CHECK_SEED = 11, 12, 13
QUIET_DAYS = 28  # an alarm within so many days of another is the same alarm
LATE_DAYS = 56  # an outbreak that is not seen within so many days of its start is missed
NIGHTS = range((BASELINE_WEEKS + 2) * 7, (BASELINE_WEEKS + CURRENT_WEEKS) * 7)


def episodes(score: NDArray[np.float64], threshold: float) -> NDArray[np.int_]:
    """Return the number of alarms of each series, those within QUIET_DAYS counted as one."""
    found = np.zeros(len(score), int)
    last = np.full(len(score), -QUIET_DAYS - 1)
    for night in range(score.shape[1]):
        alarm = score[:, night] > threshold
        found += alarm & (night - last > QUIET_DAYS)
        last = np.where(alarm, night, last)
    return found


def per_year(score: NDArray[np.float64], threshold: float) -> float:
    """Return alarms a series-year."""
    return float(episodes(score, threshold).sum() / (score.size / 365.25))


def matched(score: NDArray[np.float64], rate: float) -> float:
    """Return the threshold at which null series give `rate` alarms a series-year."""
    values = np.sort(score, axis=None)
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high) // 2
        if per_year(score, float(values[middle])) > rate:
            low = middle + 1
        else:
            high = middle
    return float(values[low])


def delays(score: NDArray[np.float64], series: Series, threshold: float) -> NDArray[np.float64]:
    """Return the days from an outbreak's first event to the first alarm from then on; infinite when missed."""
    found = np.full(len(score), np.inf)
    for row in range(len(score)):
        first = int(series.start[row]) - NIGHTS[0]
        hits = np.flatnonzero(score[row, first : first + LATE_DAYS] > threshold)
        if len(hits):
            found[row] = hits[0]
    return found


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warning", description=__doc__)
    parser.add_argument("--replicates", type=int, default=45, help="series a scenario and purpose")
    parser.add_argument("--rate", type=float, default=0.2, help="false alarms a series-year")
    parser.add_argument("--scenarios", type=int, nargs="*", help="numbers of scenarios; all by default")
    options = parser.parse_args()
    chosen = [s for s in scenarios() if options.scenarios is None or s.number in options.scenarios]
    nulls: dict[str, list[NDArray[np.float64]]] = {name: [] for name in METHODS}
    checks: dict[str, list[NDArray[np.float64]]] = {name: [] for name in METHODS}
    tests: list[tuple[Series, dict[str, NDArray[np.float64]]]] = []
    for scenario in chosen:
        for name, score in scores(make(scenario, options.replicates, NULL_SEED, outbreak=False), NIGHTS).items():
            nulls[name].append(score)
        for name, score in scores(make(scenario, options.replicates, CHECK_SEED, outbreak=False), NIGHTS).items():
            checks[name].append(score)
        series = make(scenario, options.replicates, TEST_SEED, outbreak=True)
        tests.append((series, scores(series, NIGHTS)))
    print(f"{len(chosen)} scenarios, {options.replicates} outbreaks each, {options.rate} false alarms a series-year")
    _print("one threshold for all scenarios", chosen, nulls, checks, tests, options.rate, per_scenario=False)
    _print("a threshold for each scenario", chosen, nulls, checks, tests, options.rate, per_scenario=True)


Scores = dict[str, list[NDArray[np.float64]]]


def _print(
    title: str, chosen: list[Scenario], nulls: Scores, checks: Scores,
    tests: list[tuple[Series, dict[str, NDArray[np.float64]]]], rate: float, *, per_scenario: bool,
) -> None:  # fmt: skip
    print(f"\n{title}")
    print(f"{'method':18s} {'median days':>11} {'quartiles':>13} {'seen':>6} {'false/series-year (new seeds)':>30}")
    by_scenario: dict[str, list[float]] = {}
    for name in METHODS:
        common = matched(np.concatenate(nulls[name]), rate)
        limits = [matched(part, rate) if per_scenario else common for part in nulls[name]]
        found = [delays(score[name], series, limit) for (series, score), limit in zip(tests, limits, strict=True)]
        false = np.mean([per_year(part, limit) for part, limit in zip(checks[name], limits, strict=True)])
        days = np.concatenate(found)
        quartiles = np.quantile(days, [0.25, 0.5, 0.75], method="higher")
        print(
            f"{name:18s} {quartiles[1]:11.0f} {quartiles[0]:6.0f}-{quartiles[2]:<6.0f} {np.isfinite(days).mean():6.3f} "
            f"{false:30.3f}"
        )
        by_scenario[name] = [float(np.isfinite(part).mean()) for part in found]
        by_scenario[f"{name} days"] = [float(np.quantile(part, 0.5, method="higher")) for part in found]
    print(f"{'scenario':38s} " + " ".join(f"{name:>16s}" for name in METHODS) + "   (median days, share seen)")
    for row, scenario in enumerate(chosen):
        cells = [f"{by_scenario[f'{n} days'][row]:8.0f} {by_scenario[n][row]:7.2f}" for n in METHODS]
        print(f"{scenario.name:38s} " + " ".join(f"{cell:>16s}" for cell in cells))


if __name__ == "__main__":
    main()
