"""Decides who complains about what, when, and through which channel."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.make_demo import layout
from benchmarks.make_demo.dialogues import Dialogue
from benchmarks.make_demo.plant import Unit
from benchmarks.make_demo.wording import ENGLISH_KINDS, FLAT_KINDS, Owner, Writer
from benchmarks.make_demo.wording_frames import COPIED_TEXT

_FLAT_WEIGHTS = {"air_conditioning": 2.0, "infotainment": 1.8, "no_start": 1.2, "paint": 0.6, "light": 0.7}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint before it is written to a file.

    `kind` and `planted` go to planted.json only. `serial`, `product` and `mileage_km` are what the file tells.
    """

    kind: str
    planted: bool
    unit: Unit
    received_at: datetime
    text: str
    english: bool
    serial: str | None
    product: str | None
    mileage_km: int | None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One recording and the unit it is about."""

    file: str
    dialogue: Dialogue
    unit: Unit
    received_at: datetime


class Caseload:
    """Draws complaints; the caller's generator is the only source of chance.

    Args:
        units: all units built, in order.
        carriers: by planted fault, the units that carry it.
        rng: the generator.
    """

    def __init__(self, units: Sequence[Unit], carriers: dict[str, list[Unit]], rng: random.Random) -> None:
        self._units, self._rng, self._writer = units, rng, Writer(rng)
        self._carriers = {kind: rng.sample(group, len(group)) for kind, group in carriers.items()}

    def texts(self, calls: Sequence[CallRecord]) -> list[Complaint]:
        """All written complaints, in order of time."""
        counts = layout.COUNTS
        taken = {call.unit.serial for call in calls}
        faults = self._planted("suspension", counts.planted_suspension, taken)
        faults += self._planted("transmission", counts.planted_transmission, taken)
        faults += [self._flat("suspension") for _ in range(counts.flat_suspension)]
        faults += [self._flat("transmission") for _ in range(counts.flat_transmission)]
        weights = [_FLAT_WEIGHTS.get(kind, 1.0) for kind in FLAT_KINDS]
        faults += [self._flat(kind) for kind in self._rng.choices(FLAT_KINDS, weights, k=counts.flat_other)]
        service = [self._service() for _ in range(counts.service)]
        later = self._repeats(faults, calls) + self._follow_ups(faults) + self._copies()
        return sorted(faults + service + later, key=lambda complaint: (complaint.received_at, complaint.text))

    def calls(self, dialogues: Sequence[Dialogue]) -> list[CallRecord]:
        """Give each dialogue a unit; fault calls get units that carry the fault, the denial one that had complained."""
        records: list[CallRecord] = []
        for number, dialogue in enumerate(dialogues, start=1):
            unit, received_at = self._call_unit(dialogue)
            records.append(CallRecord(f"call_{number:03d}.ogg", dialogue, unit, received_at))
        return records

    def _call_unit(self, dialogue: Dialogue) -> tuple[Unit, datetime]:
        while True:
            carriers = self._carriers.get("suspension" if dialogue.kind == "denial" else dialogue.kind)
            unit = carriers.pop() if carriers else self._rng.choice(self._units)
            received_at = self._time(unit, dialogue.days_after_sale + self._rng.randrange(5))
            if self._within(received_at) and received_at.date() >= dialogue.not_before:
                return unit, received_at

    def _planted(self, kind: str, count: int, taken: set[str]) -> list[Complaint]:
        found: list[Complaint] = []
        while len(found) < count:
            unit = self._carriers[kind].pop()
            received_at = self._time(unit, 14 + round(70 * self._rng.betavariate(1.6, 2.6)))
            # A late complaint lies beyond the last day: it has not been received yet.
            if self._within(received_at) and unit.serial not in taken:
                found.append(self._fault(kind, unit, received_at, planted=True))
        return found

    def _flat(self, kind: str) -> Complaint:
        while True:
            unit = self._rng.choice(self._units)
            received_at = self._time(unit, 3 + round(self._rng.gammavariate(2.0, 26.0)))
            if self._within(received_at):
                return self._fault(kind, unit, received_at, planted=False)

    def _service(self) -> Complaint:
        while True:
            unit = self._rng.choice(self._units)
            received_at = self._time(unit, self._rng.randrange(0, 90))
            if self._within(received_at):
                english = self._rng.random() < layout.ENGLISH_SHARE / 2
                text = self._writer.service(self._owner(unit, received_at), english)
                return self._complaint("service", False, unit, received_at, text, english, serial_share=0.4)

    def _fault(self, kind: str, unit: Unit, received_at: datetime, planted: bool, repeated: bool = False) -> Complaint:
        english = not repeated and kind in ENGLISH_KINDS and self._rng.random() < layout.ENGLISH_SHARE
        text = self._writer.fault(kind, self._owner(unit, received_at), english, repeated)
        share = 1.0 if planted or repeated else 0.8
        return self._complaint(kind, planted, unit, received_at, text, english, share)

    def _repeats(self, faults: Sequence[Complaint], calls: Sequence[CallRecord]) -> list[Complaint]:
        """Owners who complain again, of the same: most wrote before, one for each planted fault telephoned."""
        found = []
        for kind in self._carriers:
            call = next(call for call in calls if call.dialogue.kind == kind)
            found.append(self._fault(kind, call.unit, self._later(call.received_at), planted=True, repeated=True))
        early = [one for one in faults if one.serial and not one.english and one.received_at.month < 6]
        for first in self._rng.sample(early, layout.COUNTS.repeats - len(found)):
            found.append(self._again(first))
        return found

    def _again(self, first: Complaint) -> Complaint:
        received_at = self._later(first.received_at)
        return self._fault(first.kind, first.unit, received_at, planted=first.planted, repeated=True)

    def _follow_ups(self, faults: Sequence[Complaint]) -> list[Complaint]:
        early = [one for one in faults if one.serial and one.received_at.month < 6]
        return [
            self._complaint(
                "follow_up", False, first.unit, self._later(first.received_at), self._writer.follow_up(), False, 1.0
            )
            for first in self._rng.sample(early, layout.COUNTS.follow_ups)
        ]

    def _copies(self) -> list[Complaint]:
        first = self._flat("sunroof")
        while first.received_at > datetime(2026, 5, 31):
            first = self._flat("sunroof")
        text = COPIED_TEXT.format(product=first.unit.product)
        days = [first.received_at + timedelta(days=4 * number) for number in range(layout.COUNTS.copies)]
        return [self._complaint("sunroof", False, first.unit, day, text, False, serial_share=1.0) for day in days]

    def _complaint(
        self, kind: str, planted: bool, unit: Unit, received_at: datetime, text: str, english: bool, serial_share: float
    ) -> Complaint:
        known = self._rng.random() < serial_share
        product = unit.product if known or self._rng.random() < 0.7 else None
        mileage = self._mileage(unit, received_at) if self._rng.random() < 0.8 else None
        serial = unit.serial if known else None
        return Complaint(kind, planted, unit, received_at, text, english, serial, product, mileage)

    def _owner(self, unit: Unit, received_at: datetime) -> Owner:
        return Owner(unit, received_at.date(), self._mileage(unit, received_at))

    @staticmethod
    def _mileage(unit: Unit, received_at: datetime) -> int:
        """Kilometres since the sale, at a pace that belongs to the unit."""
        km_per_day = 18 + int(unit.serial[-4:]) * 37 % 41
        return 30 + km_per_day * max(0, (received_at.date() - unit.sold_on).days)

    def _time(self, unit: Unit, days: int) -> datetime:
        start = datetime.combine(unit.sold_on + timedelta(days=days), datetime.min.time())
        return start + timedelta(minutes=self._rng.randrange(8 * 60, 21 * 60))

    def _later(self, received_at: datetime) -> datetime:
        return received_at + timedelta(days=self._rng.randint(5, 25), minutes=self._rng.randrange(-90, 90))

    @staticmethod
    def _within(received_at: datetime) -> bool:
        return layout.FIRST_RECEIVED <= received_at.date() <= layout.LAST_RECEIVED
