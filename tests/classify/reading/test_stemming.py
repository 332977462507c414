"""Endings of grammar fall, endings that make another word stay."""

from __future__ import annotations

import pytest

from classify.reading.stemming import stem


@pytest.mark.parametrize(
    "forms",
    ["squeal squeals squealed squealing", "brake brakes braked braking", "battery batteries",
     "stop stops stopped stopping", "glass glasses", "noise noises", "leak Leaks LEAKED"],
)  # fmt: skip
def test_forms_of_a_word_share_a_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("accelerator", "accelerate"), ("engineer", "engine"), ("refrigerator", "refrigeration"), ("shortly", "short"),
     ("wiring", "wire"), ("steering", "steer"), ("gas", "ga"), ("bus", "bu"), ("bleed", "ble")],
)  # fmt: skip
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["p0171", "e-mail", "空调", "", "abs"])
def test_what_is_no_latin_word_stays(word: str) -> None:
    assert stem(word) == word
