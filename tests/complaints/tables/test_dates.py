"""Dates and mileages in the forms that tables and file names bear."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from complaints.tables.dates import Order, datetime_in_name, parse_datetime, parse_mileage_km


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", datetime(2026, 3, 1)),
        ("2026-03-01T14:30:20", datetime(2026, 3, 1, 14, 30, 20)),
        ("2026-03-01 14:30:20.123456", datetime(2026, 3, 1, 14, 30, 20)),
        ("2026年3月1日", datetime(2026, 3, 1)),
        ("2026年3月1日14时30分", datetime(2026, 3, 1, 14, 30)),
        ("2026年3月1日 14:30", datetime(2026, 3, 1, 14, 30)),
        ("2026/3/1", datetime(2026, 3, 1)),
        ("2026/3/1 9:05", datetime(2026, 3, 1, 9, 5)),
        ("2026.3.1", datetime(2026, 3, 1)),
        ("20260301", datetime(2026, 3, 1)),
        ("２０２６－０３－０１", datetime(2026, 3, 1)),
    ],
)
def test_usual_forms_are_understood(text: str, expected: datetime) -> None:
    assert parse_datetime(text) == expected


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "2026-02-30", "12", "3月1日", "1234567", "2026-03-01x"]
)
def test_what_states_no_date_gives_none(text: str) -> None:
    assert parse_datetime(text) is None


SHANGHAI = ZoneInfo("Asia/Shanghai")
AFTERNOON = datetime(2025, 11, 9, 16, 20)


@pytest.mark.parametrize(
    "text",
    [
        "2025/11/9 下午 4:20", "2025年11月9日下午4时20分", "2025-11-9 下午4点20", "2025/11/9 4:20 PM",
        "2025-11-09 04:20 p.m.",
        "2025年11月9日 午后4:20", "2025年11月9日 16时20分00秒", "2025-11-09 傍晚 4:20",
    ],
)  # fmt: skip
def test_halves_of_the_day_are_understood(text: str) -> None:
    assert parse_datetime(text) == AFTERNOON


@pytest.mark.parametrize(
    ("text", "hour"),
    [("上午 12:05", 0), ("凌晨 12:05", 0), ("12:05 AM", 0), ("中午 12:05", 12), ("中午 1:05", 13), ("下午 12:05", 12),
     ("12:05 PM", 12), ("下午 15:05", 15), ("上午 11:05", 11), ("晚上 9:05", 21)],
)  # fmt: skip
def test_noon_and_midnight_fall_where_they_are(text: str, hour: int) -> None:
    assert parse_datetime(f"2025-11-09 {text}") == datetime(2025, 11, 9, hour, 5)


@pytest.mark.parametrize(
    "text",
    [
        "星期日 2025-11-09 16:20", "2025年11月9日 星期日 16:20", "2025-11-09（周日）16:20", "2025年11月9日礼拜天 16:20",
        "Sunday, 9 November 2025 16:20", "Sun Nov 9 2025 16:20:00", "Sun, Nov 9, 2025 4:20 PM", "2025-11-09 Sun 16:20",
    ],
)  # fmt: skip
def test_the_day_of_the_week_may_stand_anywhere(text: str) -> None:
    assert parse_datetime(text) == AFTERNOON


@pytest.mark.parametrize(
    "text",
    ["9 Nov 2025 16:20", "9-Nov-25 16:20", "Nov 9, 2025, 4:20 PM", "November 9th, 2025 16:20",
     "9th of November 2025 16:20",
     "2025-Nov-09 16:20", "09.11.2025 16:20",
     "25年11月9日 16:20", "二〇二五年十一月九日 16:20", "民国114年11月9日 16:20",
     "２０２５／１１／９　１６：２０", "2025 年 11 月 9 日 16:20"],
)  # fmt: skip
def test_forms_of_other_countries_and_offices_are_understood(text: str) -> None:
    assert parse_datetime(text) == AFTERNOON


@pytest.mark.parametrize(
    ("text", "expected"),
    [("45970", datetime(2025, 11, 9)), ("45970.68055556", datetime(2025, 11, 9, 16, 20)),
     ("45970.0", datetime(2025, 11, 9)), ("36526", datetime(2000, 1, 1)), ("45970.999999", datetime(2025, 11, 10))],
)  # fmt: skip
def test_days_that_excel_counts_are_dates(text: str, expected: datetime) -> None:
    assert parse_datetime(text) == expected


@pytest.mark.parametrize(
    "text",
    ["1762676400", "1762676400000", "1762676400.0", "1762676400000000", "2025-11-09T08:20:00Z",
     "2025-11-09 08:20:00 UTC",
     "2025-11-09T03:20:00-05:00", "2025-11-09 16:20 GMT+8", 
     "Sun, 09 Nov 2025 08:20:00 GMT",
     "Sun Nov 09 2025 16:20:00 GMT+0800 (China Standard Time)", "Sun Nov 09 16:20:00 CST 2025", "2025-11-09 03:20 EST"],
)  # fmt: skip
def test_a_moment_is_read_by_the_plants_clock(text: str) -> None:
    assert parse_datetime(text, SHANGHAI) == AFTERNOON


def test_a_moment_falls_on_the_day_that_is_at_the_plant() -> None:
    late = "2025-11-09T20:00:00Z"
    zones = (SHANGHAI, ZoneInfo("Europe/Berlin"), ZoneInfo("America/Chicago"))
    assert [moment.day for zone in zones if (moment := parse_datetime(late, zone))] == [10, 9, 9]


def test_letters_of_a_zone_that_is_another_ones_too_are_not_guessed() -> None:
    assert parse_datetime("Sun Nov 09 16:20:00 CST 2025", ZoneInfo("Europe/Berlin")) is None


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("05/06/2025", None, None),
        ("05/06/2025", "day_first", datetime(2025, 6, 5)),
        ("05/06/2025", "month_first", datetime(2025, 5, 6)),
        ("25-06-05", "year_first", datetime(2025, 6, 5)),
        ("25-06-05", None, None),
        ("06/06/2025", None, datetime(2025, 6, 6)),
        ("31/12/2025", None, datetime(2025, 12, 31)),
        ("12/31/2025 11:59 PM", None, datetime(2025, 12, 31, 23, 59)),
    ],
)
def test_a_form_that_may_be_read_in_two_ways_is_read_in_the_order_that_is_given(
    text: str, order: Order | None, expected: datetime | None
) -> None:
    assert parse_datetime(text, order=order) == expected


@pytest.mark.parametrize(
    "text",
    ["3 PM", "Sunday", "123", "202511", "13912345678", "LSVAA4187E2100001", "2025-11-09 25:00", "2025-11-09 16:75",
     "2025年11月", "11月9日", "0", "45970.5.5", "2025-11-09 16:20 QQQ", "-45970", "1e9", "99999", "0000-00-00", "晚上"],
)  # fmt: skip
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert parse_datetime(text, SHANGHAI) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("20260301_143020_0012.wav", datetime(2026, 3, 1, 14, 30, 20)),
        ("call-2026-03-01.ogg", datetime(2026, 3, 1)),
        ("2026年3月1日录音.mp3", datetime(2026, 3, 1)),
        ("call_001.ogg", None),
        ("20240303165899511021.ogg", None),
    ],
)
def test_dates_in_file_names(name: str, expected: datetime | None) -> None:
    assert datetime_in_name(name) == expected


@pytest.mark.parametrize(
    ("text", "kilometres"),
    [
        ("12000", 12000.0),
        ("1.2万公里", 12000.0),
        ("12,000 km", 12000.0),
        ("12，000公里", 12000.0),
        ("10 miles", 16.09344),
    ],
)
def test_mileage_in_kilometres(text: str, kilometres: float) -> None:
    assert parse_mileage_km(text) == pytest.approx(kilometres)


def test_mileage_that_is_no_number_is_none() -> None:
    assert parse_mileage_km("不清楚") is None


@pytest.mark.parametrize("text", ["13800138000", "6212268258204530", "2000001", "300万公里"])
def test_a_number_that_no_car_covers_is_no_mileage(text: str) -> None:
    assert parse_mileage_km(text) is None
