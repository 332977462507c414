"""The base of every filled store: a plant with its master data and some thousand complaints, read by a real night."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.scale.wording import clause
from complaints.workspace.layout import Workspace
from mapping.simulate.owners import text as owners_text
from mapping.simulate.owners import topics
from mapping.simulate.plant import AS_OF, START
from mapping.simulate.run import Simulated, lay_out, make

PLANT = 1  # seed of the simulated plant
UNITS = 200_000
PRODUCTS = 12
INVENTED = 600  # base complaints without a folder of real ones
DAYS = 1_000  # over which the stored complaints were received
BASE_DAYS = 60  # the first of them, in which those of the base were
TABLE = "owners.csv"
WITHOUT_SERIAL = 0.1
OF_PLANT = 0.2  # share of the complaints received since the plant's first sale that name one of its units
REPEATED = 30  # every so many a complaint comes a second time
GIVEN = 3  # every so many a complaint of the base comes with its category
RECENT = 1_500  # complaints of the base's second night
RECENT_TABLE, RECENT_TURN = "recent.csv", 2
HEADER = ("complaint_id", "received_at", "serial", "product", "category", "text")


@dataclass(frozen=True, slots=True)
class Owner:
    """A complaint as its owner wrote it; product and category may be empty."""

    text: str
    product: str
    category: str


def owners(data: Path | None, most: int | None = None) -> list[Owner]:
    """Return base complaints: those of DATA/zh_car_complaints.csv, or invented ones."""
    if data is None:
        names = sorted(topics())
        return [Owner(owners_text(names[n % len(names)], n // len(names), 100 * n), "", "") for n in range(INVENTED)][
            :most
        ]
    with (data / "zh_car_complaints.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    # The texts are about the cars of many makers; a plant builds a few products.
    models = [crc32(f"{r['brand']} {r['series']}".encode()) % PRODUCTS for r in rows]
    return [Owner(r["text"], f"P{model:02d}", r["system"]) for r, model in zip(rows, models, strict=True)][:most]


def unlabelled(owner: Owner) -> Owner:
    """Return a complaint without the category that is known of it, as most come in."""
    return replace(owner, category="")


def ended(text: str) -> str:
    """Return a text without the marks at its end, so that a clause can follow."""
    return text.rstrip(" \n\t,，.。;；:：!！?？、…~")


def plant(units: int) -> Simulated:
    """Return the simulated plant; the same number of units gives the same one."""
    return make(PLANT, units)


def as_of(nights_before: int = 0) -> date:
    """Return the date of the measured night, or of one before it."""
    return AS_OF - timedelta(days=nights_before)


def noon(day: float) -> datetime:
    """Return noon of a day counted from the plant's first."""
    return datetime.combine(START, datetime.min.time()) + timedelta(days=int(day), hours=12)


def last_day() -> int:
    """Return the measured night's day, counted from the plant's first."""
    return (AS_OF - START).days


def run_night(workspace: Workspace, day: date) -> None:
    """Run `complaints run` over a workspace."""
    command = [sys.executable, "-m", "cli", "run", "-w", str(workspace.root), "--as-of", day.isoformat(), "--quiet"]
    subprocess.run(command, check=True)


def read_night(workspace: Workspace, day: date) -> None:
    """Run a night as far as the issues: figures and pages come with the night before the measured one."""
    import cli
    from complaints.run import RunOptions, SilentProgress, run_night

    stages = [stage for stage in cli.stages() if stage.name not in ("mapping", "reports")]
    run_night(workspace, stages, [], RunOptions(as_of=day), SilentProgress())


def lay_out_base(folder: Path, data: Path | None, units: int, most: int | None = None) -> Workspace:
    """Make the base workspace, or return the one that lies there."""
    done = folder / "base-done"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        simulated = plant(units)
        workspace = lay_out(folder, simulated)
        rng = np.random.default_rng(11)
        known = owners(data, most)
        days = np.sort(rng.uniform(last_day() - DAYS, last_day() - DAYS + BASE_DAYS, size=len(known)))
        given = [owner if n % GIVEN == 0 else unlabelled(owner) for n, owner in enumerate(known)]
        write_complaints(workspace.inbox / TABLE, given, days, simulated, "B", 0)
        read_night(workspace, as_of(2))
        # The plant's invented complaints are of another kind than those that the categories were learned from, which
        # suspends the promise; the last ones that came in are like those of the night to be measured.
        recent = [unlabelled(known[n]) for n in rng.permutation(len(known))[:RECENT]]
        write_complaints(
            workspace.inbox / RECENT_TABLE, recent, np.full(len(recent), last_day() - 3.0), simulated, "R", RECENT_TURN
        )
        read_night(workspace, as_of(2))
        done.touch()
    return Workspace(folder)


def write_complaints(
    path: Path, texts: Sequence[Owner], days: NDArray[np.float64], simulated: Simulated, prefix: str, turn: int
) -> None:
    """Write complaints as a table of the inbox, each with a clause of its own; some repeat the one before.

    Args:
        path: the CSV file.
        texts: one a complaint.
        days: when each was received, counted from the plant's first day.
        simulated: whose units some of them name.
        prefix: of complaint ids and of serial numbers without records.
        turn: chooses the clauses: texts of different turns differ.
    """
    given = serials(simulated, days, prefix, np.random.default_rng([5, turn]))
    rows = []
    for number, (owner, day) in enumerate(zip(texts, days, strict=True)):
        source = number - 1 if number % REPEATED == REPEATED - 1 else number
        text = f"{ended(texts[source].text)}。{clause(turn * 7919 + source)}"
        received = noon(day).isoformat(" ")
        row = f"{prefix}{number:08d}", received, given[source], owner.product, texts[source].category, text
        rows.append(row)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])


def serials(simulated: Simulated, days: NDArray[np.float64], prefix: str, rng: np.random.Generator) -> list[str]:
    """Return the serial number that each complaint gives: of one of the plant's units, of an older car, or none."""
    sold = np.argsort(simulated.plant.sold)
    on_the_road = np.searchsorted(simulated.plant.sold[sold], days)
    unit = sold[(rng.random(len(days)) * np.maximum(on_the_road, 1)).astype(np.int64)]
    chance = rng.random(len(days))
    of_plant = (on_the_road > 0) & (chance < OF_PLANT)
    unnamed = chance > 1 - WITHOUT_SERIAL
    return [
        simulated.plant.serial(int(unit[n])) if of_plant[n] else "" if unnamed[n] else f"{prefix}CAR{n * 4 // 5:09d}"
        for n in range(len(days))
    ]
