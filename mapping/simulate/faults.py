"""Faults that are planted: where, in which units, how strong; and which records knowledge holds about them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mapping.simulate.plant import BUILD_WEEKS, PARALLEL, Plant, reached_share

KINDS = ("tool", "lot", "shift", "program", "torque", "supplier", "two", "inseparable")
"""Kinds of faults: "two" are two faults of one symptom at two stations, "inseparable" one of two stations that share
their pallets."""
RELATIVE_RISKS = (3.0, 5.0, 10.0, 30.0)
EXPOSED_CASES = (10.0, 30.0, 100.0)
DRIFT_WEEKS, DRIFT_NM = 7, 4.0
LIMITED_WEEKS = 8  # every second tool fault lasts so many build weeks
OPEN_STATIONS = 5  # stations that routing and PFMEA name for a trouble
QUIET_CASES = (12.0, 120.0)  # expected complaints of a trouble without a fault, even on the log scale
INCOMPLETE = 0.05  # share of troubles whose true station routing and PFMEA do not name


@dataclass(frozen=True)
class Fault:
    """A planted fault.

    Args:
        topic: the owners' trouble.
        kind: one of KINDS.
        station_id: where.
        factor: genealogy column (supplier: of lots).
        levels: values of it; of torque, none: everything under `below`.
        relative_risk: of exposed units.
        exposed_cases: expected complaining units among the exposed.
        exposed: which units.
        window: build days (from, to) of a fault limited in time, else None.
        rival: the inseparable station, or empty.
        below: torque in Nm under which units are exposed.
    """

    topic: str
    kind: str
    station_id: str
    factor: str
    levels: tuple[str, ...]
    relative_risk: float
    exposed_cases: float
    exposed: NDArray[np.bool_] = field(repr=False, compare=False)
    window: tuple[float, float] | None = None
    rival: str = ""
    below: float | None = None


@dataclass(frozen=True)
class Trouble:
    """One topic in one plant: its faults (none: background alone) and the stations that knowledge names.

    `hazard` is an unexposed unit's expected number of complaints over a whole life.
    """

    topic: str
    faults: tuple[Fault, ...]
    open_stations: tuple[str, ...]
    hazard: float


def plant_faults(
    plant: Plant, topics: list[str], kinds: list[str], strengths: list[tuple[float, float]], quiet: int
) -> list[Trouble]:
    """Plant one trouble for each kind, and `quiet` troubles without a fault.

    Args:
        plant: changed in place where a fault needs a drift or a change of supplier.
        topics: at least len(kinds) + quiet of them.
        kinds: of KINDS.
        strengths: (relative risk, expected exposed cases) of each.
        quiet: troubles without a cause at any station.
    """
    rng = np.random.default_rng([plant.seed, 2])
    reached = reached_share(plant)
    troubles = []
    used: set[str] = set()
    for topic, kind, (risk, cases) in zip(topics, kinds, strengths, strict=False):
        parts = ("tool", "lot") if kind == "two" else (kind,)
        faults = [_fault(plant, rng, topic, part, risk, cases, used, kind) for part in parts]
        # Two faults share one background, so each gets about the asked number of cases; what it got is recorded.
        hazard = float(np.mean([cases / (risk * reached[fault.exposed].sum()) for fault in faults]))
        faults = [replace(f, exposed_cases=hazard * risk * float(reached[f.exposed].sum())) for f in faults]
        troubles.append(Trouble(topic, tuple(faults), _open(plant, rng, faults), hazard))
    for topic in topics[len(kinds) : len(kinds) + quiet]:
        cases = float(np.exp(rng.uniform(*np.log(QUIET_CASES))))
        troubles.append(Trouble(topic, (), _open(plant, rng, []), cases / float(reached.sum())))
    return troubles


def _fault(
    plant: Plant, rng: np.random.Generator, topic: str, kind: str, risk: float, cases: float, used: set[str],
    named: str,
) -> Fault:  # fmt: skip
    factor = {"lot": "part_lot", "supplier": "part_lot", "inseparable": "tool"}.get(kind, kind)
    recorded = [s for s in plant.stations if (s, factor) in plant.values]
    recorded = [s for s in recorded if kind in ("tool", "shift") or s not in PARALLEL]
    free = [s for s in recorded if s not in used] or recorded  # a station may get a second fault when none is left
    if kind == "inseparable":
        station = plant.pair[int(rng.integers(2))]
    else:
        free = [s for s in free if s not in plant.pair] or free
        station = str(rng.choice(free))
    used.add(station)
    rival = next((s for s in plant.pair if s != station), "") if kind == "inseparable" else ""
    column = plant.values[station, factor]
    window, below = None, None
    if kind == "torque":
        exposed, below = _drift(plant, rng, station)
        levels: tuple[str, ...] = ()
    elif kind == "supplier":
        exposed, levels = _new_supplier(plant, rng, station)
        factor = "supplier"
    else:
        names = sorted({value for value in column if value is not None})
        if kind == "lot":
            names = names[3:-3]  # not at the ends, where few units are old enough to complain
        elif kind == "program":
            names = names[1:]
        elif kind == "shift":
            names = ["night"]
        levels = (str(rng.choice(names)),)
        exposed = column == levels[0]
    if kind == "tool" and rng.random() < 0.5:
        first = float(rng.uniform(3, BUILD_WEEKS - LIMITED_WEEKS - 3)) * 7
        window = (first, first + LIMITED_WEEKS * 7)
        exposed = exposed & (plant.day >= window[0]) & (plant.day < window[1])
    return Fault(topic, named, station, factor, levels, risk, cases, exposed, window, rival, below)


def _drift(plant: Plant, rng: np.random.Generator, station: str) -> tuple[NDArray[np.bool_], float]:
    """Let a tool lose torque over some weeks until it is set right; too little torque is the fault."""
    torque = np.asarray(plant.values[station, "torque"], dtype=float)
    first = rng.uniform(4, BUILD_WEEKS - DRIFT_WEEKS - 4) * 7
    since = (plant.day - first) / (DRIFT_WEEKS * 7)
    torque = np.round(torque - np.where((since >= 0) & (since < 1), since * DRIFT_NM, 0.0), 2)
    plant.values[station, "torque"] = torque
    below = float(np.round(np.nanquantile(torque, 0.1), 2))
    return np.nan_to_num(torque, nan=np.inf) < below, below


def _new_supplier(plant: Plant, rng: np.random.Generator, station: str) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Let all lots from some day on come from a new supplier."""
    column = plant.values[station, "part_lot"]
    names = sorted({value for value in column if value is not None})
    first = int(rng.integers(int(len(names) * 0.4), int(len(names) * 0.75)))
    supplier = f"{station}-N"
    for name in names[first:]:
        plant.lots[name] = supplier
    return np.isin(column.astype(str), names[first:]), (supplier,)


def _open(plant: Plant, rng: np.random.Generator, faults: list[Fault]) -> tuple[str, ...]:
    """Return the stations that routing and PFMEA name: true ones (mostly) and others, of other areas if possible."""
    complete = rng.random() >= INCOMPLETE
    named = [s for fault in faults for s in (fault.station_id, fault.rival) if s] if complete else []
    areas = {s[0] for s in named}
    others = [s for s in plant.stations if s not in named and s not in {f.station_id for f in faults}]
    others = [s for s in others if s not in plant.pair]
    elsewhere = [s for s in others if s[0] not in areas]
    wanted = OPEN_STATIONS - len(named)
    chosen = rng.choice(elsewhere if len(elsewhere) >= wanted else others, wanted, replace=False)
    found = {*named, *(str(s) for s in chosen)}
    if found & set(PARALLEL):
        found |= set(PARALLEL)
    return tuple(sorted(found))
