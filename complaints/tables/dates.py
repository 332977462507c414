"""Dates, times and distances as people and machines write them in tables and file names.

One cell is read here. Where its form leaves day and month open (03/04/2024), the whole column decides:
`complaints.tables.date_columns`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal

Order = Literal["year_first", "day_first", "month_first"]

# 2026年3月1日, 2026/3/1, 2026.3.1, 2026-3-1, 20260301, each with an optional time 14:30[:20], 14时30分[20秒], T143020
_DATE = (
    r"(?P<y>(?:19|20)\d{2})(?:(?P<sep>[-/.年_])(?P<m>\d{1,2})(?:[-/.月_])(?P<d>\d{1,2})日?|(?P<m2>\d{2})(?P<d2>\d{2}))"
)
_CLOCK = r"(?P<h>\d{1,2})[:时点](?P<min>\d{1,2})?(?:[:分](?P<s>\d{1,2})?)?(?:\.\d+)?秒?"
_TIME = rf"(?:[T\s_-]*(?:{_CLOCK}|(?P<hms>\d{{6}}|\d{{4}}))?)?"
_WRITTEN = re.compile(rf"{_DATE}{_TIME}\s*(?P<zone>Z|[+-]\d{{2}}:?\d{{2}})?")
_IN_NAME = re.compile(rf"(?<!\d){_DATE}{_TIME}(?!\d)")

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1,
    ) for name in names.split()
}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_NAMED = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s./-]*(?:of\s+)?{_MONTH}[\s.,/-]*(?P<y>\d{{4}}|\d{{2}})",
        rf"{_MONTH}[\s./-]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s.,/-]+(?P<y>\d{{4}})",
        rf"(?P<y>\d{{4}})[\s./-]*{_MONTH}[\s./-]*(?P<d>\d{{1,2}})",
    )
)
_SHORT_YEAR = re.compile(r"(?P<y>\d{2})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?")
_REPUBLIC = re.compile(r"民国\s*(?P<y>\d{2,3})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日?")
_FULL_YEAR = re.compile(r"(?P<y>(?:19|20)\d{2})\s*[-/.年_]\s*(?P<m>\d{1,2})\s*[-/.月_]\s*(?P<d>\d{1,2})\s*[日号]?")
_OPEN = re.compile(r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{4}|\d{2})")

_WEEKDAY = re.compile(
    r"[(（]?\s*(?:(?:星期|礼拜|周)[一二三四五六日天]|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?)"
    r"\s*[)）]?,?",
    re.I,
)
_MERIDIEM = re.compile(r"(上午|下午|凌晨|清晨|早晨|早上|中午|午后|傍晚|晚上|夜里|夜间|(?<![a-z])[ap]\.?m\b\.?)", re.I)
_MORNING = frozenset(("上午", "凌晨", "清晨", "早晨", "早上", "am"))
_NOON = "中午"
_NIGHT = frozenset(("晚上", "夜里", "夜间"))
_CLOCKS = re.compile(
    r"(?<!\d)(?P<h>\d{1,2})\s*(?:[:时点]\s*(?P<min>\d{1,2}|半)?\s*(?:[:分]\s*(?P<s>\d{1,2})?)?(?:[.,]\d+)?\s*秒?)"
)
_BARE_HOUR = re.compile(r"(?<![\d./-])(?P<h>\d{1,2})\s*$")
# GMT+8, UTC+08:00, GMT+0800 (China Standard Time), +08:00, Z, UTC; an hour must stand before a bare sign.
# A zone's letters may stand before the year: Tue Jan 30 15:05:00 CST 2024.
_NO_ZONE = "JAN|FEB|MAR|APR|MAY|JUN|JULY?|AUG|SEPT?|OCT|NOV|DEC|JUNE|MON|TUES?|WED|THUR?|FRI|SAT|SUN"
_ZONE = re.compile(
    r"(?:\b(?:GMT|UTC)\s*(?P<far>[+-]\s*\d{1,2}(?::?\d{2})?)?|(?<=[\d:])\s*(?P<bare>[+-]\d{2}:?\d{2})|(?<=\d)(?P<zulu>Z)"
    rf"|\b(?!(?:{_NO_ZONE})\b)(?P<name>[A-Z]{{3,4}}))(?:\s*(?:[(（][^()（）]*[)）])?\s*$|(?=\s+(?:19|20)\d\d$))"
)
_ZONES_H = {"EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2,
            "BST": 1, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "BJT": 8}  # fmt: skip
_CHINESE = re.compile(r"[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]?")
_DIGITS = {digit: str(number) for number, digit in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}

# Excel counts days from here; 1900's false leap day lies before all dates that are read.
EXCEL_START = datetime(1899, 12, 30)
EXCEL_DAYS = (20_000.0, 80_000.0)  # 1954 to 2119: of five digits, so that no year and no number of a day is among them
EPOCH_UNITS = ((10, 1), (13, 10**3), (16, 10**6), (19, 10**9))  # digits of a moment of this century, units a second
EPOCH_S = (978_307_200, 4_102_444_800)  # 2001 to 2100

_MILEAGE = re.compile(
    r"(?P<number>\d+(?:[,，]\d{3})*(?:\.\d+)?)\s*(?P<scale>万|k(?!m))?\s*(?P<unit>公里|千米|km|里|mi(?:les?)?)?", re.I
)
KM_PER_MILE = 1.609344
MOST_KM = 2_000_000.0  # no car comes so far: a larger number in its place is a telephone's or a card's


def parse_datetime(text: str, zone: tzinfo | None = None, order: Order | None = None) -> datetime | None:
    """Return the date and time that a cell states, as a clock on the wall shows it, or None if it states none.

    Args:
        text: ISO 8601, a usual Chinese, English or American form, an Excel serial, or seconds (milliseconds …) since
            1970.
        zone: where the wall is: a moment (a time with a zone, an epoch) falls on the day that is there. None keeps
            the time as it is written, and reads an epoch as UTC.
        order: how 03/04/2024 is meant; None: such a date is not read.
    """
    readings = date_readings(text, zone)
    if len(set(readings.values())) == 1:
        return next(iter(readings.values()))
    return readings.get(order) if order else None


def date_readings(text: str, zone: tzinfo | None = None) -> dict[Order, datetime]:
    """Return what a cell may mean, by the order of year, month and day under which it does; none: no date.

    A form that leaves nothing open has one reading under all orders.
    """
    text = text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()
    if (moment := _iso(text, zone)) is not None:
        return _certain(moment)
    if (match := _WRITTEN.fullmatch(text)) and (wall := _built(match)) is not None:
        return _certain(_placed(wall, match["zone"], zone))
    if text.replace(".", "", 1).isdecimal():
        return _certain(_counted(text, zone))
    return _free(text, zone)


def _iso(text: str, zone: tzinfo | None) -> datetime | None:
    """Read ISO 8601 with hyphens: what most tables hold, and the fastest."""
    if text[4:5] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text).replace(microsecond=0)
    except ValueError:
        return None
    try:
        return moment if moment.tzinfo is None else _on_wall(moment, zone)
    except OverflowError:
        return None


def _certain(moment: datetime | None) -> dict[Order, datetime]:
    return {} if moment is None else {"year_first": moment, "day_first": moment, "month_first": moment}


def _counted(text: str, zone: tzinfo | None) -> datetime | None:
    """Read a bare number: days since 1900 as Excel counts them, or seconds and fractions since 1970."""
    whole = text.partition(".")[0]
    if len(whole) == 14 and whole == text:
        return _digits(whole)
    if len(whole) == 5 and EXCEL_DAYS[0] <= float(text) < EXCEL_DAYS[1]:
        # Rounded to seconds: a serial holds some five decimals of a day.
        return EXCEL_START + timedelta(seconds=round(float(text) * 86_400))
    for digits, units in EPOCH_UNITS:
        if len(whole) == digits and EPOCH_S[0] <= int(whole) // units < EPOCH_S[1]:
            return _on_wall(datetime.fromtimestamp(int(whole) // units, UTC), zone)
    return None


def _digits(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S")
    except ValueError:
        return None


def _on_wall(moment: datetime, zone: tzinfo | None) -> datetime:
    return (moment if zone is None else moment.astimezone(zone)).replace(tzinfo=None)


def _placed(wall: datetime | None, offset: str | None, zone: tzinfo | None) -> datetime | None:
    """Return a time written with an offset (Z, +08:00, +8) as the plant's clock shows it."""
    if wall is None or not offset or zone is None:
        return wall
    digits = "".join(c for c in offset if c.isdecimal())
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits or 0), 0)
    away = timedelta(hours=hours, minutes=minutes) * (-1 if offset.startswith("-") else 1)
    if abs(away) > timedelta(hours=15):
        return None
    try:
        return _on_wall(wall.replace(tzinfo=timezone(away)), zone)
    except OverflowError:
        return None


def _free(text: str, zone: tzinfo | None) -> dict[Order, datetime]:
    """Read a form in which weekday, half of the day, clock and zone stand in any place about the date."""
    if _CHINESE.match(text):
        text = _in_digits(text)
    offset = None
    # Before the weekday, whose English names end like zones do.
    if (at := _ZONE.search(text)) and at.start() > 0:
        offset = at["far"] or at["bare"] or ("Z" if at["name"] is None else _named_zone(at["name"], zone))
        if offset is None:
            return {}
        text = f"{text[: at.start()]} {text[at.end() :]}"
    text = _WEEKDAY.sub(" ", text)
    half = _MERIDIEM.search(text)
    if half is not None:
        text = f"{text[: half.start()]} {text[half.end() :]}"
    clock = _CLOCKS.search(text)
    if clock is None and half is not None:
        clock = _BARE_HOUR.search(text)
    since = timedelta()
    if clock is not None:
        time = _time_of(clock, half[0].lower().replace(".", "") if half else "")
        if time is None:
            return {}
        since, text = time, f"{text[: clock.start()]} {text[clock.end() :]}"
    dates = _date_of(text.strip(" ,，T"))
    placed = {order: _placed(day + since, offset, zone) for order, day in dates.items()}
    return {order: moment for order, moment in placed.items() if moment is not None}


def _named_zone(name: str, zone: tzinfo | None) -> str | None:
    """Return a zone's offset by its letters, "" where it is the plant's own; None: nobody can tell."""
    if name in _ZONES_H:
        return f"{_ZONES_H[name]:+d}"
    # CST is China's time in China and Chicago's in Chicago.
    own = zone is not None and datetime(2024, 1, 1, tzinfo=zone).tzname() == name
    return "" if own else None


def _time_of(clock: re.Match[str], half: str) -> timedelta | None:
    part = clock.groupdict()
    hour, second = int(part["h"]), int(part.get("s") or 0)
    minute = 30 if part.get("min") == "半" else int(part.get("min") or 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second):
        return None
    if half in _MORNING:
        hour %= 12 if hour == 12 else 25
    elif half and hour == 12 and half in _NIGHT:
        return None  # the midnight before or after
    elif half and hour < 12 and not (half == _NOON and hour >= 10):
        hour += 12
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _date_of(text: str) -> dict[Order, datetime]:
    for pattern, first_year in ((_FULL_YEAR, 0), (_SHORT_YEAR, 2000), (_REPUBLIC, 1911)):
        if match := pattern.fullmatch(text):
            return _certain(_day(first_year + int(match["y"]), int(match["m"]), int(match["d"])))
    for pattern in _NAMED:
        if match := pattern.fullmatch(text):
            return _certain(_day(_year(match["y"]), _MONTHS[match["month"].lower()], int(match["d"])))
    match = _OPEN.fullmatch(text)
    if match is None:
        return _certain(_day(int(text[:4]), int(text[4:6]), int(text[6:]))) if re.fullmatch(r"\d{8}", text) else {}
    a, b, c = int(match["a"]), int(match["b"]), int(match["c"])
    year = _year(match["c"])
    found: dict[Order, datetime | None] = {"day_first": _day(year, b, a), "month_first": _day(year, a, b)}
    if match["sep"] == "." and len(match["c"]) == 4:
        del found["month_first"]  # nobody who puts the month first writes dots
    if len(match["c"]) == 2:
        found["year_first"] = _day(_year(match["a"]), b, c)
    return {order: day for order, day in found.items() if day is not None}


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day)
    except ValueError:
        return None


def _in_digits(text: str) -> str:
    """Return 二〇二四年一月三十日 as 2024年1月30日."""
    date = _CHINESE.match(text)
    assert date is not None
    year, _, rest = date[0].partition("年")
    month, _, day = rest.partition("月")
    plain = f"{''.join(_DIGITS[c] for c in year)}年{_number(month)}月{_number(day.rstrip('日号'))}日"
    return plain + text[date.end() :]


def _number(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    digit = {character: int(value) for character, value in _DIGITS.items()}
    return (digit.get(tens, 1) * 10 if ten else 0) + (digit.get(ones, 0) if ones else 0)


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
