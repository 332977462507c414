"""Who complains about what, and when: complaints in columns, with delays, repeats and missing serial numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapping.simulate.faults import Trouble
from mapping.simulate.owners import SERVICE, text
from mapping.simulate.plant import AS_OF, DELAY_DAYS, LIFE_DAYS, START, Plant, reached_share

REPEATED = 0.08  # share of complaints that come a second time, in the same or in other words
WITHOUT_SERIAL = 0.03
SERVICE_TEXTS = 60
KM_A_DAY = 40.0
EXPORT_DAYS = 7.0  # the call centre hands over its texts once a week; few days of receipt keep a night short


@dataclass(frozen=True)
class Complaints:
    """Complaints by position.

    Args:
        unit: number of the unit.
        topic: name of the trouble, or SERVICE.
        day: day received, counted from START.
        text: the owner's words.
        named: the complaint gives the serial number.
    """

    unit: NDArray[np.int64]
    topic: NDArray[np.object_]
    day: NDArray[np.float64]
    text: NDArray[np.object_]
    named: NDArray[np.bool_]


def complaints_of(plant: Plant, troubles: list[Trouble]) -> Complaints:
    """Draw the complaints of a plant received up to AS_OF, ordered by day."""
    rng = np.random.default_rng([plant.seed, 3])
    end = float((AS_OF - START).days)
    reached = reached_share(plant)
    parts = []
    for trouble in troubles:
        hazard = trouble.hazard * (1 + sum((f.relative_risk - 1) * f.exposed for f in trouble.faults))
        chance = 1 - np.exp(-hazard * reached)
        units = np.flatnonzero(rng.random(plant.units) < chance)
        parts.append(_reported(rng, plant, units, trouble.topic, end))
    served = rng.choice(np.flatnonzero(reached > 0), SERVICE_TEXTS, replace=False)
    parts.append(_reported(rng, plant, served, SERVICE, end))
    merged = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    order = np.argsort(merged[2], kind="stable")
    return Complaints(*(column[order] for column in merged))


def _reported(
    rng: np.random.Generator, plant: Plant, units: NDArray[np.int64], topic: str, end: float
) -> tuple[NDArray[np.generic], ...]:
    life = np.maximum(end - plant.sold[units], 0.5)
    age = -LIFE_DAYS * np.log1p(-rng.random(len(units)) * (1 - np.exp(-life / LIFE_DAYS)))
    day = plant.sold[units] + age + rng.exponential(DELAY_DAYS, len(units))
    again = np.flatnonzero(rng.random(len(units)) < REPEATED)
    draw = rng.integers(0, 1 << 30, len(units))
    second = np.where(rng.random(len(again)) < 0.5, draw[again], rng.integers(0, 1 << 30, len(again)))
    units, age, draw = (np.concatenate([a, b]) for a, b in ((units, units[again]), (age, age[again]), (draw, second)))
    day = np.concatenate([day, day[again] + rng.exponential(15.0, len(again))])
    named = rng.random(len(units)) >= WITHOUT_SERIAL
    day = np.ceil(day / EXPORT_DAYS) * EXPORT_DAYS
    kept = day < end
    written = [text(topic, int(d), int(a * KM_A_DAY) + 100) for d, a in zip(draw[kept], age[kept], strict=True)]
    names = np.full(int(kept.sum()), topic, dtype=object)
    return units[kept], names, day[kept], np.array(written, dtype=object), named[kept]
