"""Writes the whole demo from one seed."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.make_demo import inbox, plant, tables
from benchmarks.make_demo.complaints import CallRecord, Caseload
from benchmarks.make_demo.dialogues import DIALOGUES
from benchmarks.make_demo.layout import SEED
from benchmarks.make_demo.pfmea import write_pfmea
from complaints.demo import AS_OF


@dataclass(frozen=True, slots=True)
class BuiltPlant:
    """The units, their genealogy, and by planted fault the units that carry it."""

    units: list[plant.Unit]
    passages: list[plant.Passage]
    carriers: dict[str, list[plant.Unit]]


def build_plant(seed: int) -> BuiltPlant:
    """Build every unit and send it down the line."""
    units = plant.build_units(random.Random(f"units {seed}"))
    rng = random.Random(f"line {seed}")
    passages: list[plant.Passage] = []
    carriers: dict[str, list[plant.Unit]] = {fault.key: [] for fault in plant.FAULTS}
    for unit in units:
        passed = list(plant.pass_line(unit, rng))
        passages += passed
        for fault in plant.FAULTS:
            if any(fault.carried(passage, unit) for passage in passed):
                carriers[fault.key].append(unit)
    return BuiltPlant(units, passages, carriers)


def generate(out: Path, seed: int = SEED, audio: Path | None = None) -> None:
    """Write the demo's files.

    Args:
        out: the folder to write; `inbox/`, `master/` and `planted.json` in it are made or replaced.
        seed: every table follows from it.
        audio: folder of the speech model (see `speech`); None writes no recordings.
    """
    built = build_plant(seed)
    caseload = Caseload(built.units, built.carriers, random.Random(f"cases {seed}"))
    calls = caseload.calls(DIALOGUES)
    files = inbox.file_complaints(caseload.texts(calls))
    texts, recordings = out / "inbox" / "texts", out / "inbox" / "calls"
    for folder in (texts, recordings, out / "master"):
        folder.mkdir(parents=True, exist_ok=True)
    inbox.write_texts(texts, files)
    inbox.write_calls(recordings, calls)
    tables.write_master(out / "master", built.units, built.passages)
    write_pfmea(out / "master" / "pfmea.xlsx")
    planted = json.dumps(_planted(built, files, calls, seed), ensure_ascii=False, indent=1)
    (out / "planted.json").write_text(planted + "\n", encoding="utf-8", newline="\n")
    if audio is not None:
        from benchmarks.make_demo.speech import speak_all

        speak_all(audio, DIALOGUES, [call.file for call in calls], recordings, seed)


def _planted(
    built: BuiltPlant, files: dict[str, list[inbox.Filed]], calls: Sequence[CallRecord], seed: int
) -> dict[str, object]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    carried: dict[str, list[str]] = defaultdict(list)
    for filed in (filed for rows in files.values() for filed in rows):
        by_kind[filed.complaint.kind].append(filed.complaint_id)
        if filed.complaint.planted:
            carried[filed.complaint.kind].append(filed.complaint_id)
    for call in calls:
        by_kind[call.dialogue.kind].append(call.file.removesuffix(".ogg"))
        if call.dialogue.kind in built.carriers:
            carried[call.dialogue.kind].append(call.file.removesuffix(".ogg"))
    faults = [
        {
            "kind": fault.key,
            "symptom": fault.symptom,
            "station_id": fault.station_id,
            "factor": fault.factor,
            "level": fault.level,
            "first_build_week": fault.first_week,
            "last_build_week": fault.last_week,
            "units_carrying": len(built.carriers[fault.key]),
            "external_ids": carried[fault.key],
        }
        for fault in plant.FAULTS
    ]
    return {
        "as_of": AS_OF.isoformat(),
        "seed": seed,
        "first_build_day": plant.FIRST_DAY.isoformat(),
        "units": len(built.units),
        "faults": faults,
        "external_ids_by_kind": dict(sorted(by_kind.items())),
    }
