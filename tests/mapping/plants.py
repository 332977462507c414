"""Small plants with a planted fault, made by numpy for the tests. Invented serials, no persons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

START = date(2025, 1, 6)
AS_OF = date(2026, 1, 31)
STATIONS = ("ST10", "ST20", "ST30A", "ST30B", "ST40", "ST50", "ST60")
PRODUCTS = ("P1", "P2")


@dataclass
class Plant:
    """Units in columns; `levels[station, factor]` holds each unit's value, None where it did not pass."""

    serials: list[str]
    products: list[str]
    built: list[date]
    sold: list[date]
    levels: dict[tuple[str, str], list[str | None]] = field(default_factory=dict)

    def passed(self, station: str) -> np.ndarray:
        values = self.levels[station, "shift"]
        return np.array([value is not None for value in values])

    def at(self, station: str, factor: str, level: str) -> np.ndarray:
        return np.array([value == level for value in self.levels[station, factor]])


def build_plant(units: int = 2000, weeks: int = 20, seed: int = 1) -> Plant:
    """Make units with shift, tool and torque at every station; ST30A and ST30B are parallel; lots follow in time."""
    rng = np.random.default_rng(seed)
    days = np.sort(rng.integers(0, weeks * 7, units))
    built = [START + timedelta(days=int(d)) for d in days]
    sold = [b + timedelta(days=int(d)) for b, d in zip(built, rng.integers(5, 60, units), strict=True)]
    products = [PRODUCTS[i] for i in rng.integers(0, 2, units)]
    serials = [f"TEST{seed:02d}{i:08d}" for i in range(units)]
    plant = Plant(serials, products, built, sold)
    side = rng.random(units) < 0.5
    for station in STATIONS:
        passes = np.ones(units, dtype=bool)
        if station in ("ST30A", "ST30B"):
            passes = side if station == "ST30A" else ~side
        values = {
            "shift": rng.choice(["day", "night"], units),
            "tool": rng.choice(["T1", "T2", "T3"], units),
            "torque": np.round(rng.normal(50, 2, units), 2).astype(str),
            "part_lot": np.array([f"{station}-L{d // 14:02d}" for d in days]),
        }
        for factor, column in values.items():
            plant.levels[station, factor] = [str(v) if p else None for v, p in zip(column, passes, strict=True)]
    return plant


def complaining(plant: Plant, exposed: np.ndarray, rate: float, relative_risk: float, seed: int = 7) -> list[int]:
    """Draw the complaining units: `rate` elsewhere, `relative_risk` times as often where exposed."""
    rng = np.random.default_rng(seed)
    chance = np.where(exposed, rate * relative_risk, rate)
    return [int(i) for i in np.flatnonzero(rng.random(len(chance)) < chance)]


def write_master(plant: Plant, folder: Path, *, shuffle: int | None = None, skip: tuple[str, ...] = ()) -> None:
    """Write stations, routing, pfmea, units (CSV) and genealogy (Parquet); `shuffle` seeds another order of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(shuffle) if shuffle is not None else None

    def table(name: str, lines: list[str]) -> None:
        if name in skip:
            return
        body = [lines[1:][i] for i in rng.permutation(len(lines) - 1)] if rng is not None else lines[1:]
        (folder / f"{name}.csv").write_text("\n".join([lines[0], *body]) + "\n", encoding="utf-8")

    table("stations", ["station_id,name,line,sequence", *(f"{s},工位{s},L1,{i}" for i, s in enumerate(STATIONS))])
    routing = ["component,station_id,operation", "减震器,ST30A,拧紧减震器", "减震器,ST30B,拧紧减震器"]
    table("routing", [*routing, "减震器,ST50,减震器检查", "空调,ST20,装空调", "车门,ST40,装车门"])
    pfmea = ["station_id,failure_mode,component,symptom,operation,cause,severity,occurrence,detection"]
    pfmea.append("ST30A,减震器螺栓扭矩不足,减震器,异响,拧紧减震器,拧紧枪校准偏差,6,5,5")
    table("pfmea", [*pfmea, "ST40,车门密封条装配不到位,车门,漏水,装车门,夹具磨损,5,3,6"])
    rows = zip(plant.serials, plant.products, plant.built, plant.sold, strict=True)
    table("units", ["serial,product,built_at,sold_at", *(f"{s},{p},{b},{d}" for s, p, b, d in rows)])
    if "genealogy" in skip:
        return
    columns: dict[str, list[object]] = {n: [] for n in ("serial", "station_id", "shift", "tool", "torque", "part_lot")}
    for station in STATIONS:
        for i in np.flatnonzero(plant.passed(station)):
            columns["serial"].append(plant.serials[i])
            columns["station_id"].append(station)
            for factor in ("shift", "tool", "torque", "part_lot"):
                value = plant.levels[station, factor][i]
                columns[factor].append(float(value or 0) if factor == "torque" else value)
    block = pa.table(columns)
    if rng is not None:
        block = block.take(pa.array(rng.permutation(block.num_rows)))
    pq.write_table(block, folder / "genealogy.parquet")
