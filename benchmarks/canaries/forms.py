"""The ways in which a value is written or said: plain, grouped, full width, spoken, with pauses, over several turns."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from benchmarks.canaries.persons import FREE, KINDS, Person
from benchmarks.canaries.wording import AFTER, ASKED, BEFORE, GO_ON, LEADS, Frames

SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
WIDE = {ord(c): ord(c) + 0xFEE0 for c in map(chr, range(33, 127))}
PAUSES = ["，", " ", "、", "，嗯，", "……", "，然后"]
SIZES = {
    "mobile": (3, 4, 4),
    "landline": (4, 4, 4),
    "id_card": (6, 4, 4, 4),
    "bank_card": (4, 4, 4, 4, 4),
    "vin": (3, 5, 4, 5),
}


@dataclass(frozen=True, slots=True)
class Planted:
    """A value in the turns of a call, or in one text; `shown` is how it stands there, without what parts it.

    Args:
        person: its number.
        kind: one of `KINDS`.
        form: how it is written or said.
        turns: the sentence, or the turns, that hold it.
        value: its plain form.
    """

    person: int
    kind: str
    form: str
    turns: tuple[str, ...]
    value: str


def written(person: Person, frames: Frames, seed: int) -> list[Planted]:
    """Return one sentence for each kind of a person."""
    rng = random.Random(f"{seed}-written-{person.number}")
    planted = []
    for kind in KINDS:
        form, shown = _shown(kind, person.values[kind], rng)
        sentence = rng.choice(BEFORE) + rng.choice(frames[kind]).format(shown) + rng.choice(AFTER)
        planted.append(Planted(person.number, kind, form, (sentence,), person.values[kind]))
    return planted


def told(person: Person, seed: int) -> list[Planted]:
    """Return for each kind of a person the turns of a call in which it is asked for and told, in two or three parts."""
    rng = random.Random(f"{seed}-told-{person.number}")
    planted = []
    for kind in KINDS:
        value = person.values[kind]
        shown = spoken(value, kind, rng)
        parts = [shown]
        if kind in ("mobile", "landline", "id_card", "bank_card") and rng.random() < 0.7:
            cuts = sorted(rng.sample(range(3, len(shown) - 2), rng.choice([1, 2])))
            parts = [shown[a:b] for a, b in zip([0, *cuts], [*cuts, len(shown)], strict=True)]
        turns = [ASKED[kind], rng.choice(LEADS) + parts[0]]
        for part in parts[1:]:
            turns += [rng.choice(GO_ON), part]
        turns[-1] += rng.choice(["", "。", "，就这个"])
        planted.append(Planted(person.number, kind, "over turns" if len(parts) > 1 else "told", tuple(turns), value))
    return planted


def _shown(kind: str, value: str, rng: random.Random) -> tuple[str, str]:
    """Return the name of a form, and the value in it."""
    if kind == "name" or (kind == "address" and rng.random() < 0.6):
        return "plain", value
    if kind == "address":
        return "spoken", "".join(SPOKEN.get(c, c) for c in value).replace("幺", "一")
    forms = ["plain", "plain", "full width"]
    if kind in SIZES:
        forms.append("grouped")
    if kind not in ("vin", "email"):
        forms += ["spoken", "spoken with pauses"]
    form = rng.choice(forms)
    if form == "full width":
        return form, value.translate(WIDE)
    if form == "grouped":
        return form, rng.choice([" ", "-"]).join(_groups(value.replace("-", ""), SIZES[kind]))
    if form == "spoken":
        return form, spoken(value, kind, rng)
    if form == "spoken with pauses":
        parts = _groups(spoken(value, kind, rng), SIZES.get(kind, (2, 3, 3)))
        return form, rng.choice(PAUSES).join(parts)
    return form, rng.choice([value, value.lower()]) if kind in ("vin", "id_card") else value


def spoken(value: str, kind: str, rng: random.Random) -> str:
    """Return a value as said; letters stay letters, as speech recognition writes them."""
    if kind == "email":
        return re.sub(r"[._-]", "", value.split("@")[0]) + "艾特" + re.sub(r"^.*?([a-z]+)\.(\w+)$", r"\1点\2", value)
    if kind in FREE:
        return value
    said = "".join(SPOKEN.get(c, c) for c in value.replace("-", ""))
    return said if rng.random() < 0.7 else said.replace("幺", "一")


def _groups(text: str, sizes: tuple[int, ...]) -> list[str]:
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return [part for part in [*parts, text[at:]] if part]
