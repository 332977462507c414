from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.models.masking import mask


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("比亚迪秦PLUS发动机异响", "比亚迪"),
        ("2024年3月1日发现漏油", "2024"),
        ("行驶36000公里漏油", "36000"),
        ("[电话]已打过，漏油", "电话"),
        ("您好，车子漏油，谢谢", "谢谢"),
        ("东方某某汽车销售服务有限公司不管漏油", "有限公司"),
    ],
)
def test_names_dates_numbers_and_courtesies_go(text: str, gone: str) -> None:
    assert gone not in mask(text, "zh")


def test_the_trouble_stays() -> None:
    masked = mask("我2023年5月在4S店买的丰田卡罗拉，开了2万公里变速箱异响，报P0300", "zh")
    assert "变速箱异响" in masked
    assert "P0300" in masked


def test_an_english_make_goes_and_its_trouble_stays() -> None:
    masked = mask("The contact owns a 2016 Ford Fusion. The contact stated that the brakes failed at 40 mph.", "en")
    assert "Ford" not in masked
    assert "brakes failed" in masked


@pytest.mark.parametrize("text", ["", "您好，谢谢", "12345"])
def test_nothing_but_such_words_is_empty(text: str) -> None:
    assert mask(text, "zh") == ""


@given(st.text(st.characters(exclude_categories=()), max_size=80), st.sampled_from(["zh", "en"]))
def test_any_text_is_masked(text: str, language: str) -> None:
    assert mask(text, language).strip() == mask(text, language)
