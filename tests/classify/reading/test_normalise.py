from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classify.reading.normalise import normal_text


@given(st.text(st.characters(exclude_categories=()), max_size=60), st.sampled_from(["zh", "en"]))
def test_every_folded_character_leads_back_to_one_it_came_from(text: str, language: str) -> None:
    normal = normal_text(text, language)
    spans = [normal.original_span(at, at + 1) for at in range(len(normal.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


def test_width_case_and_script_are_folded() -> None:
    assert normal_text("ＡＢＳ變速箱異響", "zh").text == "abs变速箱异响"


def test_an_expanded_character_keeps_its_place() -> None:
    normal = normal_text("㎞响", "zh")
    assert normal.text == "km响"
    assert normal.original_span(0, 2) == (0, 1)
    assert normal.original_span(2, 3) == (1, 2)


def test_a_usual_typo_is_mended_in_place() -> None:
    assert normal_text("杀车失灵", "zh").text == "刹车失灵"
