"""Complaint tables read, labelled and prepared: masked, embedded once, with the mentions of the classify room."""

from __future__ import annotations

import csv
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classify.reading.finder import MentionFinder
from classify.reading.mention import ExtractedMention
from classify.reading.read_case import read_case
from cluster.batch import SHORT_CHARACTERS, Said, evidence_of
from complaints.dictionary import load_dictionary
from complaints.models.encoder import open_encoder
from complaints.records import Case, Language

MIN_CLASS = 10
OTHER = "其他"
SERVICE_SYSTEMS = frozenset({"销售欺诈", "服务态度", "承诺不兑现", "其他原因", "配件争议", "服务收费", "人员技术", ""})


@dataclass(frozen=True, slots=True)
class Row:
    """A complaint with its day (ISO, may be empty) and its true class."""

    text: str
    day: str
    truth: str


def chinese_rows(folder: Path, *, everything: bool = False) -> list[Row]:
    """Defect rows whose symptom is named, classes of system + symptom with MIN_CLASS rows and more; or all rows.

    Of all rows the class is only whether the label is one of a fault or of the service.
    """
    with (folder / "zh_car_complaints.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if everything:
        return [Row(r["text"], r["date"], "service" if r["system"] in SERVICE_SYSTEMS else "fault") for r in rows]
    rows = [row for row in rows if row["system"] not in SERVICE_SYSTEMS and row["symptom"] != OTHER]
    found = [Row(row["text"], row["date"], f"{row['system']}|{row['symptom']}") for row in rows]
    size = Counter(row.truth for row in found)
    return [row for row in found if size[row.truth] >= MIN_CLASS]


def english_rows(folder: Path) -> list[Row]:
    """All rows; the class is the component."""
    with (folder / "en_car_complaints.csv").open(encoding="utf-8-sig", newline="") as stream:
        return [Row(row["summary"], "", row["component_class"]) for row in csv.DictReader(stream)]


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of what all methods share, and of what only this product reads."""

    embedding_cpu_s: float
    mentions_cpu_s: float


def prepare(rows: Sequence[Row], language: Language, folder: Path) -> Cost:
    """Write vectors.npy and facts.json, which every method reads, to a folder; what lies there is used again."""
    if (folder / "facts.json").exists():
        return Cost(**json.loads((folder / "facts.json").read_text(encoding="utf-8"))["cost"])
    folder.mkdir(parents=True, exist_ok=True)
    dictionary = load_dictionary()
    start = time.process_time()
    finder = MentionFinder(dictionary)
    readings = [read_case(_case(n, row, language), [], finder) for n, row in enumerate(rows)]
    mentions_cpu_s = time.process_time() - start
    start = time.process_time()
    vectors = open_encoder("default", "cpu").encode([reading.masked for reading in readings])
    embedding_cpu_s = time.process_time() - start
    np.save(folder / "vectors.npy", vectors)
    classes = sorted({row.truth for row in rows})
    evidence = [evidence_of(_said(r.mentions), r.content, dictionary) for r in readings]
    facts = {
        "texts": [row.text for row in rows],
        "days": [row.day for row in rows],
        "truth": [classes.index(row.truth) for row in rows],
        "classes": len(classes),
        "cost": {"embedding_cpu_s": embedding_cpu_s, "mentions_cpu_s": mentions_cpu_s},
        "evidence": [[e.codes, e.lead] for e in evidence],
        "short": [len(r.text) < SHORT_CHARACTERS for r in readings],
        "eligible": [n for n, r in enumerate(readings) if r.content in ("fault", "service")],
    }
    (folder / "facts.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return Cost(embedding_cpu_s, mentions_cpu_s)


def _case(number: int, row: Row, language: Language) -> Case:
    return Case(
        f"T{number:06d}", "text", None, "", None, "given", None, None, None, None, language, row.text, None, False,
        None, False,
    )  # fmt: skip


def _said(mentions: Sequence[ExtractedMention]) -> list[Said]:
    return [
        Said(m.kind, m.code, m.component_code)
        for m in mentions
        if (m.kind == "symptom" and m.polarity == "present") or (m.kind == "component" and m.polarity != "hypothetical")
    ]
