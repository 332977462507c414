"""python -m benchmarks.classify ZH.csv EN.csv: categories against two baselines, one table a data set."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.classify.data import Data, chinese, english
from benchmarks.classify.measures import Outcome, joined
from benchmarks.classify.methods import Baseline, Kept, baseline_promises, embeddings_regression, product, tfidf_svm
from classify.category.precision_guarantee import NEVER, lower_bound
from complaints.records import NO_CONTENT

SPLIT = "2024-03-11"
FOLDS = 5
PRECISIONS = (0.95, 0.90, 0.85, 0.80)
BASELINES: dict[str, Baseline] = {
    "char TF-IDF 1-4 + calibrated LinearSVC": tfidf_svm,
    "logistic regression on embeddings": embeddings_regression,
}
PRODUCT = "this product"
BROKEN = "BROKEN"
COLUMNS = ("accuracy", "macro-F1", "top-3", "ECE", "auto .90", "auto .95", "best .90", "best .95", "s/1000")


def table(title: str, outcomes: dict[str, Outcome], kept: dict[str, list[list[Kept]]]) -> None:
    """Print one row a method; `kept` are the guarantees of each fold, in the order of `PRECISIONS`."""
    print(f"\n{title}")
    print(f"{'method':42}" + "".join(f"{name:>10}" for name in COLUMNS))
    for name, one in outcomes.items():
        held = "".join(f"{_automated(kept[name], precision):>10}" for precision in (0.9, 0.95))
        print(
            f"{name:42}{one.accuracy():10.3f}{one.macro_f1():10.3f}{one.top3():10.3f}{one.calibration_error():10.3f}"
            f"{held}{one.best_automation(0.9):10.1%}{one.best_automation(0.95):10.1%}{one.seconds:10.2f}"
        )
    print('"auto": decided alone under a promise of that precision, tested as the product tests it; "!" where it broke')
    print(
        '"best": largest share whose precision is at least that, threshold chosen on the test labels (an upper bound)'
    )


def _automated(folds: list[list[Kept]], precision: float) -> str:
    """The share decided alone over all folds."""
    mine = [one for kept in folds for one in kept if one.guarantee.precision == precision]
    share = sum(int(one.alone.sum()) for one in mine) / sum(len(one.alone) for one in mine)
    broken = any(_verdict(one) == BROKEN for one in mine if one.alone.any())
    return f"{share:.1%}{'!' if broken else ''}"


def _verdict(one: Kept) -> str:
    decided, agreed = int(one.alone.sum()), int((one.alone & one.right).sum())
    if not decided or agreed / decided >= one.guarantee.precision:
        return "held"
    upper = 1.0 - lower_bound(decided - agreed, decided, one.guarantee.error)
    return "within confidence" if upper >= one.guarantee.precision else BROKEN


def guarantees(name: str, kept: list[Kept]) -> None:
    """Print how each guarantee of a method fared."""
    print(f"  {name}")
    for one in kept:
        guarantee, alone, right = one.guarantee, one.alone, one.right
        stated = f"promise {guarantee.precision:.2f} with confidence {1 - guarantee.error:.2f}"
        if guarantee.threshold >= NEVER:
            print(f"    {stated}: cannot be given on {guarantee.cases} held-out labels; automated 0.0 %")
            continue
        decided, agreed = int(alone.sum()), int((alone & right).sum())
        precision = agreed / decided if decided else 1.0
        print(
            f"    {stated} ({guarantee.right} of {guarantee.decided} held-out, bound {guarantee.lower:.3f}): automated "
            f"{decided / len(alone):.1%}, precision {precision:.3f} ({agreed} of {decided}): {_verdict(one)}"
        )
    drift = kept[0].drift
    if drift is not None and drift.area is not None and drift.area_low is not None:
        state = "fires: the promise is suspended for these cases" if drift.fires else "does not fire"
        print(
            f"    drift test of the test cases: area {drift.area:.3f} (low {drift.area_low:.3f}), category distance "
            f"{drift.distance:.3f}, p {drift.p_value:.2g}; {state}"
        )


def run_chinese(data: Data, split: str, until: str) -> None:
    """Train before a day, test from then on; texts seen in training removed."""
    training = np.flatnonzero(data.days < split)
    seen = set(data.texts(training))
    later = np.flatnonzero((data.days >= split) & (data.days < until))
    testing = np.array([i for i in later if data.readings[i].text not in seen], dtype=np.int64)
    empty = sum(data.readings[i].content == NO_CONTENT for i in testing)
    outcomes = {name: method(data, training, testing) for name, method in BASELINES.items()}
    kept = {n: [baseline_promises(m, data, training, testing, PRECISIONS)] for n, m in BASELINES.items()}
    outcomes[PRODUCT], mine = product(data, training, testing, PRECISIONS)
    kept[PRODUCT] = [mine]
    title = f"Chinese: {len(training)} before {split}, {len(testing)} from then ({empty} without content of their own)"
    table(title, outcomes, kept)
    for name, (one,) in kept.items():
        guarantees(name, one)


def run_english(data: Data) -> None:
    """Five stratified folds."""
    from sklearn.model_selection import StratifiedKFold

    parts: dict[str, list[Outcome]] = {name: [] for name in (*BASELINES, PRODUCT)}
    all_kept: dict[str, list[list[Kept]]] = {name: [] for name in parts}
    for training, testing in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(data.vectors, data.labels):
        for name, method in BASELINES.items():
            parts[name].append(method(data, training, testing))
            all_kept[name].append(baseline_promises(method, data, training, testing, PRECISIONS))
        outcome, kept = product(data, training, testing, PRECISIONS)
        parts[PRODUCT].append(outcome)
        all_kept[PRODUCT].append(kept)
    table(
        f"English: {len(data.labels)} rows, {len(set(data.labels.tolist()))} classes, {FOLDS} folds",
        {name: joined(outcomes) for name, outcomes in parts.items()},
        all_kept,
    )
    for fold in range(FOLDS):
        print(f" fold {fold + 1}")
        for name, folds in all_kept.items():
            guarantees(name, folds[fold])


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
