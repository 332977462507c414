"""Dates, times and distances as people and machines write them in tables and file names."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

# 2026年3月1日, 2026/3/1, 2026.3.1, 2026-3-1, 20260301, each with an optional time 14:30[:20], 14时30分[20秒], T143020
_DATE = (
    r"(?P<y>(?:19|20)\d{2})(?:(?P<sep>[-/.年_])(?P<m>\d{1,2})(?:[-/.月_])(?P<d>\d{1,2})日?|(?P<m2>\d{2})(?P<d2>\d{2}))"
)
_CLOCK = r"(?P<h>\d{1,2})[:时点](?P<min>\d{1,2})?(?:[:分](?P<s>\d{1,2})?)?(?:\.\d+)?秒?"
_TIME = rf"(?:[T\s_-]*(?:{_CLOCK}|(?P<hms>\d{{6}}|\d{{4}}))?)?"
_WRITTEN = re.compile(rf"\s*{_DATE}{_TIME}\s*(?:Z|[+-]\d{{2}}:?\d{{2}})?\s*")
_IN_NAME = re.compile(rf"(?<!\d){_DATE}{_TIME}(?!\d)")
_MILEAGE = re.compile(
    r"(?P<number>\d+(?:[,，]\d{3})*(?:\.\d+)?)\s*(?P<scale>万|k(?!m))?\s*(?P<unit>公里|千米|km|里|mi(?:les?)?)?", re.I
)
KM_PER_MILE = 1.609344
MOST_KM = 2_000_000.0  # no car comes so far: a larger number in its place is a telephone's or a card's


def parse_datetime(text: str) -> datetime | None:
    """Return the date and time that a cell states, or None if it states none.

    Args:
        text: ISO 8601 or a usual Chinese form; a time zone is accepted and its wall time kept, since that is the time
            at which the complaint was received where it was received.
    """
    match = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text))
    return _built(match) if match else None


def datetime_in_name(name: str) -> datetime | None:
    """Return the first date (and time) that stands in a file's name, such as ``20260301_143020_0012.wav``, or None."""
    for match in _IN_NAME.finditer(name):
        if found := _built(match):
            return found
    return None


def _built(match: re.Match[str]) -> datetime | None:
    part = match.groupdict()
    hms = part["hms"] or ""
    hour, minute, second = (hms[0:2], hms[2:4], hms[4:6]) if hms else (part["h"], part["min"], part["s"])
    try:
        return datetime(
            int(part["y"]), int(part["m"] or part["m2"]), int(part["d"] or part["d2"]),
            int(hour or 0), int(minute or 0), int(second or 0),
        )  # fmt: skip
    except ValueError:
        return None


def parse_mileage_km(text: str) -> float | None:
    """Return a mileage in kilometres ("1.2万公里", "12,000", "7500 miles"), or None: no mileage up to MOST_KM."""
    match = _MILEAGE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not match:
        return None
    number = float(match["number"].replace(",", "").replace("，", ""))
    number *= {"万": 10_000.0, "k": 1_000.0}.get((match["scale"] or "").lower(), 1.0)
    unit = (match["unit"] or "").lower()
    distance = number * (KM_PER_MILE if unit.startswith("mi") else 0.5 if unit == "里" else 1.0)
    return distance if distance <= MOST_KM else None
