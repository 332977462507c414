"""The language of a channel: given, detected, taken from the other channel, or uncertain."""

from __future__ import annotations

import pytest

from asr.recognition.languages import FLOOR, Language, choose_language


def detected(**found: float) -> Language:
    return choose_language("auto", lambda: found, None)


def never() -> dict[str, float]:
    raise AssertionError("a given language was detected")


def test_a_given_language_is_not_detected() -> None:
    assert choose_language("en", never, None) == Language("en", 1.0)


def test_the_likelier_language_is_taken() -> None:
    assert detected(zh=0.9, en=0.05) == Language("zh", 0.9)
    assert detected(zh=0.1, en=0.8) == Language("en", 0.8)


def test_a_language_that_is_not_supported_leaves_a_guess() -> None:
    assert detected(ja=0.8, zh=0.1).probability < FLOOR


def test_a_guess_gives_way_to_the_other_channel_and_stays_a_guess() -> None:
    found = choose_language("auto", lambda: {"zh": 0.3, "en": 0.35}, Language("zh", 0.95))
    assert found == Language("zh", 0.35)


def test_cantonese_is_decoded_as_cantonese() -> None:
    assert detected(zh=0.2, yue=0.75) == Language("yue", 0.75)


@pytest.mark.parametrize("share", [0.2, 0.35])
def test_a_share_of_cantonese_makes_mandarin_uncertain(share: float) -> None:
    found = detected(zh=0.6, yue=share)
    assert found.code == "zh"
    assert found.probability < FLOOR
