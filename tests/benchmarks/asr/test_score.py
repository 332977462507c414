"""Texts that are normalised alike, errors counted by kind, terms by recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.asr.data import DataSet, Reference, Sample
from benchmarks.asr.score import Heard, edits, normal, score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("設定二十九度", "设定29度。"),
        ("一万两千公里", "12000公里"),
        ("百分之八十", "80%"),
        ("幺三零七三七", "１３０７３７"),
        ("ABS，灯亮", "abs灯亮"),
        ("三十", "30"),
    ],
)
def test_ways_of_writing_the_same_are_equal(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(("one", "other"), [("二十九", "二十"), ("异响", "一响"), ("千万别", "万别")])
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert normal(one) != normal(other)


@pytest.mark.parametrize(
    ("reference", "heard", "found"),
    [
        ("发动机", "发动鸡", (1, 0, 0)),
        ("发动机", "发机", (0, 1, 0)),
        ("发机", "发动机", (0, 0, 1)),
        ("", "好", (0, 0, 1)),
    ],
)
def test_errors_are_counted_by_kind(reference: str, heard: str, found: tuple[int, int, int]) -> None:
    assert edits(reference, heard, [True] * len(reference)) == found


def data(*turns: Reference) -> DataSet:
    return DataSet("data", (Sample(Path("a.wav"), None, 10.0, turns),), ("漏油", "异响", "抖动"))


def test_terms_are_found_missed_or_false() -> None:
    said = data(Reference(0, 5, "车底漏油", False), Reference(5, 9, "有异响", False))
    found = score(said, [[Heard(0, 5, "车底漏油"), Heard(5, 9, "有意向，抖动")]])
    assert (found.terms, found.found, found.false) == (2, 1, 1)


def test_private_turns_count_only_when_asked_for() -> None:
    said = data(Reference(0, 5, "漏油", False), Reference(5, 9, "幺三八", True))
    heard = [[Heard(0, 9, "漏油，幺三九")]]
    assert score(said, heard).error_rate == pytest.approx(1 / 5)
    assert score(said, heard, private=False).error_rate == 0
