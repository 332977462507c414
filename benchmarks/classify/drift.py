"""python -m benchmarks.classify.drift ZH.csv EN.csv: how often the drift test fires without drift, and with it.

All cases are from before the benchmark's test slice. A model is fitted on them once; its out-of-fold decisions stand
for those of a night. Each run draws cases for the block on which a guarantee is measured and for the nights after:

- same: both at random, no near copy on both sides;
- weeks: the later half against the earlier half, as time made them;
- language: a share of the new texts is English;
- make: a share of the new texts is about a make that the block lacks;
- wave: a share of the new texts is sales and service in addition to the usual ones.

Beside the share of runs in which the test fires at several limits stands what it is for: how many of the surest two
fifths of the new cases are right, where a label is known.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.classify.data import SERVICE, Data, by_time, chinese, english
from classify.category.drift import AREA, DISTANCE, LEVEL, Drift, drift_between
from classify.category.ensemble import fit
from classify.category.splits import group_cases

SPLIT = "2024-03-11"
BLOCK, NEW, FEW = 420, 400, 100  # cases of the block and of the nights after it; a small plant's nights
SURE = 0.4  # share of the cases that would be decided alone
AREAS, DISTANCES = (0.60, 0.65, 0.70, 0.75), (0.10, 0.15, 0.20, 0.25)
SHARES = (0.1, 0.2, 0.4)
SEED = 11
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Cases:
    """Cases with what a model decided about them out of fold; English ones without a label come last.

    Args:
        vectors: shape (cases, dimension).
        predicted: category numbers; count: how many categories there are.
        right: whether the decision agrees with the label (only of the first `labelled` cases).
        sure: lowest confidence of the surest `SURE` of the labelled cases; confidence: of all.
        makes, service, groups: of the labelled cases.
    """

    vectors: NDArray[np.float32]
    predicted: Rows
    count: int
    right: NDArray[np.bool_]
    confidence: NDArray[np.float64]
    sure: float
    makes: NDArray[np.str_]
    service: NDArray[np.bool_]
    groups: Rows

    @property
    def labelled(self) -> int:
        """How many cases have a label."""
        return len(self.right)


def prepared(zh: Data, en: Data) -> Cases:
    """Fit a model on the Chinese cases before the split and take its decisions out of fold."""
    rows = by_time(zh, np.flatnonzero(zh.days < SPLIT))
    readings = [zh.readings[i] for i in rows]
    model = fit(readings, zh.labels[rows].tolist(), zh.vectors[rows])
    assert model is not None
    own = model.predict(readings, zh.vectors[rows])
    foreign = model.predict(en.readings, en.vectors)
    predicted = np.concatenate([own.probabilities.argmax(axis=1), foreign.probabilities.argmax(axis=1)])
    names = np.array(model.categories)
    makes = [r.dated.product.split()[0] if r.dated and r.dated.product else "" for r in readings]
    return Cases(
        np.concatenate([zh.vectors[rows], en.vectors]), predicted, len(names),
        names[own.probabilities.argmax(axis=1)] == zh.labels[rows],
        np.concatenate([own.confidence, foreign.confidence]), float(np.quantile(own.confidence, 1 - SURE)),
        np.array(makes), zh.labels[rows] == SERVICE, group_cases([r.text for r in readings], [None] * len(readings)),
    )  # fmt: skip


def halves(cases: Cases, random: np.random.Generator, new: int) -> tuple[Rows, Rows]:
    """Draw a block and new cases at random, groups undivided."""
    order = random.permutation(np.unique(cases.groups))
    by_group = np.argsort(np.argsort(order))[np.searchsorted(np.unique(cases.groups), cases.groups)]
    ranked = np.argsort(by_group, kind="stable")
    return ranked[:BLOCK], ranked[::-1][:new]


def mixed(usual: Rows, strange: Rows, share: float, random: np.random.Generator) -> Rows:
    """Replace a share of some rows by strange ones."""
    count = round(share * len(usual))
    taken = random.choice(strange, count, replace=count > len(strange))
    return np.concatenate([random.choice(usual, len(usual) - count, replace=False), taken])


def scenarios(cases: Cases) -> Iterator[tuple[str, Callable[[np.random.Generator], tuple[Rows, Rows]]]]:
    """Yield the name of each scenario and what draws a block and new cases."""
    yield "same", lambda random: halves(cases, random, NEW)
    yield f"same, {FEW} new", lambda random: halves(cases, random, FEW)
    middle = cases.labelled // 2
    yield (
        "weeks",
        lambda random: (
            random.choice(np.arange(middle), BLOCK, replace=False),
            random.choice(np.arange(middle, cases.labelled), NEW, replace=False),
        ),
    )
    foreign = np.arange(cases.labelled, len(cases.vectors))
    makes, counts = np.unique(cases.makes, return_counts=True)
    make = makes[counts.argmax()]
    for share in SHARES:
        yield f"language {share:.0%}", partial(_with, cases, strange=foreign, share=share)
    for share in SHARES:
        strange = np.flatnonzero(cases.makes == make)
        yield f"make {share:.0%}", partial(_with, cases, strange=strange, share=share)
    for share in SHARES:
        wave = np.flatnonzero(cases.service)
        yield f"wave {share:.0%}", partial(_wave, cases, wave=wave, share=share)


def _with(cases: Cases, random: np.random.Generator, strange: Rows, share: float) -> tuple[Rows, Rows]:
    block, new = halves(cases, random, NEW)
    block, new = block[~np.isin(block, strange)], new[~np.isin(new, strange)]
    return block, mixed(new, strange, share, random)


def _wave(cases: Cases, random: np.random.Generator, wave: Rows, share: float) -> tuple[Rows, Rows]:
    block, new = halves(cases, random, NEW)
    return block, mixed(new, wave[~np.isin(wave, block)], share, random)


def measured(cases: Cases, block: Rows, new: Rows) -> tuple[Drift, float]:
    """Run the test, and return the share of right ones among the new cases that would be decided alone."""
    found = drift_between(
        cases.vectors[block], cases.vectors[new], cases.predicted[block].tolist(), cases.predicted[new].tolist(),
        cases.count,
    )  # fmt: skip
    alone = new[(new < cases.labelled) & (cases.confidence[new] >= cases.sure)]
    return found, float(cases.right[alone].mean()) if len(alone) else float("nan")


def show(cases: Cases, runs: int) -> None:
    """Print one row a scenario."""
    heads = [f"area>{a:.2f}" for a in AREAS] + [f"dist>{d:.2f}" for d in DISTANCES]
    print(
        f"{'scenario':16}{'area':>7}{'low':>7}{'dist':>7}{'right':>7}"
        + "".join(f"{h:>10}" for h in heads)
        + "     fires"
    )
    for name, draw in scenarios(cases):
        found = [measured(cases, *draw(np.random.default_rng([SEED, run]))) for run in range(runs)]
        drifts = [drift for drift, _ in found]
        lows = np.array([d.area_low or 0.0 for d in drifts])
        distances = np.array([d.distance if (d.p_value or 0.0) < LEVEL else 0.0 for d in drifts], dtype=float)
        shares = [float((lows > a).mean()) for a in AREAS] + [float((distances > d).mean()) for d in DISTANCES]
        print(
            f"{name:16}{np.mean([d.area or 0 for d in drifts]):7.3f}{lows.mean():7.3f}"
            f"{np.mean([d.distance or 0 for d in drifts]):7.3f}{np.nanmean([right for _, right in found]):7.3f}"
            + "".join(f"{share:10.2f}" for share in shares)
            + f"{np.mean([d.fires for d in drifts]):10.2f}"
        )
    print(f"limits in use: area {AREA}, distance {DISTANCE}; {runs} runs a row")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classify.drift", description=__doc__)
    parser.add_argument("chinese", type=Path, help="zh_car_complaints.csv")
    parser.add_argument("english", type=Path, help="en_car_complaints.csv")
    parser.add_argument("--cache", type=Path, help="folder in which vectors are kept for another run")
    parser.add_argument("--runs", type=int, default=50, help="runs a scenario")
    options = parser.parse_args()
    cases = prepared(chinese(options.chinese, options.cache), english(options.english, options.cache))
    show(cases, options.runs)


if __name__ == "__main__":
    main()
