"""Puts one complaint's text together from the banks, as owners do: opening, fault, condition, attempt, closing."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from benchmarks.make_demo import wording_background as background
from benchmarks.make_demo import wording_frames as frames
from benchmarks.make_demo import wording_planted as planted
from benchmarks.make_demo.plant import Unit

SHORT_SHARE = 0.12
"""Owners who write one bare sentence."""
CARELESS_SHARE = 0.12
"""Owners who write without punctuation."""
PERSONAL_SHARE = 0.08
"""Owners who write a number, plate or name into the text."""


@dataclass(frozen=True, slots=True)
class Owner:
    """What an owner knows of the own vehicle on the day of writing."""

    unit: Unit
    written_on: date
    mileage_km: int


@dataclass(frozen=True, slots=True)
class _Bank:
    faults: Sequence[str]
    conditions: Sequence[str]
    attempts: Sequence[str]
    hypotheticals: Sequence[str]


_BANKS = {
    kind: _Bank(faults, background.CONDITIONS, background.ATTEMPTS, frames.HYPOTHETICALS)
    for kind, faults in background.BACKGROUND.items()
}
_BANKS["suspension"] = _Bank(
    planted.SUSPENSION_FAULTS,
    planted.SUSPENSION_CONDITIONS,
    planted.SUSPENSION_ATTEMPTS,
    planted.SUSPENSION_HYPOTHETICALS,
)
_BANKS["transmission"] = _Bank(
    planted.TRANSMISSION_FAULTS,
    planted.TRANSMISSION_CONDITIONS,
    planted.TRANSMISSION_ATTEMPTS,
    planted.TRANSMISSION_HYPOTHETICALS,
)
_ENGLISH = {
    "suspension": planted.ENGLISH_SUSPENSION,
    "transmission": planted.ENGLISH_TRANSMISSION,
    **background.ENGLISH,
}
FLAT_KINDS = tuple(background.BACKGROUND)
ENGLISH_KINDS = frozenset(_ENGLISH)


class Writer:
    """Writes texts that are never the same twice.

    Args:
        rng: the only source of chance; the same generator state gives the same texts.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._written: set[str] = set()

    def fault(self, kind: str, owner: Owner, english: bool, repeated: bool = False) -> str:
        """A complaint about a fault of `kind`."""
        if english:
            return self._unique(lambda: self._english(_ENGLISH[kind], owner))
        prefix = self._rng.choice(frames.REPEATS) if repeated else ""
        return self._unique(lambda: prefix + self._chinese(kind, owner))

    def service(self, owner: Owner, english: bool) -> str:
        """A complaint about price or service, with no fault of the vehicle."""
        if english:
            return self._unique(lambda: self._english(frames.ENGLISH_SERVICE, owner))
        return self._unique(
            lambda: self._sentences(
                [
                    self._clauses([self._opening(owner, 0.35), self._rng.choice(frames.SERVICE)]),
                    self._rng.choice(frames.SERVICE_ENDINGS),
                ]
            )
        )

    def follow_up(self) -> str:
        """A text without content, after an earlier complaint."""
        return self._unique(lambda: self._rng.choice(frames.FOLLOW_UPS))

    def _chinese(self, kind: str, owner: Owner) -> str:
        rng, bank = self._rng, _BANKS[kind]
        fault, condition = rng.choice(bank.faults), rng.choice(bank.conditions)
        if rng.random() < SHORT_SHARE:
            return self._clauses([fault, condition if rng.random() < 0.5 else ""])
        clauses = [fault, condition if rng.random() < 0.6 else ""]
        opening = self._opening(owner, 0.8)
        facts_last = opening.endswith(("公里", "提车", "车主")) and rng.random() < 0.4
        text = self._sentences(
            [
                self._clauses(clauses if facts_last else [opening, *clauses]),
                opening if facts_last else "",
                *self._remarks(bank, owner),
            ]
        )
        if rng.random() >= CARELESS_SHARE:
            return text
        return text.rstrip("。").replace("，", " ").replace("。", " ")

    def _remarks(self, bank: _Bank, owner: Owner) -> list[str]:
        rng = self._rng
        return [
            rng.choice(bank.attempts) if rng.random() < 0.45 else "",
            rng.choice(bank.hypotheticals) if rng.random() < 0.12 else "",
            self._slots(rng.choice(frames.PERSONAL), owner) if rng.random() < PERSONAL_SHARE else "",
            rng.choice(frames.CLOSINGS),
        ]

    def _english(self, bank: Sequence[str], owner: Owner) -> str:
        rng = self._rng
        parts = [
            self._slots(rng.choice(frames.ENGLISH_OPENINGS), owner),
            rng.choice(bank),
            self._slots(rng.choice(frames.ENGLISH_PERSONAL), owner) if rng.random() < 2 * PERSONAL_SHARE else "",
            rng.choice(frames.ENGLISH_CLOSINGS),
        ]
        return " ".join(part for part in parts if part)

    def _opening(self, owner: Owner, share: float) -> str:
        if self._rng.random() >= share:
            return ""
        return self._slots(self._rng.choice(frames.OPENINGS), owner).rstrip("，")

    def _slots(self, pattern: str, owner: Owner) -> str:
        rng, unit = self._rng, owner.unit
        surname, name = rng.choice(frames.NAMES)
        phone = f"1990000{rng.randrange(10_000):04d}"
        year = "去年" if unit.sold_on.year < owner.written_on.year else "今年"
        english = pattern.isascii()
        model = unit.product.split()[1]
        return pattern.format(
            product=f"Xinglan {model}" if english else rng.choice((unit.product.replace(" ", ""), model, unit.product)),
            months=rng.choice((f"{year}{unit.sold_on.month}月", f"{unit.sold_on.month}月份")),
            weeks=max(1, (owner.written_on - unit.sold_on).days // 7),
            km=max(100, owner.mileage_km // 100 * 100),
            phone=phone,
            phone_spaced=f"{phone[:3]} {phone[3:7]} {phone[7:]}",
            phone_dashed=f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
            plate=f"苏Z990{rng.randrange(100):02d}",
            surname=surname,
            name=name,
            serial=unit.serial,
        )

    def _unique(self, write: Callable[[], str]) -> str:
        for _ in range(1000):
            text = write()
            if text not in self._written:
                self._written.add(text)
                return text
        raise RuntimeError("a bank is too small for the number of texts asked of it; add phrases to it")

    @staticmethod
    def _clauses(parts: Sequence[str]) -> str:
        joined = "，".join(part for part in parts if part)
        return joined.replace("发现，", "发现").replace("结果，", "结果")

    @staticmethod
    def _sentences(parts: Sequence[str]) -> str:
        return "".join(part if part.endswith(("？", "！", "。")) else f"{part}。" for part in parts if part)
