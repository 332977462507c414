"""The invented plant: its line, the units it built, and what each unit met at each station."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from benchmarks.make_demo.serials import make_serial

FIRST_DAY = date(2025, 11, 17)
"""Monday of build week 1."""
BUILD_WEEKS = 26
HOLIDAY_WEEK = 14
"""The spring festival: a short week."""
PRODUCTS = ("星岚 S5", "星岚 E3")
TAKT_MINUTES = 18
UNITS_PER_DAY = 54


@dataclass(frozen=True, slots=True)
class Lot:
    """A part lot, mounted at one operation from `first_week` to `last_week` of building (1-based, inclusive)."""

    part_lot: str
    supplier: str
    part_no: str
    first_week: int
    last_week: int


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of the line: a unit passes exactly one of its stations.

    `torque_nm` is the nominal torque, `programs` are (name, first week of use) in order of time.
    """

    key: str
    name: str
    sequence: int
    stations: tuple[str, ...]
    supplier: str = ""
    tools: tuple[str, ...] = ()
    torque_nm: float | None = None
    programs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A vehicle: its build day is the day on which it left the last station."""

    serial: str
    product: str
    started_at: datetime
    built_on: date
    sold_on: date

    @property
    def build_week(self) -> int:
        """Week of building, 1-based."""
        return (self.built_on - FIRST_DAY).days // 7 + 1


@dataclass(frozen=True, slots=True)
class Passage:
    """One row of the genealogy: a unit at a station."""

    serial: str
    station_id: str
    completed_at: datetime
    shift: str
    tool: str | None
    part_lot: str | None
    torque: float | None
    program: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A planted fault: units that meet `level` of `factor` at `station_id` within the build weeks carry it."""

    key: str
    station_id: str
    factor: str
    level: str
    first_week: int
    last_week: int
    symptom: str

    def carried(self, passage: Passage, unit: Unit) -> bool:
        """Whether this passage gave the unit the fault."""
        return (
            passage.station_id == self.station_id
            and getattr(passage, self.factor) == self.level
            and self.first_week <= unit.build_week <= self.last_week
        )


SUSPENSION = Fault("suspension", "Z070", "tool", "T2", 8, 13, "底盘异响")
TRANSMISSION = Fault("transmission", "Z040", "part_lot", "VB-QY-2605", 15, 20, "顿挫")
FAULTS = (SUSPENSION, TRANSMISSION)
LOW_TORQUE_NM = 2.0
"""How much fault A lowers the mean torque of its tool; the spread is TORQUE_SPREAD_NM."""
TORQUE_SPREAD_NM = 1.8

OPERATIONS: tuple[Operation, ...] = (
    Operation("sunroof", "天窗总成安装", 10, ("Z010A", "Z010B"), "梧桐天窗", ("G1", "G2"), 8.0),
    Operation("door", "车门装配与调整", 20, ("Z020A", "Z020B", "Z020C"), "", ("D1", "D2", "D3"), 25.0),
    Operation("powertrain", "发动机与变速箱合装", 30, ("Z030",), "", ("P1", "P2"), 85.0),
    Operation(
        "valve_body", "变速箱阀体与TCU装配", 40, ("Z040",), "", ("V1", "V2"), 11.0, (("TCU-3.1", 1), ("TCU-3.2", 11))
    ),
    Operation(
        "climate", "空调压缩机与管路装配", 50, ("Z050A", "Z050B"), "乌桕制冷", (), None, (("AC-R1", 1), ("AC-R2", 17))
    ),
    Operation("interior", "座椅与内饰安装", 60, ("Z060A", "Z060B"), "", ("S1", "S2"), 45.0),
    Operation("shock_absorber", "底盘减震器安装", 70, ("Z070",), "苦楝减振", ("T1", "T2"), 110.0),
    Operation("brake", "制动系统装配", 80, ("Z080A", "Z080B"), "", ("B1", "B2"), 35.0),
    Operation(
        "cockpit", "仪表与车机安装刷写", 90, ("Z090A", "Z090B"), "水杉电子", (), None, (("HU-1.4", 1), ("HU-1.5", 13))
    ),
    Operation("wheel", "车轮与胎压传感器安装", 100, ("Z100",), "合欢传感", ("W1", "W2"), 120.0),
    Operation("fluids", "油液加注与检漏", 110, ("Z110",), "", (), None, (("FILL-7", 1),)),
    Operation("final_check", "终检与路试", 120, ("Z120",)),
)


def _lots(prefix: str, supplier: str, part_no: str, edges: Sequence[int]) -> list[Lot]:
    """One lot for each pair of neighbouring edges; a lot begins at an edge and ends before the next."""
    return [
        Lot(f"{prefix}-26{number:02d}", supplier, part_no, first, last - 1)
        for number, (first, last) in enumerate(pairwise(edges), start=1)
    ]


END = BUILD_WEEKS + 1
LOTS: dict[str, list[list[Lot]]] = {
    "sunroof": [_lots("SR", "梧桐天窗", "SR-4410", (1, 6, 11, 16, 21, END))],
    "valve_body": [
        _lots("VB-QY", "青榆传动", "VB-2070", (1, 5, 9, 12, 15, 21, 24, END)),
        _lots("VB-BH", "白桦电控", "VB-2071", (1, 4, 8, 13, 16, 19, 23, END)),
    ],
    "climate": [_lots("AC", "乌桕制冷", "AC-1120", (1, 7, 13, 19, END))],
    "shock_absorber": [_lots("SA", "苦楝减振", "SA-3005", (1, 4, 7, 10, 15, 19, 23, END))],
    "brake": [
        _lots("BP-YX", "银杏摩擦", "BP-5501", (1, 6, 12, 18, END)),
        _lots("BP-PS", "朴树摩擦", "BP-5502", (1, 9, 17, END)),
    ],
    "cockpit": [_lots("HU", "水杉电子", "HU-8800", (1, 8, 15, 22, END))],
    "wheel": [_lots("TP", "合欢传感", "TP-6100", (1, 10, 18, END))],
}
"""By operation, one list a supplier: parallel lists are mounted in the same weeks, a unit gets one of them."""


def build_units(rng: random.Random) -> list[Unit]:
    """Build about 8,000 units in 26 weeks of six days and two shifts, sold one to five weeks later."""
    units: list[Unit] = []
    for week in range(1, BUILD_WEEKS + 1):
        days = 2 if week == HOLIDAY_WEEK else 6
        for day in range(days):
            monday = FIRST_DAY + timedelta(weeks=week - 1)
            start = datetime.combine(monday + timedelta(days=day), datetime.min.time()) + timedelta(hours=8)
            for slot in range(UNITS_PER_DAY - rng.randrange(0, 4)):
                units.append(_build_unit(rng, len(units) + 1, start + timedelta(minutes=TAKT_MINUTES * slot)))
    return units


def _build_unit(rng: random.Random, number: int, started_at: datetime) -> Unit:
    product = PRODUCTS[0] if rng.random() < 0.58 else PRODUCTS[1]
    built_on = (started_at + timedelta(minutes=TAKT_MINUTES * len(OPERATIONS))).date()
    sold_on = built_on + timedelta(days=rng.randint(7, 35))
    return Unit(make_serial(PRODUCTS.index(product), built_on.year, number), product, started_at, built_on, sold_on)


def pass_line(unit: Unit, rng: random.Random) -> Iterator[Passage]:
    """Send a unit down the line: at each operation one station, one tool and one lot, drawn anew."""
    for step, operation in enumerate(OPERATIONS, start=1):
        completed_at = unit.started_at + timedelta(minutes=TAKT_MINUTES * step - rng.randrange(0, 6))
        minute = completed_at.hour * 60 + completed_at.minute
        week = unit.build_week
        tool = rng.choice(operation.tools) if operation.tools else None
        suppliers = LOTS.get(operation.key)
        lot = None
        if suppliers:
            lot = next(lot for lot in rng.choice(suppliers) if lot.first_week <= week <= lot.last_week)
        programs = [name for name, first_week in operation.programs if first_week <= week]
        yield Passage(
            unit.serial,
            rng.choice(operation.stations),
            completed_at,
            "day" if 8 * 60 <= minute < 16 * 60 + 30 else "night",
            tool,
            lot.part_lot if lot else None,
            _torque(operation, tool, week, rng),
            programs[-1] if programs else None,
        )


def _torque(operation: Operation, tool: str | None, week: int, rng: random.Random) -> float | None:
    if operation.torque_nm is None:
        return None
    if SUSPENSION.station_id not in operation.stations:
        return round(rng.gauss(operation.torque_nm, operation.torque_nm * 0.015), 1)
    low = tool == SUSPENSION.level and SUSPENSION.first_week <= week <= SUSPENSION.last_week
    return round(rng.gauss(operation.torque_nm - (LOW_TORQUE_NM if low else 0.0), TORQUE_SPREAD_NM), 1)
