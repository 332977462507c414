from __future__ import annotations

import pytest

from classify.reading.content import content_of, service_words
from classify.reading.finder import MentionFinder


def content(text: str, language: str, finder: MentionFinder) -> str:
    return content_of(text, language, finder.find(text, language), service_words(text, language))


@pytest.mark.parametrize(
    ("text", "language"),
    [("变速箱异响", "zh"), ("降价了还漏油", "zh"), ("变速箱坏得不成样子", "zh"), ("The brakes squeal", "en")],
)
def test_a_present_trouble_is_a_fault(text: str, language: str, finder: MentionFinder) -> None:
    assert content(text, language, finder) == "fault"


@pytest.mark.parametrize(
    ("text", "language"),
    [("刚提车一个月就降价两万", "zh"), ("定金不退，没有漏油之类的问题", "zh"), ("I want my deposit refunded", "en")],
)
def test_sales_and_service_without_a_present_symptom_is_service(
    text: str, language: str, finder: MentionFinder
) -> None:
    assert content(text, language, finder) == "service"


@pytest.mark.parametrize(
    ("text", "language"), [("还没有人联系我", "zh"), ("Nobody has called me back", "en"), ("", "zh"), ("。。。", "zh")]
)
def test_a_follow_up_has_no_content_of_its_own(text: str, language: str, finder: MentionFinder) -> None:
    assert content(text, language, finder) == "none"
