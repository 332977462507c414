"""Who is the customer: told by the sidecar, by the words, or doubtful."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asr.speakers import find_roles
from asr.transcript import Utterance
from complaints.records import Channel


def said(channel: Channel, *texts: str, start_s: float = 0.0) -> list[Utterance]:
    return [
        Utterance(channel, start_s + 5 * i, start_s + 5 * i + 4, text, 0.8, 3.0, 0.0, 0.9, 0.0, "zh", 1.0)
        for i, text in enumerate(texts)
    ]


AGENT = ("您好，请问有什么可以帮您？", "请问有没有漏油？", "好的，已经给您登记了，请您耐心等待")
CUSTOMER = ("我的车底盘异响，过减速带咯噔咯噔的", "没有漏油，就是底盘响", "那你们尽快安排")


def both(left: tuple[str, ...], right: tuple[str, ...]) -> list[Utterance]:
    return sorted([*said("left", *left), *said("right", *right, start_s=2)], key=lambda u: u.start_s)


def test_the_sidecar_decides() -> None:
    roles = find_roles(both(AGENT, CUSTOMER), "left", "right")
    assert (roles.origin, roles.confidence) == ("sidecar", 1.0)
    assert roles.speakers[0] == "customer"


def test_the_words_tell_the_customer_on_either_channel() -> None:
    right = find_roles(both(AGENT, CUSTOMER), None, "left")
    left = find_roles(both(CUSTOMER, AGENT), None, "right")
    assert right.speakers[0] == "agent" and left.speakers[0] == "customer"
    assert right.origin == left.origin == "content"
    assert right.confidence > 0.9


def test_words_that_do_not_tell_fall_back_and_say_so() -> None:
    roles = find_roles(both(("嗯",), ("哦",)), None, "left")
    assert (roles.origin, roles.confidence, roles.speakers) == ("fallback", 0.5, ("customer", "agent"))


def test_mono_turns_are_told_apart_where_clear_and_unknown_where_not() -> None:
    roles = find_roles(said("mix", AGENT[0], CUSTOMER[0], "上个月的事"), None, "right")
    assert roles.speakers == ("agent", "customer", "unknown")


def test_english_calls_are_told_apart() -> None:
    agent = ("Thank you for calling, how can I help you today?", "Could you please tell me the mileage?")
    customer = ("My car makes a grinding noise when I drive over bumps.", "I bought it in March.")
    assert find_roles(both(agent, customer), None, "left").speakers[0] == "agent"


def test_a_call_without_words_has_no_speakers() -> None:
    assert find_roles([], None, "right").speakers == ()


def on_one(channel: Channel, other: str = "", speech_s: float = 0.0) -> list[Utterance]:
    """Return a whole call on one channel, with what little is heard on the other."""
    texts = [text for pair in zip(AGENT, CUSTOMER, strict=True) for text in pair]
    rest = said("right" if channel == "left" else "left", other) if speech_s else []
    whole = [*said(channel, *texts), *(replace(u, speech_s=speech_s) for u in rest)]
    return sorted(whole, key=lambda u: (u.start_s, u.channel))


MONO = find_roles(on_one("mix"), None, "right").speakers


@pytest.mark.parametrize("channel", ["left", "right"])
@pytest.mark.parametrize("given", [None, "other"])
def test_a_call_on_one_channel_is_told_apart_like_a_mono_one(channel: Channel, given: str | None) -> None:
    other: Channel = "left" if channel == "right" else "right"
    roles = find_roles(on_one(channel), other if given else None, "right")
    assert roles.speakers == MONO
    assert "customer" in roles.speakers and "agent" in roles.speakers


def test_on_the_customers_channel_what_does_not_tell_is_the_customers() -> None:
    call = said("left", AGENT[0], CUSTOMER[0], "上个月的事")
    assert find_roles(call, "left", "right").speakers == ("agent", "customer", "customer")


def test_a_list_that_says_mix_tells_nothing_about_a_mono_call() -> None:
    assert find_roles(said("mix", "上个月的事"), "mix", "right").speakers == ("unknown",)


@pytest.mark.parametrize(
    ("other", "speech_s"), [("", 0.4), ("嗯", 0.3), ("谢谢", 0.5)], ids=["no words", "a sound", "a phantom"]
)
def test_a_little_on_the_other_channel_makes_no_side_of_it(other: str, speech_s: float) -> None:
    call = on_one("left", other, speech_s)
    roles = find_roles(call, None, "right")
    assert tuple(s for s, u in zip(roles.speakers, call, strict=True) if u.channel == "left") == MONO


def test_a_customer_of_few_words_has_a_side() -> None:
    call = [*said("left", *AGENT), *(replace(u, speech_s=0.4) for u in said("right", "没有", start_s=7))]
    roles = find_roles(call, None, "left")
    assert [s for s, u in zip(roles.speakers, call, strict=True) if u.channel == "right"] == ["customer"]
