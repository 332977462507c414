"""The knowledge route: the stations that routing and PFMEA leave open for a symptom on a component, and their prior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mapping.plant import PfmeaRow, PlantModel, RoutingStep

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary

# Incidents per unit by occurrence rating: AIAG-VDA FMEA Handbook (2019), alternate occurrence table with incidents per
# thousand, as in AIAG's FMEA manual, 4th edition. Rating 1 means "eliminated": a tenth of rating 2 stands for it.
OCCURRENCE_RATES: dict[int, float] = {
    10: 0.1, 9: 0.05, 8: 0.02, 7: 0.01, 6: 0.002, 5: 0.0005, 4: 0.0001, 3: 0.00001, 2: 0.000001, 1: 0.0000001,
}  # fmt: skip
UNRATED = 4  # occurrence of a routing step or of a PFMEA row without a rating: the middle of the table
# Teams rate within a step or two of the field at best, and the table's steps are factors of 2 to 10: the cube root
# keeps the order and lets a tenfold data signal outvote two steps.
TEMPER = 1 / 3
# How much a row says, by what of it fits.
MATCH_WEIGHTS: dict[str, float] = {
    "symptom+component": 1.0, "symptom+system": 0.5, "symptom": 0.4, "component": 0.3, "system": 0.1,
}  # fmt: skip
OTHER_SYMPTOM = 0.2  # factor on a row that names symptoms, and others
# Chance that the cause is none of the stations (design, part, use, software), by the best fit found.
NONE_MASS: dict[str, float] = {
    "symptom+component": 0.2, "symptom+system": 0.3, "symptom": 0.35, "component": 0.35, "system": 0.45,
}  # fmt: skip
NONE_WITHOUT_KNOWLEDGE = 0.6
OUTSIDE = 0.1  # of the assembly's share: stations that routing and PFMEA do not name for it (PFMEAs are incomplete)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A station that knowledge leaves open, with the rows that say so."""

    station_id: str
    weight: float
    pfmea: tuple[tuple[PfmeaRow, str], ...] = ()  # with what of the row fits
    routing: tuple[RoutingStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The prior of a group: probabilities over all stations, `none` for no station; they add up to 1.

    Args:
        prior: every known station's probability.
        none: probability that the cause is no station.
        open_stations: the stations that routing or PFMEA name; empty when they name none.
    """

    prior: Mapping[str, float]
    none: float
    open_stations: Mapping[str, Candidate] = field(default_factory=dict)


def knowledge(
    plant: PlantModel, dictionary: Dictionary, symptom: str | None, components: Mapping[str, float]
) -> Knowledge:
    """Return what routing and PFMEA say about a symptom on a component.

    Args:
        plant: the small master files.
        dictionary: gives systems of components and the families of symptoms.
        symptom: code, or None.
        components: code -> share of the group's cases that name it; empty when none does.
    """
    found: dict[str, Candidate] = {}
    best = ""
    for station_id in plant.stations:
        candidate, match = _candidate(plant, dictionary, station_id, symptom, components)
        if candidate is not None:
            found[station_id] = candidate
            best = max(best, match, key=lambda m: MATCH_WEIGHTS.get(m, 0.0))
    if not found:
        share = (1 - NONE_WITHOUT_KNOWLEDGE) / max(len(plant.stations), 1)
        return Knowledge(dict.fromkeys(plant.stations, share), NONE_WITHOUT_KNOWLEDGE)
    others = [s for s in plant.stations if s not in found]
    mass = 1 - NONE_MASS[best]
    outside = OUTSIDE * mass if others else 0.0
    total = sum(c.weight for c in found.values())
    prior = {s: outside / len(others) for s in others} | {
        s: (mass - outside) * c.weight / total for s, c in found.items()
    }
    return Knowledge(dict(sorted(prior.items())), NONE_MASS[best], found)


def _candidate(
    plant: PlantModel, dictionary: Dictionary, station_id: str, symptom: str | None, components: Mapping[str, float]
) -> tuple[Candidate | None, str]:
    rows = [
        (r, m, w)
        for r in plant.pfmea
        if r.station_id == station_id
        for m, w in [_fit(r, dictionary, symptom, components)]
        if m
    ]
    steps = [
        (s, m, w)
        for s in plant.routing
        if s.station_id == station_id
        for m, w in [_step_fit(s, dictionary, components)]
        if m
    ]
    if not rows and not steps:
        return None, ""
    best_row = max((w for _, _, w in rows), default=0.0)
    best_step = max((w for _, _, w in steps), default=0.0)
    match = max([m for _, m, _ in (*rows, *steps)], key=lambda m: MATCH_WEIGHTS[m])
    ordered = sorted(rows, key=lambda r: (-r[2], r[0].failure_mode, r[0].cause))
    candidate = Candidate(
        station_id, max(best_row, best_step), tuple((r, m) for r, m, _ in ordered), tuple(s for s, _, _ in steps)
    )
    return candidate, match


def rate(occurrence: int | None) -> float:
    """Return the tempered rate of an occurrence rating, relative to the unrated one's."""
    relative = OCCURRENCE_RATES[occurrence or UNRATED] / OCCURRENCE_RATES[UNRATED]
    return float(relative**TEMPER)


def _fit(
    row: PfmeaRow, dictionary: Dictionary, symptom: str | None, components: Mapping[str, float]
) -> tuple[str, float]:
    """Return what of a PFMEA row fits, and its weight; ("", 0) when nothing does."""
    kin = symptom is not None and any(related(dictionary, symptom, code) for code in row.symptoms)
    match, share = _component_fit(row.components, dictionary, components)
    if kin:
        name = f"symptom+{match}" if match else "symptom"
        if match == "" and row.components and components:
            return "", 0.0  # the same symptom of another part
        return name, MATCH_WEIGHTS[name] * (share or 1.0) * rate(row.occurrence)
    if not match:
        return "", 0.0
    other = OTHER_SYMPTOM if row.symptoms and symptom is not None else 1.0
    return match, MATCH_WEIGHTS[match] * share * other * rate(row.occurrence)


def _step_fit(step: RoutingStep, dictionary: Dictionary, components: Mapping[str, float]) -> tuple[str, float]:
    match, share = _component_fit((step.component,) if step.component else (), dictionary, components)
    return (match, MATCH_WEIGHTS[match] * share) if match else ("", 0.0)


def _component_fit(
    codes: tuple[str, ...], dictionary: Dictionary, components: Mapping[str, float]
) -> tuple[str, float]:
    """Return component, system or "" and the share of the group's cases that it holds for."""
    exact = sum(components.get(code, 0.0) for code in codes)
    if exact > 0:
        return "component", exact
    systems = {dictionary.system_of(code) for code in codes}
    near = sum(share for code, share in components.items() if dictionary.system_of(code) in systems)
    return ("system", near) if near > 0 else ("", 0.0)


def related(dictionary: Dictionary, symptom: str, other: str) -> bool:
    """Return whether two symptoms are the same or one is a kind of the other (a rattle is an abnormal noise)."""
    return symptom == other or dictionary.system_of(symptom) == dictionary.system_of(other)
