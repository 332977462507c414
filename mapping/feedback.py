"""What the field teaches the PFMEA, and how far warnings, actions and effects close the loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from complaints.ranking import strength
from complaints.records import Action, Cause, EarlyWarning, LoopTimes, PfmeaGap, WarningGroupKind
from mapping.actions import EFFECTIVE
from mapping.causes import NO_STATION
from mapping.knowledge import OCCURRENCE_RATES, related
from mapping.plant import PlantModel

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary


def pfmea_feedback(plant: PlantModel, causes: Sequence[Cause], dictionary: Dictionary) -> list[PfmeaGap]:
    """Return what the PFMEA lacks or rates too low, by station and symptom.

    Of several causes at one station with one symptom, the strongest speaks. `absent`: a supported or confirmed cause at
    a station whose PFMEA names no failure mode with this symptom.
    `rated_too_low`: the best fitting row's occurrence stands for a rate below the lower 95 % limit of the complaining
    share of exposed units; `occurrence_from_field` is the lowest rating whose rate is not below that limit.
    """
    if "pfmea" in plant.missing:
        return []
    found: dict[tuple[str, str], PfmeaGap] = {}
    for cause in sorted(causes, key=strength):
        told = cause.claimed and cause.same_as is None
        if not told or cause.station_id == NO_STATION or cause.symptom is None:
            continue
        rows = [
            r for r in plant.pfmea
            if r.station_id == cause.station_id and any(related(dictionary, cause.symptom, s) for s in r.symptoms)
        ]  # fmt: skip
        gap = PfmeaGap(
            cause.station_id, cause.symptom, cause.component, "absent", cause.cause_id, cause.exposed_cases,
            cause.exposed_units,
        )  # fmt: skip
        key = (cause.station_id, cause.symptom)
        if not rows:
            found.setdefault(key, gap)
            continue
        rated = [r.occurrence for r in rows if r.occurrence]
        if rated and cause.exposed_cases and cause.exposed_units:
            low = lower_limit(cause.exposed_cases, cause.exposed_units)
            if OCCURRENCE_RATES[max(rated)] < low:
                rating = min((o for o, rate in OCCURRENCE_RATES.items() if rate >= low), default=10)
                low_rated = replace(gap, kind="rated_too_low", occurrence=max(rated), occurrence_from_field=rating)
                found.setdefault(key, low_rated)
    return [found[key] for key in sorted(found)]


def lower_limit(cases: int, units: int) -> float:
    """Return the exact lower 95 % limit of a share (Clopper and Pearson, Biometrika 26 (1934) 404)."""
    from scipy.stats import binomtest

    return float(binomtest(cases, units).proportion_ci(0.95, method="exact").low)


def closed_loop(
    warnings: Sequence[EarlyWarning], actions: Sequence[Action], causes: Sequence[Cause],
    first_case: Mapping[tuple[WarningGroupKind, str], date],
) -> LoopTimes:  # fmt: skip
    """Return the share of warnings with an action and with a proven effect, and the median days between the steps.

    An action answers a warning when it names its station, or a station that stands at rank 1 to 3 of its group.

    Args:
        warnings: of all nights.
        actions: judged tonight.
        causes: of the night.
        first_case: (kind, group) -> day of the first complaint.
    """
    stations: dict[tuple[str, str], set[str]] = {}
    for cause in causes:
        if cause.station_id != NO_STATION:
            stations.setdefault((cause.group_kind, cause.group_id), set()).add(cause.station_id)
    with_action = with_effect = 0
    to_warning: list[int] = []
    to_action: list[int] = []
    for warning in warnings:
        key = (warning.group_kind, warning.group_id)
        near = {warning.group_id} if warning.group_kind == "station" else stations.get(key, set())
        own = [a for a in actions if a.station_id in near]
        with_action += bool(own)
        with_effect += any(a.verdict == EFFECTIVE for a in own)
        if key in first_case:
            to_warning.append((warning.first_alarm - first_case[key]).days)
        later = [a.started_at for a in own if a.started_at is not None and a.started_at >= warning.first_alarm]
        if later:
            to_action.append((min(later) - warning.first_alarm).days)
    number = len(warnings)
    return LoopTimes(
        number,
        round(with_action / number, 4) if number else None,
        round(with_effect / number, 4) if number else None,
        float(np.round(median(to_warning), 1)) if to_warning else None,
        float(np.round(median(to_action), 1)) if to_action else None,
    )
