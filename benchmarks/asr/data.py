"""Recordings with references, in two layouts: calls with truth.json and terms.txt, read speech with transcripts.csv."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reference:
    """What was said in a stretch of a recording; `private` turns hold numbers that redaction removes."""

    start_s: float
    end_s: float
    text: str
    private: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """A recording: its file, the channel that counts (0, 1, or None for mono), seconds, and references in order."""

    path: Path
    channel: int | None
    duration_s: float
    turns: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class DataSet:
    """A folder's samples, and the terms whose recall and precision count (may be empty)."""

    name: str
    samples: tuple[Sample, ...]
    terms: tuple[str, ...]


def read(folder: Path) -> DataSet:
    """Read a folder in either layout.

    Raises:
        SystemExit: the folder is in neither layout.
    """
    if (folder / "truth.json").is_file():
        return _calls(folder)
    if (folder / "transcripts.csv").is_file():
        return _read_speech(folder)
    raise SystemExit(f"{folder}: neither truth.json nor transcripts.csv is there")


def _calls(folder: Path) -> DataSet:
    samples = []
    for call in json.loads((folder / "truth.json").read_text(encoding="utf-8")):
        turns = tuple(
            Reference(t["start_s"], t["end_s"], t["text"], "private" in t)
            for t in call["turns"]
            if t["speaker"] == "customer"
        )
        channel = ("left", "right").index(call["customer_channel"])
        samples.append(Sample(folder / call["file"], channel, call["duration_s"], turns))
    terms = folder / "terms.txt"
    words = tuple(terms.read_text(encoding="utf-8").split()) if terms.is_file() else ()
    return DataSet(folder.name, tuple(samples), words)


def _read_speech(folder: Path) -> DataSet:
    import av

    samples = []
    with (folder / "transcripts.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            path = folder / (row.get("file") or f"{row['id']}.flac")
            with av.open(str(path)) as container:
                duration_s = (container.duration or 0) / av.time_base
            samples.append(Sample(path, None, duration_s, (Reference(0.0, duration_s, row["text"], False),)))
    return DataSet(folder.name, tuple(samples), ())
