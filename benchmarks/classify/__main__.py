"""python -m benchmarks.classify ZH.csv EN.csv: categories against two baselines, one table a data set."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.classify.data import Data, chinese, english
from benchmarks.classify.measures import Outcome, joined
from benchmarks.classify.methods import Kept, embeddings_regression, product, tfidf_svm
from classify.content import NONE
from classify.promise import NEVER, lower_bound

SPLIT = "2024-03-11"
FOLDS = 5
PRECISIONS = (0.95, 0.90, 0.85, 0.80)
BASELINES: dict[str, Callable[[Data, NDArray[np.int64], NDArray[np.int64]], Outcome]] = {
    "char TF-IDF 1-4 + calibrated LinearSVC": tfidf_svm,
    "logistic regression on embeddings": embeddings_regression,
}
PRODUCT = "this product"
COLUMNS = ("accuracy", "macro-F1", "top-3", "ECE", "best .90", "best .95", "s/1000")


def table(title: str, outcomes: dict[str, Outcome]) -> None:
    """Print one row a method."""
    print(f"\n{title}")
    print(f"{'method':42}" + "".join(f"{name:>10}" for name in COLUMNS))
    for name, one in outcomes.items():
        print(
            f"{name:42}{one.accuracy():10.3f}{one.macro_f1():10.3f}{one.top3():10.3f}{one.calibration_error():10.3f}"
            f"{one.best_automation(0.9):10.1%}{one.best_automation(0.95):10.1%}{one.seconds:10.2f}"
        )
    print(
        '"best": largest share whose precision is at least that, threshold chosen on the test labels (an upper bound)'
    )


def promises(kept: list[Kept]) -> None:
    """Print how each promise fared."""
    for one in kept:
        promise, alone, right = one.promise, one.alone, one.right
        stated = f"promise {promise.precision:.2f} with confidence {1 - promise.error:.2f}"
        if promise.threshold >= NEVER:
            print(f"  {stated}: cannot be given on {promise.cases} held-out labels; automated 0.0 %")
            continue
        decided, agreed = int(alone.sum()), int((alone & right).sum())
        precision = agreed / decided if decided else 1.0
        upper = 1.0 - lower_bound(decided - agreed, decided, promise.error) if decided else 1.0
        verdict = (
            "held"
            if precision >= promise.precision
            else "within confidence"
            if upper >= promise.precision
            else "BROKEN"
        )
        print(
            f"  {stated} ({promise.right} of {promise.decided} held-out, bound {promise.lower:.3f}): automated "
            f"{decided / len(alone):.1%}, precision {precision:.3f} ({agreed} of {decided}): {verdict}"
        )
    drift = kept[0].drift
    if drift is not None and drift.area is not None and drift.area_low is not None:
        state = "fires: the promise is suspended for these cases" if drift.fires else "does not fire"
        print(
            f"  drift test of the test cases: area {drift.area:.3f} (low {drift.area_low:.3f}), category distance "
            f"{drift.distance:.3f}, p {drift.p_value:.2g}; {state}"
        )


def run_chinese(data: Data, split: str, until: str) -> None:
    """Train before a day, test from then on; texts seen in training removed."""
    training = np.flatnonzero(data.days < split)
    seen = set(data.texts(training))
    later = np.flatnonzero((data.days >= split) & (data.days < until))
    testing = np.array([i for i in later if data.readings[i].text not in seen], dtype=np.int64)
    empty = sum(data.readings[i].content == NONE for i in testing)
    outcomes = {name: method(data, training, testing) for name, method in BASELINES.items()}
    outcomes[PRODUCT], kept = product(data, training, testing, PRECISIONS)
    title = f"Chinese: {len(training)} before {split}, {len(testing)} from then ({empty} without content of their own)"
    table(title, outcomes)
    promises(kept)


def run_english(data: Data) -> None:
    """Five stratified folds."""
    from sklearn.model_selection import StratifiedKFold

    parts: dict[str, list[Outcome]] = {name: [] for name in (*BASELINES, PRODUCT)}
    all_kept: list[list[Kept]] = []
    for training, testing in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(data.vectors, data.labels):
        for name, method in BASELINES.items():
            parts[name].append(method(data, training, testing))
        outcome, kept = product(data, training, testing, PRECISIONS)
        parts[PRODUCT].append(outcome)
        all_kept.append(kept)
    table(
        f"English: {len(data.labels)} rows, {len(set(data.labels.tolist()))} classes, {FOLDS} folds",
        {name: joined(outcomes) for name, outcomes in parts.items()},
    )
    for fold, kept in enumerate(all_kept, 1):
        print(f" fold {fold}")
        promises(kept)


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classify", description=__doc__)
    parser.add_argument("chinese", type=Path, help="zh_car_complaints.csv")
    parser.add_argument("english", type=Path, nargs="?", help="en_car_complaints.csv")
    parser.add_argument("--cache", type=Path, help="folder in which vectors are kept for another run")
    parser.add_argument("--split", default=SPLIT, help="first day of the test slice")
    parser.add_argument("--until", default=date.max.isoformat(), help="first day behind it")
    options = parser.parse_args()
    run_chinese(chinese(options.chinese, options.cache), options.split, options.until)
    if options.english:
        run_english(english(options.english, options.cache))


if __name__ == "__main__":
    main()
