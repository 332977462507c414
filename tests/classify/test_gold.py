"""Mentions against sentences of our own with gold spans, polarity and links."""

from __future__ import annotations

import pytest

from classify.mentions import MentionFinder
from tests.classify.gold import sentences

LANGUAGES = ("zh", "en")


@pytest.mark.parametrize(("language", "fewest"), [("zh", 200), ("en", 100)])
def test_gold_is_large_enough(language: str, fewest: int) -> None:
    assert len(sentences(language)) >= fewest


def test_gold_holds_eighty_sentences_on_polarity_and_speaker() -> None:
    about = {"negation", "pseudo", "double", "hypothetical", "question", "past", "other car"}
    assert sum(s.about in about for language in LANGUAGES for s in sentences(language)) >= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_span_f1_is_at_least_095(language: str, finder: MentionFinder) -> None:
    right = found = gold = 0
    wrong = []
    for sentence in sentences(language):
        expected = {(g.start, g.end, g.kind, g.code) for g in sentence.mentions}
        given = {(m.start, m.end, m.kind, m.code) for m in finder.find(sentence.text, language)}
        right, found, gold = right + len(expected & given), found + len(given), gold + len(expected)
        wrong += [(sentence.text, expected ^ given)] if expected != given else []
    assert 2 * right / (found + gold) >= 0.95, wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_polarity_is_right_in_at_least_97_percent(language: str, finder: MentionFinder) -> None:
    wrong, total = [], 0
    for sentence in sentences(language):
        given = {(m.start, m.end, m.code): m.polarity for m in finder.find(sentence.text, language)}
        for gold in sentence.mentions:
            polarity = given.get((gold.start, gold.end, gold.code))
            if polarity is not None:
                total += 1
                wrong += [(sentence.text, gold.code, polarity)] if polarity != gold.polarity else []
    assert len(wrong) <= 0.03 * total, wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_are_right_in_at_least_95_percent(language: str, finder: MentionFinder) -> None:
    wrong, total = [], 0
    for sentence in sentences(language):
        given = {(m.start, m.end, m.code): m.component_code for m in finder.find(sentence.text, language)}
        for gold in sentence.mentions:
            if gold.component is not None and (gold.start, gold.end, gold.code) in given:
                total += 1
                linked = given[gold.start, gold.end, gold.code]
                wrong += [(sentence.text, gold.code, linked)] if linked != gold.component else []
    assert len(wrong) <= 0.05 * total, wrong
