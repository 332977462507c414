"""Clauses that make a text its own: where and when it happened, never what. They name no symptom and no person."""

from __future__ import annotations

WHERE = (
    "北京", "上海", "广州", "深圳", "成都", "重庆", "武汉", "西安", "南京", "杭州", "天津", "苏州", "洛阳", "青岛",
    "沈阳", "济南", "郑州", "合肥", "昆明", "南宁", "贵阳", "太原", "南昌", "福州", "厦门", "兰州", "银川", "宁波",
    "无锡", "大连",
)  # fmt: skip
WHEN = (
    "周一", "周二", "周三", "周四", "周五", "周六", "周日", "上旬", "中旬", "下旬", "月初", "月中", "月底", "假期",
)  # fmt: skip
WAY = (
    "上班途中", "下班途中", "回老家途中", "旅行途中", "接孩子途中", "买菜途中", "自家小区里", "单位门口", "郊外",
    "老城里", "环线上", "桥上", "隧道里", "山区里", "海边", "学校门口", "商场门口", "乡下", "车库里", "路口",
)  # fmt: skip
CLAUSES = len(WHERE) * len(WHEN) * len(WAY)
STEP = 4801  # a prime: neighbours differ in all their words, so that no stretch of numbers has a wording of its own


def clause(number: int) -> str:
    """Return one of CLAUSES different clauses; numbers beyond begin again."""
    number, where = divmod(number * STEP % CLAUSES, len(WHERE))
    number, when = divmod(number, len(WHEN))
    return f"是在{WHERE[where]}{WHEN[when]}{WAY[number % len(WAY)]}的事"
