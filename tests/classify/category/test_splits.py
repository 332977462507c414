from __future__ import annotations

import random

from classify.category.splits import group_cases

LONG = "行驶中变速箱二挡升三挡顿挫明显，去店里查了三次都说正常，要求厂家给出解决办法"
OTHER = "空调不制冷，出风口吹出来的都是热风，加了氟也没有用，已经修了两个月"
ENGLISH = "The transmission jerks when shifting from second to third gear and the dealer says that it is normal"


def groups(texts: list[str], vehicles: list[str | None] | None = None) -> list[int]:
    return [int(g) for g in group_cases(texts, vehicles or [None] * len(texts))]


def test_a_near_copy_joins_its_original() -> None:
    assert groups([LONG, OTHER, LONG.replace("三次", "四次")]) == [0, 1, 0]


def test_an_english_near_copy_joins_its_original() -> None:
    assert groups([ENGLISH, ENGLISH.replace("normal", "fine"), "The brakes squeal when cold every morning"]) == [
        0,
        0,
        2,
    ]


def test_one_vehicles_cases_are_one_group() -> None:
    assert groups([LONG, OTHER, "没人联系"], ["V1", None, "V1"]) == [0, 1, 0]


def test_unlike_texts_stay_apart() -> None:
    parts = ["变速箱", "发动机", "中控屏", "天窗", "刹车", "方向盘", "空调", "车门"]
    troubles = ["异响", "漏油", "黑屏", "漏水", "抖动", "失灵", "不制冷", "生锈"]
    texts = [f"{p}{t}，{q}也{u}，买了{n}个月" for n, (p, t) in enumerate(zip(parts, troubles, strict=True))
             for q, u in zip(parts[::-1], troubles, strict=True)]  # fmt: skip
    assert len(set(groups(texts))) > 0.8 * len(texts)


def test_the_order_of_rows_does_not_change_who_belongs_together() -> None:
    texts = [LONG, OTHER, LONG.replace("三次", "四次"), OTHER.replace("两个月", "三个月"), ENGLISH]
    order = list(range(5))
    random.Random(2).shuffle(order)
    first, second = groups(texts), groups([texts[i] for i in order])
    assert all(
        (first[a] == first[b]) == (second[order.index(a)] == second[order.index(b)]) for a in range(5) for b in range(5)
    )
