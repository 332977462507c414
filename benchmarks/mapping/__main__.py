"""Planted faults against what a night finds, beside three baselines.

    python -m benchmarks.mapping --plants FOLDER                 100 plants with faults, 40 without, 20,000 units each
    python -m benchmarks.mapping --faulty 2 --null 1 --units 6000

Texts in owners' words pass through the real intake, extraction and clustering; prepared plants stay in FOLDER for
another run. Intervals are Wilson's at 95 %. A station is ranked by the group of the night that agrees best with the
trouble's complaints, for the product and the baselines alike; where no group is about it, nobody finds it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.mapping.judge import BASELINES, Judged, Ranks, judge
from benchmarks.mapping.plants import JUDGED, has_faults, seeds
from complaints.records import SUPPORTED
from mapping.simulate.faults import EXPOSED_CASES, RELATIVE_RISKS
from mapping.simulate.run import UNITS
from mapping.simulate.scoring import Claim, Outcome

PAIR = "inseparable"
STRONG = 10.0  # relative risk from which a fault ought to be found
BINS = 10
Found = list[tuple[Outcome, Ranks]]


def main() -> None:
    """Judge every plant and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mapping", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--plants", type=Path, help="folder of prepared plants, filled as needed and kept")
    parser.add_argument("--faulty", type=int, default=100, help="plants with one fault of every kind")
    parser.add_argument("--null", type=int, default=40, help="plants without a fault")
    parser.add_argument("--units", type=int, default=UNITS)
    parser.add_argument("--first", type=int, default=JUDGED, help="first seed (1000: the plants of development)")
    parser.add_argument("--true-groups", action="store_true", help="group as planted, to tell what grouping costs")
    parser.add_argument("--processes", type=int, default=2, help="plants at work at once")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.plants or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        judged: dict[int, Judged] = {}
        wanted = seeds(asked.faulty, asked.null, asked.first)
        work = partial(judge, folder, units=asked.units, grouped=not asked.true_groups)
        with ProcessPoolExecutor(asked.processes, get_context("spawn")) as pool:
            for seed, one in zip(wanted, pool.map(work, wanted), strict=True):
                judged[seed] = one
                print(f"{len(judged)} plants", end="\r", file=sys.stderr, flush=True)
    report(judged)


def report(judged: dict[int, Judged]) -> None:
    """Print what was found by strength and by kind, false claims, pairs and calibration."""
    faulty = [one for seed, one in judged.items() if has_faults(seed)]
    null = [one for seed, one in judged.items() if not has_faults(seed)]
    found = [pair for one in faulty for pair in zip(one.score.outcomes, one.baselines, strict=True)]
    apart = [pair for pair in found if pair[0].kind != PAIR]
    print(f"{len(faulty)} plants with {len(found)} faults, {len(null)} plants without; the table leaves pairs out")
    _ranks("planted relative risk", apart, RELATIVE_RISKS, lambda o: o.relative_risk)
    _ranks("expected exposed cases", apart, EXPOSED_CASES, lambda o: o.exposed_cases, nearest=True)
    strong = [pair for pair in apart if pair[0].relative_risk >= STRONG]
    title = f"exposed cases, relative risk {STRONG:.0f} and more"
    _ranks(title, strong, EXPOSED_CASES, lambda o: o.exposed_cases, nearest=True)
    _ranks("kind of fault", apart, sorted({o.kind for o, _ in apart}), lambda o: o.kind)
    _false(faulty, "with faults")
    _false(null, "without")
    _pairs([o for o, _ in found if o.kind == PAIR])
    _windows([o for o, _ in found])
    _calibration([claim for one in judged.values() for claim in one.score.claims])
    seconds = sorted(one.cpu_s for one in judged.values())
    print(f"tracing a plant: median {seconds[len(seconds) // 2]:.1f} CPU s")


def _ranks(
    title: str, found: Found, values: Sequence[object], of: Callable[[Outcome], object], *, nearest: bool = False
) -> None:
    print(f"\n| {title} | faults | rank 1 | top 3 | factor and level named | supported | "
          + " | ".join(f"{name}: rank 1, top 3" for name in BASELINES) + " |")  # fmt: skip
    print("|---" * (6 + len(BASELINES)) + "|")
    parts: dict[object, Found] = defaultdict(list)
    for pair in found:
        value = of(pair[0])
        parts[min(values, key=lambda v: abs(float(str(v)) - float(str(value)))) if nearest else value].append(pair)
    for value in values:
        some = parts.get(value, [])
        if not some:
            continue
        own = [o for o, _ in some]
        cells = [
            share([o.rank == 1 for o in own]), share([1 <= o.rank <= 3 for o in own]),
            share([o.rank == 1 and o.named for o in own]), share([o.verdict == SUPPORTED for o in own]),
        ]  # fmt: skip
        for name in BASELINES:
            ranks = [r[name] for _, r in some]
            first, third = sum(r == 1 for r in ranks), sum(1 <= r <= 3 for r in ranks)
            cells.append(f"{first / len(some):.2f}, {third / len(some):.2f}")
        print(f"| {value} | {len(some)} | {' | '.join(cells)} |")


def share(held: Sequence[bool]) -> str:
    """Return a share with its 95 % Wilson interval."""
    from scipy.stats import binomtest

    limits = binomtest(sum(held), len(held)).proportion_ci(method="wilson")
    return f"{sum(held) / len(held):.3f} ({limits.low:.3f} to {limits.high:.3f})"


def _false(plants: Sequence[Judged], which: str) -> None:
    if not plants:
        return
    claims = [len(one.score.false_supported) for one in plants]
    mean, any_claim = sum(claims) / len(claims), share([c > 0 for c in claims])
    print(f'\nfalse "supported" claims a plant {which}: {mean:.3f} ({sum(claims)} in {len(claims)}); any: {any_claim}')
    mixed, all_claims = (sum(len(getattr(one.score, name)) for one in plants) for name in ("mixed", "false_supported"))
    print(f"of these, {mixed} are true of another trouble in the same group; {all_claims - mixed} of none")


def _pairs(pairs: Sequence[Outcome]) -> None:
    if pairs:
        print(f"\n{len(pairs)} inseparable pairs: declared {share([o.declared for o in pairs])}, "
              f"named beside another verdict too {share([o.hinted for o in pairs])}, "
              f'one of the two alone "supported" {share([o.blamed_alone for o in pairs])}')  # fmt: skip
        seen = [o for o in pairs if o.verdict]
        if seen:
            print(f"of the {len(seen)} whose station is listed at all: declared {share([o.declared for o in seen])}")


def _windows(found: Sequence[Outcome]) -> None:
    some = [o for o in found if o.covered is not None and o.width is not None]
    if some:
        covered = sum(o.covered or 0.0 for o in some) / len(some)
        width = sum(o.width or 0.0 for o in some) / len(some)
        print(f"\n{len(some)} faults limited in time: the range covers {covered:.2f}, {width:.2f} times as long")


def _calibration(claims: Sequence[Claim]) -> None:
    print("\n| printed probability | claims | mean | true |\n|---|---|---|---|")
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        some = [c for c in claims if low <= c.probability < high or (number == BINS - 1 and c.probability >= 1)]
        if some:
            mean = sum(c.probability for c in some) / len(some)
            print(f"| {low:.1f} to {high:.1f} | {len(some)} | {mean:.3f} | {share([c.true for c in some])} |")
    brier = sum((c.probability - c.true) ** 2 for c in claims) / max(len(claims), 1)
    print(f"Brier score {brier:.4f}")


if __name__ == "__main__":
    main()
