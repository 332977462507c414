"""Further columns of a text table as facts about its complaints: to filter and to break down by.

Redacted like all else. A column of persons is no fact, nor is a text, nor a value that is nothing but a person's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from complaints.intake.headers import TEXT_COLUMNS
from complaints.redaction import redact, redact_label
from complaints.tables import is_label, is_placeholder

MOST_FACTS = 60  # of a complaint; a table has seldom more columns
LONGEST_VALUE = 100  # characters; what is longer is a text
Facts = tuple[tuple[str, str], ...]

# Heads of columns that hold persons, what leads to them, or single vehicles.
_PERSONAL = re.compile(
    r"姓名|名字|联系人|联系方式|客户名|车主|用户名|昵称|电话|手机|号码|传真|地址|住址|邮箱|邮件|微信|QQ|身份证|证件|驾照|生日|出生|"
    r"坐席|座席|客服|接线|话务|经办|处理人|受理人|录入|创建人|提交人|操作员|操作人|负责人|技师|顾问|工号|员工|签名|经度|纬度|坐标|"
    r"车牌|牌照|发动机号|电机号|账号|帐号|卡号|姓$|^名$"
    r"|\b(?:first|last|full|user|nick|customer) ?name\b|^name$"
    r"|\b(?:owner|caller|driver|agent|operator|technician|advisor|employee|assignee|handler|created by|contact)\b"
    r"|phone|mobile|\btel\b|e-?mail|\bfax\b|address|street|\bzip\b|post(al)? ?code|birth|passport|licen[cs]e|plate|ssn|"
    r"latitude|longitude|engine n|account|signature",
    re.I,
)
# A long number tells one thing from all others (an order, a telephone): nothing is broken down by it.
_NUMBER = re.compile(r"[A-Za-z_\-]{0,8}\d{7,}[A-Za-z0-9_\-]*")
_PLAIN = re.compile(r"[A-Za-z0-9.+/_\-]{1,16}")
SHORTEST_NUMBER = 7  # digits of a telephone number
_PLACEHOLDER = re.compile(r"(?:\[[^\[\]]{2,12}\][\s,，、]*)+")


def facts_of(values: Mapping[str, str], language: str) -> Facts:
    """Return what a row says besides the columns of complaints, as (name, value), in order of names.

    Args:
        values: the row's filled cells by column.
        language: of the placeholders.
    """
    found = (
        (name, kept)
        for head, cell in values.items()
        if head not in TEXT_COLUMNS and (name := _name(head)) and (kept := _value(cell, language))
    )
    return tuple(sorted(found))[:MOST_FACTS]


@lru_cache(maxsize=4096)
def _name(head: str) -> str:
    """Return a column's name as it may be shown, "" where it holds no facts."""
    spaced = head.replace("_", " ").strip()
    personal = _PERSONAL.search(spaced) or not is_label(head) or redact_label(head) != head
    return "" if personal else head.strip()


# Facts repeat: a table has few products, places and states, and redaction takes a tenth of a millisecond.
@lru_cache(maxsize=65_536)
def _value(cell: str, language: str) -> str:
    if len(cell) > LONGEST_VALUE or is_placeholder(cell) or _NUMBER.fullmatch(cell):
        return ""
    if _PLAIN.fullmatch(cell) and sum(map(str.isdigit, cell)) < SHORTEST_NUMBER:
        return cell  # too short for anything that redaction finds
    kept = redact(cell, language).text
    return "" if _PLACEHOLDER.fullmatch(kept) else kept
