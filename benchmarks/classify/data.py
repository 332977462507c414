"""Complaint tables as cases: read, with mentions, vectors and labels."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classify.reading.finder import MentionFinder
from classify.reading.read_case import read_case
from classify.reading.semantic import Unseen
from classify.reading.types import Reading
from complaints.dictionary import load_dictionary
from complaints.fingerprints import content_id, digest
from complaints.models.encoder import open_encoder
from complaints.records import Case, Language

SERVICE_SYSTEMS = frozenset({"销售欺诈", "服务态度", "承诺不兑现", "其他原因", "配件争议", "服务收费", "人员技术"})
SERVICE = "销售与服务"
OTHER = "其他"


@dataclass(frozen=True)
class Data:
    """Labelled cases.

    Args:
        readings: what the product reads of each.
        vectors: shape (cases, dimension).
        labels: the category of each.
        symptoms: the finer label, empty where there is none.
        days: ISO dates, empty where there are none.
        reading_s, embedding_s: CPU seconds for a thousand texts.
    """

    readings: list[Reading]
    vectors: NDArray[np.float32]
    labels: NDArray[np.str_]
    symptoms: NDArray[np.str_]
    days: NDArray[np.str_]
    reading_s: float
    embedding_s: float

    def texts(self, rows: Sequence[int] | NDArray[np.int64]) -> list[str]:
        """Return the texts of some rows."""
        return [self.readings[i].text for i in rows]


def chinese(path: Path, cache: Path | None) -> Data:
    """Read zh_car_complaints.csv: target `system`, the seven sales-and-service classes as one; unlabelled rows out."""
    rows = [row for row in _rows(path) if row["system"]]
    cases = [_case(row["id"], row["text"], "zh", datetime.fromisoformat(row["date"]), _product(row)) for row in rows]
    labels = [SERVICE if row["system"] in SERVICE_SYSTEMS else row["system"] for row in rows]
    return _prepared(cases, labels, [row["symptom"] for row in rows], [row["date"] for row in rows], cache)


def english(path: Path, cache: Path | None) -> Data:
    """Read en_car_complaints.csv: target `component_class`."""
    rows = _rows(path)
    cases = [_case(f"{n} {row['complaint_id']}", row["summary"], "en", None, None) for n, row in enumerate(rows)]
    return _prepared(cases, [r["component_class"] for r in rows], [""] * len(rows), [""] * len(rows), cache)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _product(row: dict[str, str]) -> str:
    # Make, series and model as three words: a blank inside a name is none between names.
    return " ".join("_".join(row[name].split()) for name in ("brand", "series", "model"))


def _case(name: str, text: str, language: Language, when: datetime | None, product: str | None) -> Case:
    return Case(
        content_id("T", name), "text", name, "", when, "given", None, product, None, None, language, text, None, False,
        None, False,
    )  # fmt: skip


def _prepared(cases: list[Case], labels: list[str], symptoms: list[str], days: list[str], cache: Path | None) -> Data:
    finder = MentionFinder(load_dictionary())
    start = time.process_time()
    readings = [read_case(case, [], finder) for case in cases]
    added = Unseen(finder.dictionary, lambda texts: vectors_of(list(texts), cache)[0]).find(readings)
    for row, case in enumerate(cases):
        if case.case_id in added:
            readings[row] = read_case(case, [], finder, (), added[case.case_id])
    reading_s = 1000 * (time.process_time() - start) / len(cases)
    vectors, embedding_s = vectors_of([r.masked for r in readings], cache)
    return Data(readings, vectors, np.array(labels), np.array(symptoms), np.array(days), reading_s, embedding_s)


def vectors_of(masked: list[str], cache: Path | None) -> tuple[NDArray[np.float32], float]:
    """Return the vectors of masked texts and the CPU seconds for a thousand; kept under `cache` for another run."""
    key = digest(*masked)[:16]
    if cache is not None and (cache / f"{key}.npy").is_file():
        kept = json.loads((cache / f"{key}.json").read_text(encoding="utf-8"))
        return np.load(cache / f"{key}.npy"), float(kept["embedding_s"])
    encoder = open_encoder("default", "cpu")
    start = time.process_time()
    vectors = encoder.encode(masked)
    embedding_s = 1000 * (time.process_time() - start) / len(masked)
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
        np.save(cache / f"{key}.npy", vectors)
        (cache / f"{key}.json").write_text(json.dumps({"embedding_s": embedding_s}), encoding="utf-8")
    return vectors, embedding_s


def by_time(data: Data, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return rows by time, as the product sorts them; every row of the benchmarks has a date."""
    orders = {row: dated.order if (dated := data.readings[row].dated) else "" for row in rows.tolist()}
    return np.array(sorted(orders, key=orders.__getitem__), dtype=np.int64)
