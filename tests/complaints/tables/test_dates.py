"""Dates and mileages in the forms that tables and file names bear."""

from __future__ import annotations

from datetime import datetime

import pytest

from complaints.tables.dates import datetime_in_name, parse_datetime, parse_mileage_km


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", datetime(2026, 3, 1)),
        ("2026-03-01T14:30:20", datetime(2026, 3, 1, 14, 30, 20)),
        ("2026-03-01 14:30:20.123456", datetime(2026, 3, 1, 14, 30, 20)),
        ("2026-03-01T14:30:20+08:00", datetime(2026, 3, 1, 14, 30, 20)),
        ("2026-03-01T14:30:20Z", datetime(2026, 3, 1, 14, 30, 20)),
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
