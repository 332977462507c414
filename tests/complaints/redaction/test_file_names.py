"""File names, paths and ids lose what has a personal form, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.redaction import redact_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("inbox/13812345678_20240301.wav", "inbox/[PHONE]_20240301.wav"),
        ("a/b/录音-138-1234-5678.mp3", "a/b/录音-[PHONE].mp3"),
        ("客户13812345678来电.wav", "客户[PHONE]来电.wav"),
        ("tel13812345678.wav", "tel[PHONE].wav"),
        ("+8613812345678.amr", "[PHONE].amr"),
        ("0512-66553322.wav", "[PHONE].wav"),
        ("415-555-0199.wav", "[PHONE].wav"),
        ("幺三八零零零零一二三四.wav", "[PHONE].wav"),
        ("１３８１２３４５６７８.wav", "[PHONE].wav"),
        ("苏E58214 异响.wav", "[PLATE] 异响.wav"),
        ("沪A-D12345.wav", "[PLATE].wav"),
        ("苏E五八二幺四.wav", "[PLATE].wav"),
        ("LSVAA49J832047811.csv#12", "[VIN].csv#12"),
        ("110101199003071233.wav", "[ID_CARD].wav"),
        ("6222020200112233446.csv", "[BANK_CARD].csv"),
        ("li.si@example.com.wav", "[EMAIL].wav"),
        ("li.si@example.com", "[EMAIL]"),
        ("..\\x\\138 1234 5678.wav", "..\\x\\[PHONE].wav"),
        ("13812345678-139-1234-5678", "[PHONE]-[PHONE]"),
    ],
)
def test_tokens_of_a_personal_form_go(name: str, expected: str) -> None:
    assert redact_name(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "call_001.ogg", "20240417093066120458", "2024-03-01_001.wav", "REC20240303123456.wav", "SR13812345678901",
        "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        "202403011381234567899", "0512-20240301.wav", "20240303-138-1234-5678-01.wav",
        "inbox/2024/03/01/120000.wav", "大灯_P0300_12000km.mp3", "宝马X5.wav",
        "1714420087345621907.csv", "", ".", "/", "400-123-4567.wav", "complaints 2023.xlsx#138",
        "IMG_20240301_123456.wav", "12345678901.wav",
    ],
)  # fmt: skip
def test_counters_dates_and_long_ids_stay(name: str) -> None:
    assert redact_name(name) == name


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=40), st.text(alphabet="138 -_./\\苏EA@幺三com#LSV", max_size=40)))
def test_names_are_redacted_once_and_for_all(name: str) -> None:
    once = redact_name(name)
    assert redact_name(once) == once


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["13812345678", "苏E58214", "call_1", "录音", "a@b.com", "x"]), min_size=1, max_size=5))
def test_folders_and_extension_stay(parts: list[str]) -> None:
    redacted = redact_name("/".join(parts) + ".wav")
    assert redacted.count("/") == len(parts) - 1
    assert redacted.endswith(".wav")
