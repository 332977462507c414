"""The scopes of cues alone, over the gold sentences and at their edges: which word decides, and how far it reaches."""

from __future__ import annotations

import pytest

from classify.reading.mention import ExtractedMention
from classify.reading.normalise import normal_text
from classify.reading.polarity import Scopes
from complaints.records import MentionKind
from tests.classify.gold import LANGUAGES, sentences

# Sentences of the gold set that the cues get wrong, with what they give; whoever mends one takes it out of here.
WRONG = {
    ("我没说发动机抖动，我说的是方向盘抖动。", "present"),
    ("Does the engine stall when it is hot?", "present"),
    ("It is not true that there is no noise.", "absent"),
}


def polarity(text: str, term: str, language: str, kind: MentionKind = "symptom") -> str:
    """Return the polarity of the first place of a term."""
    at = text.index(term)
    mention = ExtractedMention(kind, "", at, at + len(term))
    return Scopes(text, [mention], language).polarity(mention)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mention_of_the_gold_sentences_has_its_polarity(language: str) -> None:
    wrong = set()
    for sentence in sentences(language):
        mentions = [ExtractedMention(g.kind, g.code, g.start, g.end) for g in sentence.mentions]
        scopes = Scopes(normal_text(sentence.text, language).text, mentions, language)
        found = [scopes.polarity(mention) for mention in mentions]
        wrong |= {
            (sentence.text, given) for given, gold in zip(found, sentence.mentions, strict=True)
            if given != gold.polarity
        }  # fmt: skip
    assert wrong == {(text, given) for text, given in WRONG if text.isascii() == (language == "en")}


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("变速箱漏油吗？", "漏油", "hypothetical"),
        ("变速箱漏油了吗？", "漏油", "hypothetical"),
        ("变速箱漏油正常吗？", "漏油", "present"),
        ("没有漏油", "漏油", "absent"),
        ("没有发现漏油的原因", "漏油", "present"),
        ("保证没有漏油", "漏油", "hypothetical"),
        ("朋友的车漏油", "漏油", "hypothetical"),
        ("我的车和朋友的车漏油", "漏油", "present"),
        ("以前漏油，修好了", "漏油", "absent"),
        ("以前漏油，修好了，现在又漏油", "漏油", "present"),
        ("漏油没有修好", "漏油", "present"),
        ("以前漏油，现在不漏了，已经好了", "漏油", "absent"),
        ("漏油，要求尽快给我修好", "漏油", "present"),
    ],
)
def test_the_nearest_cue_decides(text: str, term: str, expected: str) -> None:
    assert polarity(text, term, "zh") == expected


def test_a_part_is_not_denied_by_being_mended() -> None:
    assert polarity("变速箱修好了", "变速箱", "zh", "component") == "present"
