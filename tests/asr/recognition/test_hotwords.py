"""Hotwords: pinned words of the shipped dictionary that fit the model's prompt."""

from __future__ import annotations

import pytest

from asr.phonetics import sounds_in
from asr.recognition.hotwords import pinned_hotwords, prompt_tokens
from asr.recognition.whisper import PROMPT_TOKENS, Engine
from complaints.dictionary import load_dictionary


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_hotword_names_a_symptom(language: str) -> None:
    dictionary = load_dictionary()
    words = pinned_hotwords(language, ["car", "appliance"])
    assert 20 <= len(words) == len(set(words))
    assert [w for w in words if dictionary.resolve(w, "symptom") is None] == []


def test_an_appliance_plant_is_offered_no_words_of_cars() -> None:
    words = pinned_hotwords("zh", ["appliance"])
    assert words
    assert "打不着火" in pinned_hotwords("zh", ["car"])
    assert "打不着火" not in words


def test_the_prompt_fits_and_holds_whole_words(engine: Engine) -> None:
    words = pinned_hotwords("zh", ["car", "appliance"])
    tokens = prompt_tokens(words, engine)
    assert 0 < len(tokens) <= PROMPT_TOKENS
    fitting = next(
        n for n in range(len(words), 0, -1) if prompt_tokens(words[:n], engine) != prompt_tokens(words[: n - 1], engine)
    )
    assert tokens == prompt_tokens(words[:fitting], engine)


@pytest.mark.parametrize(
    ("word", "text", "language", "there"),
    [
        ("异响", "底盘有异响", "zh", True),
        ("异响", "底盘有意想", "zh", True),
        ("异响", "底盘有影响", "zh", False),
        ("oil leak", "there is an oil leak", "en", True),
        ("oil leak", "there is a boil", "en", False),
    ],
)
def test_a_word_is_there_when_it_sounds_so(word: str, text: str, language: str, there: bool) -> None:
    assert sounds_in(word, text, language) is there
