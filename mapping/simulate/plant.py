"""An invented plant in columns: units, the lines they passed, and the value of every factor at every station.

Stations stand in four areas with buffers between them, so that shifts differ between areas and agree inside one. Tools
vary from unit to unit, lots, programs and suppliers stand for stretches of time, torque is a number. In every plant one
pair of stations shares its pallets: whichever fixture a unit meets at the first it meets at the second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

AREAS = ("B", "C", "T", "F")
STATIONS_AN_AREA = 5
PARALLEL = ("C030A", "C030B")  # one operation at two stations
START = date(2025, 6, 2)
BUILD_WEEKS = 26
AS_OF = START + timedelta(weeks=BUILD_WEEKS + 15)
PRODUCTS = ("S5", "M3")
PRODUCT_SHARES = (0.6, 0.4)
TOOL_SHARES = {2: (0.55, 0.45), 3: (0.4, 0.35, 0.25), 4: (0.3, 0.27, 0.23, 0.2)}
LOT_DAYS = (5, 12)
LOT_OVERLAP_DAYS = 0.7
TORQUE_NM, TORQUE_SPREAD_NM = 50.0, 1.5
SALE_DAYS, SALE_SPREAD = 30.0, 0.6  # median and log spread of the days from build to sale
LIFE_DAYS = 120.0  # mean time in service to a complaint, of units that would complain at all
DELAY_DAYS = 6.0  # mean time from the event to the day on which the complaint is received
FACTORS = ("shift", "tool", "program", "part_lot", "torque")

Values = NDArray[np.object_]


@dataclass
class Plant:
    """Units and what they met; every array has one entry a unit.

    Args:
        seed: of the plant.
        stations: ids in order of the line.
        area: station -> its area.
        day: build day, counted from START with its fraction.
        sold: day of sale.
        product: name.
        values: (station, factor) -> value, None where the unit did not pass; torque as float with NaN.
        lots: part lot -> supplier.
        pair: the two stations whose tools go together.
    """

    seed: int
    stations: tuple[str, ...]
    area: dict[str, str]
    day: NDArray[np.float64]
    sold: NDArray[np.float64]
    product: Values
    values: dict[tuple[str, str], NDArray[Any]] = field(default_factory=dict)
    lots: dict[str, str] = field(default_factory=dict)
    pair: tuple[str, str] = ("", "")

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.day)

    def serial(self, unit: int) -> str:
        """Return the invented serial number of a unit."""
        return f"SIM{self.seed % 10**5:05d}{unit:09d}"

    def passed(self, station: str) -> NDArray[np.bool_]:
        """Return which units passed a station."""
        return np.array([value is not None for value in self.values[station, "shift"]])


def build_plant(seed: int, units: int) -> Plant:
    """Make a plant without faults.

    Args:
        seed: the same seed gives the same plant.
        units: number of units, built over BUILD_WEEKS weeks.
    """
    rng = np.random.default_rng([seed, 1])
    stations = _stations()
    day = np.sort(rng.uniform(0, BUILD_WEEKS * 7, units))
    sold = day + np.maximum(rng.lognormal(np.log(SALE_DAYS), SALE_SPREAD, units), 2.0)
    product = rng.choice(np.array(PRODUCTS, dtype=object), units, p=PRODUCT_SHARES)
    area = {station: station[0] for station in stations}
    plant = Plant(seed, stations, area, day, sold, product)
    at = {name: day - (len(AREAS) - n) * 0.8 - rng.normal(0, 0.35, units) for n, name in enumerate(AREAS)}
    side = rng.random(units) < 0.5
    for number, station in enumerate(stations):
        when = at[area[station]]
        hour = (when % 1.0) * 24
        shift = np.where((hour >= 8) & (hour < 20), "day", "night").astype(object)
        plant.values[station, "shift"] = shift
        plant.values[station, "tool"] = _tools(rng, units, f"T{number:02d}")
        if number % 3 == 0:
            plant.values[station, "torque"] = np.round(rng.normal(TORQUE_NM, TORQUE_SPREAD_NM, units), 2)
        if number % 3 == 1:
            plant.values[station, "part_lot"] = _lots(rng, plant, station, when)
        if number % 2 == 0:
            plant.values[station, "program"] = _program(rng, when)
    _share_pallets(plant, rng)
    for station, keep in zip(PARALLEL, (side, ~side), strict=True):
        for factor in FACTORS:
            column = plant.values.get((station, factor))
            if column is not None:
                kept = column.copy()
                kept[~keep] = np.nan if factor == "torque" else None
                plant.values[station, factor] = kept
    return plant


def reached_share(plant: Plant) -> NDArray[np.float64]:
    """Return each unit's share of its lifelong complaints that is received by AS_OF; 0 before it is sold."""
    at_risk = np.maximum((AS_OF - START).days - DELAY_DAYS - plant.sold, 0.0)
    return np.asarray(1 - np.exp(-at_risk / LIFE_DAYS))


def _stations() -> tuple[str, ...]:
    names = [f"{area}{10 * n:03d}" for area in AREAS for n in range(1, STATIONS_AN_AREA + 1)]
    at = names.index(PARALLEL[0][:-1])
    return (*names[:at], *PARALLEL, *names[at + 1 :])


def _tools(rng: np.random.Generator, units: int, prefix: str) -> Values:
    count = int(rng.integers(2, 5))
    names = np.array([f"{prefix}-{n + 1}" for n in range(count)], dtype=object)
    return np.asarray(rng.choice(names, units, p=TOOL_SHARES[count]))


def _lots(rng: np.random.Generator, plant: Plant, station: str, when: NDArray[np.float64]) -> Values:
    """Lots follow each other with a day or so of overlap; two suppliers take turns at random."""
    ends: list[float] = []
    end = float(when.min())
    while end < when.max():
        end += float(rng.uniform(*LOT_DAYS))
        ends.append(end)
    names = [f"{station}-L{n + 1:02d}" for n in range(len(ends) + 1)]
    for name in names:
        plant.lots[name] = f"{station}-{'AB'[int(rng.integers(2))]}"
    number = np.searchsorted(ends, when + rng.normal(0, LOT_OVERLAP_DAYS / 2, len(when)))
    return np.array(names, dtype=object)[number]


def _program(rng: np.random.Generator, when: NDArray[np.float64]) -> Values:
    changes = np.sort(rng.uniform(0.15, 0.85, int(rng.integers(1, 3)))) * BUILD_WEEKS * 7
    names = np.array([f"V{n + 1}" for n in range(len(changes) + 1)], dtype=object)
    return names[np.searchsorted(changes, when)]


def _share_pallets(plant: Plant, rng: np.random.Generator) -> None:
    single = [s for s in plant.stations if s not in PARALLEL]
    areas = rng.permutation(len(AREAS))[:2]
    first, second = (str(rng.choice([s for s in single if s[0] == AREAS[a]])) for a in areas)
    plant.pair = (first, second)
    column = plant.values[first, "tool"]
    names = sorted(set(column))
    renamed = {name: f"P{number + 1}" for number, name in enumerate(names)}
    plant.values[second, "tool"] = np.array([renamed[value] for value in column], dtype=object)
