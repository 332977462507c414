"""Mentions against sentences of our own with gold spans, polarity and links; `benchmarks.classify.gold` prints them."""

from __future__ import annotations

import pytest

from classify.reading.finder import MentionFinder
from tests.classify.gold import LANGUAGES, scores, sentences


@pytest.mark.parametrize(("language", "fewest"), [("zh", 200), ("en", 100)])
def test_gold_is_large_enough(language: str, fewest: int) -> None:
    assert len(sentences(language)) >= fewest


def test_gold_holds_eighty_sentences_on_polarity_and_speaker() -> None:
    about = {"negation", "pseudo", "double", "hypothetical", "question", "past", "other car"}
    assert sum(s.about in about for language in LANGUAGES for s in sentences(language)) >= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_span_f1_is_at_least_095(language: str, finder: MentionFinder) -> None:
    found = scores(language, finder)
    assert found.f1 >= 0.95, found.wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_polarity_is_right_in_at_least_97_percent(language: str, finder: MentionFinder) -> None:
    found = scores(language, finder)
    assert sum(gold != given for gold, given in found.polarity) <= 0.03 * len(found.polarity), found.wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_are_right_in_at_least_95_percent(language: str, finder: MentionFinder) -> None:
    found = scores(language, finder)
    assert sum(gold != given for gold, given in found.links) <= 0.05 * len(found.links), found.wrong
