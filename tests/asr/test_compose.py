"""From a recognition to rows: what was heard is kept, amounts become digits, persons are redacted after that."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from asr.compose import Call, Composed, compose
from asr.repair.turn import RepairsTurns, repairers
from asr.transcript import Recognition, Utterance
from complaints.dictionary import load_dictionary

Repairers = dict[str, RepairsTurns]
CALL = Call("id", "a.ogg", "content", None, datetime(2026, 5, 1), "sidecar", None, None, "right", None)


@pytest.fixture(scope="module")
def repairer() -> Repairers:
    return repairers(load_dictionary().terms)


def composed(repairer: Repairers, *texts: str, language: str = "zh") -> Composed:
    heard = tuple(
        Utterance("right", 5.0 * n, 5.0 * n + 4, text, 0.9, 3.5, 0.0, 0.9, 0.0, language, 0.98)
        for n, text in enumerate(texts)
    )
    return compose(CALL, Recognition(60.0, "stereo", "", heard), repairer, "right", "zh")


def test_numbers_are_digits_in_the_text_and_words_in_what_was_heard(repairer: Repairers) -> None:
    (segment,) = composed(repairer, "跑了三万两千公里底盘升秀了").segments
    assert (segment.text, segment.heard) == ("跑了32000公里底盘生锈了", "跑了三万两千公里底盘升秀了")


def test_a_repair_behind_a_number_lies_where_it_says(repairer: Repairers) -> None:
    (segment,) = composed(repairer, "我的电话是幺三八零零一三八零零零，跑了三万两千公里底盘升秀了").segments
    (repair,) = json.loads(segment.repairs)
    assert segment.text[repair["start"] :].startswith("生锈")


@pytest.mark.parametrize(
    "told",
    ["我的电话是幺三八零零一三八零零零", "我的电话是13800138000", "电话幺三八零零一三八零零零，跑了三万公里"],
)
def test_spoken_and_written_numbers_of_persons_are_redacted(told: str, repairer: Repairers) -> None:
    (segment,) = composed(repairer, told).segments
    for text in (segment.text, segment.heard):
        assert "幺三八" not in text and "138" not in text


def test_a_number_told_in_two_turns_is_redacted_beside_an_amount(repairer: Repairers) -> None:
    rows = composed(repairer, "我的电话幺三八零零一", "三八零零零，跑了三万公里").segments
    assert "幺三八" not in "".join(s.text for s in rows) and "三八零" not in "".join(s.text for s in rows)
    assert "30000公里" in rows[1].text


def test_cantonese_stays_as_heard(repairer: Repairers) -> None:
    (cantonese,) = composed(repairer, "行咗三万公里升秀", language="yue").segments
    assert (cantonese.text, cantonese.language) == ("行咗三万公里升秀", "zh")
    assert "language_uncertain" in cantonese.doubt_reasons


def test_english_is_repaired_by_its_own_sounds_and_keeps_its_numbers(repairer: Repairers) -> None:
    (english,) = composed(repairer, "The emergency break failed at 200 miles", language="en").segments
    assert english.text == "The emergency brake failed at 200 miles"
    assert english.heard == "The emergency break failed at 200 miles"
    (repair,) = json.loads(english.repairs)
    assert (repair["heard"], repair["rule"]) == ("emergency break failed", "same_key")
