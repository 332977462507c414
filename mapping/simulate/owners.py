"""What owners write: a small pool of invented texts a topic, so that the vectors of all plants are computed once.

Texts of one kind differ in the mileage, which masking takes out before a text is embedded.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

VARIANTS = 3  # settings in which each wording stands
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Topic:
    """A trouble that owners write about; symptom and component are dictionary codes."""

    name: str
    symptom: str
    component: str
    words: tuple[str, ...]


@cache
def topics() -> dict[str, Topic]:
    """Return the topics by name, those of `service` left out."""
    codes: dict[str, tuple[str, str]] = {}
    words: dict[str, list[str]] = {}
    for row in _rows():
        if row["kind"] == "words":
            words.setdefault(row["topic"], []).append(row["text"])
        elif row["symptom"]:
            codes[row["topic"]] = (row["symptom"], row["component"])
    return {name: Topic(name, *code, tuple(words[name])) for name, code in codes.items()}


@cache
def _pool(topic: str) -> tuple[str, ...]:
    rows = _rows()
    words = [row["text"] for row in rows if row["topic"] == topic and row["kind"] == "words"]
    around = {kind: [r["text"] for r in rows if r["kind"] == kind] for kind in ("opening", "condition", "closing")}
    pool = []
    for number in range(len(words) * VARIANTS):
        # Steps without common divisors, so that the settings do not go with the wordings.
        parts = [
            around["opening"][number * 7 % len(around["opening"])], words[number % len(words)],
            around["condition"][number * 3 % len(around["condition"])],
            around["closing"][(number * 11 + 2) % len(around["closing"])],
        ]  # fmt: skip
        pool.append("，".join(part for part in parts if part) + "。")
    return tuple(pool)


def text(topic: str, draw: int, mileage_km: int) -> str:
    """Return an owner's text about a topic.

    Args:
        topic: a name, or SERVICE.
        draw: any number; it picks the wording.
        mileage_km: stands in some texts.
    """
    pool = _pool(topic)
    return pool[draw % len(pool)].replace("{km}", str(mileage_km))


@cache
def _rows() -> tuple[dict[str, str], ...]:
    content = (files(__package__) / "data" / "owners.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(content)))
