"""A simulated plant as the files that a real one would give: inbox/ and master/."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mapping.simulate.complaining import Complaints
from mapping.simulate.faults import Trouble
from mapping.simulate.owners import topics
from mapping.simulate.plant import FACTORS, START, Plant

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary

NOON = datetime.combine(START, datetime.min.time()) + timedelta(hours=12)


def write_files(root: Path, plant: Plant, troubles: list[Trouble], found: Complaints, names: Dictionary) -> None:
    """Write inbox/complaints.csv and master/: stations, routing, pfmea, units, genealogy and lots.

    Args:
        root: a workspace.
        plant: with its faults planted.
        troubles: what knowledge says of each.
        found: the complaints.
        names: gives the Chinese names of symptoms and components.
    """
    _write_inbox(root / "inbox", plant, found)
    _write_knowledge(root / "master", plant, troubles, names)
    _write_units(root / "master", plant)
    _table(root / "master" / "lots.csv", ("part_lot", "supplier"), sorted(plant.lots.items()))


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)


def case_name(number: int) -> str:
    """Return the complaint_id of a complaint by its position."""
    return f"S{number:06d}"


def _write_inbox(folder: Path, plant: Plant, found: Complaints) -> None:
    rows = (
        (
            case_name(number), (NOON + timedelta(days=int(found.day[number]))).isoformat(" "),
            plant.serial(int(unit)) if found.named[number] else "", plant.product[unit], found.text[number],
        )
        for number, unit in enumerate(found.unit)
    )  # fmt: skip
    _table(folder / "complaints.csv", ("complaint_id", "received_at", "serial", "product", "text"), rows)


def _write_knowledge(folder: Path, plant: Plant, troubles: list[Trouble], names: Dictionary) -> None:
    rng = np.random.default_rng([plant.seed, 4])
    stations = ((s, f"{s[0]}区{s[1:]}", plant.area[s], n + 1) for n, s in enumerate(plant.stations))
    _table(folder / "stations.csv", ("station_id", "name", "line", "sequence"), stations)
    routing, pfmea = [], []
    for trouble in troubles:
        topic = topics()[trouble.topic]
        part, symptom = names.name(topic.component, "zh"), names.name(topic.symptom, "zh")
        for station in trouble.open_stations:
            # Parallel stations do one operation.
            operation = f"{part}装配{station[:4]}"
            routing.append((part, station, operation))
            if rng.random() < 0.7:
                ratings = rng.integers((5, 3, 3), (9, 7, 8))
                mode = f"{part}装配不良导致{symptom}"
                pfmea.append((station, mode, part, symptom, operation, "", *map(int, ratings)))
    _table(folder / "routing.csv", ("component", "station_id", "operation"), routing)
    header = ("station_id", "failure_mode", "component", "symptom", "operation", "cause")
    _table(folder / "pfmea.csv", (*header, "severity", "occurrence", "detection"), pfmea)


def _write_units(folder: Path, plant: Plant) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    start = np.datetime64(START)
    serials = pa.array([plant.serial(unit) for unit in range(plant.units)])
    built, sold = (start + column.astype("timedelta64[D]") for column in (np.floor(plant.day), np.floor(plant.sold)))
    units = pa.table({"serial": serials, "product": pa.array(list(plant.product)), "built_at": built, "sold_at": sold})
    pq.write_table(units, folder / "units.parquet")
    blocks = []
    for station in plant.stations:
        at = np.flatnonzero(plant.passed(station))
        columns = {"serial": serials.take(pa.array(at)), "station_id": pa.array([station] * len(at))}
        for factor in FACTORS:
            kind = pa.float64() if factor == "torque" else pa.string()
            values = plant.values.get((station, factor))
            columns[factor] = pa.nulls(len(at), kind) if values is None else pa.array(values[at], kind)
        blocks.append(pa.table(columns))
    pq.write_table(pa.concat_tables(blocks), folder / "genealogy.parquet")
