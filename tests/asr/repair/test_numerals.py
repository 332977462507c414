"""Numbers: amounts become digits, what is no amount stays as it was said."""

from __future__ import annotations

import pytest

from asr.repair.numerals import in_digits, moved


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("跑了三万两千公里", "跑了32000公里"),
        ("时速八十公里的时候抖动", "时速80公里的时候抖动"),
        ("一百二十码以上方向盘抖", "120码以上方向盘抖"),
        ("油耗百公里十二点五升", "油耗百公里12.5升"),
        ("花了两千八百块", "花了2800块"),
        ("零下十五度打不着火", "零下15度打不着火"),
        ("电池衰减百分之二十", "电池衰减20%"),
        ("跑了２万5千公里", "跑了25000公里"),
        ("两千零二十三年买的", "2023年买的"),
        ("十分钟以后熄火", "10分钟以后熄火"),
    ],
)
def test_amounts_are_written_in_digits(said: str, written: str) -> None:
    assert in_digits(said)[0] == written


@pytest.mark.parametrize(
    "said",
    [
        "底盘一直响", "一键启动没反应", "有一点异响", "三天", "两三次", "十几公里", "三四十码", "几百公里", "上百公里",
        "第十天", "二零二五年三月", "我的电话是幺三八零零一三八零零零", "车牌京A一二三四五", "百公里油耗高", "四S店",
        "万一", "三元催化器", "3万多公里", "行驶6858公里", "千万不要", "一晚上",
    ],
)  # fmt: skip
def test_what_is_no_amount_stays(said: str) -> None:
    assert in_digits(said) == (said, ())


def test_a_term_that_was_repaired_stays() -> None:
    assert in_digits("停了二十天抖", kept=[(2, 5)])[0] == "停了二十天抖"


def test_offsets_behind_a_number_move() -> None:
    said = "跑了三万两千公里，八十码底盘异响"
    text, edits = in_digits(said)
    assert text[moved(said.index("底盘"), edits) :] == "底盘异响"
    assert moved(0, edits) == 0
