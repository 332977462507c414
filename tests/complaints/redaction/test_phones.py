"""A mobile number of which a digit was lost or doubled is one all the same; quantities, dates and codes are not."""

from __future__ import annotations

import pytest

from complaints.redaction import redact, redact_turns

NUMBER = "13925801047"  # invented, as all others here
SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
GROUPED = {
    "as one": lambda digits: digits,
    "3 4 4": lambda digits: f"{digits[:3]} {digits[3:7]} {digits[7:]}",
    "4-4-rest": lambda digits: f"{digits[:4]}-{digits[4:8]}-{digits[8:]}",
    "by commas": lambda digits: f"{digits[:3]},{digits[3:7]},{digits[7:]}",
    "digit by digit": " ".join,
    "spoken": lambda digits: "".join(SPOKEN[digit] for digit in digits),
}
LOST = [NUMBER[:at] + NUMBER[at + 1 :] for at in range(2, 11)]
DOUBLED = [NUMBER[: at + 1] + NUMBER[at:] for at in range(11)]


@pytest.mark.parametrize("grouped", GROUPED.values(), ids=GROUPED.keys())
@pytest.mark.parametrize("digits", [*LOST, *DOUBLED])
def test_in_a_call_a_digit_that_was_lost_or_doubled_hides_no_number(digits: str, grouped: object) -> None:
    written = grouped(digits)  # type: ignore[operator]
    for turns in ([written], ["麻烦您记一下", f"好，{written}", "嗯"], [f"{written}，就这个"]):
        told = "".join(redacted.text for redacted in redact_turns(turns))
        assert not set(told) & {*SPOKEN, *SPOKEN.values()}


@pytest.mark.parametrize("grouped", [g for name, g in GROUPED.items() if name != "by commas"])
@pytest.mark.parametrize("digits", [*LOST, *DOUBLED[1:]])
def test_in_a_text_it_is_one_where_the_words_say_so(digits: str, grouped: object) -> None:
    told = redact(f"联系电话：{grouped(digits)}，请尽快回复").text  # type: ignore[operator]
    assert told == "联系电话：[电话]，请尽快回复"


@pytest.mark.parametrize("parts", [("1392", "5801", "47"), ("139", "258", "0147"), ("1392580", "147")])
def test_a_number_over_several_turns_is_found_with_a_digit_lost(parts: tuple[str, ...]) -> None:
    told = [redacted.text for redacted in redact_turns([f"{part}。" for part in parts])]
    assert not any(character.isdigit() for character in "".join(told))


HARMLESS = (
    "里程130000公里", "跑了1392580147公里", "一共1392580147元", "工单号1392580147", "订单编号：1392 5801 47",
    "零件号1392580147", "故障码P0171和P1399", "11月30日13点25分", "2026-11-30 13:25:58", "时速139，258，147都试过",
    "13点，14点，15点，16点，17点，18点都抖", "胎压2.4，2.5，2.4，2.3", "CLAIM TL1-392580147", "转速1350到2580",
    "条形码1392580147001", "1.392658014", "价格139800，贷款258000",
)  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_quantities_times_and_codes_stay_in_calls_and_texts(text: str) -> None:
    assert (redact_turns([text])[0].text, redact(text).text) == (text, text)


def test_a_number_in_a_text_without_a_word_for_it_stays_another_number() -> None:
    assert redact("1392580147 138000000012").text == "1392580147 138000000012"
