"""Further columns of text tables: kept as facts, redacted, and never those of persons."""

from __future__ import annotations

import pytest

from complaints.intake.facts import facts_of
from complaints.run.night import Night
from tests.complaints.intake.inbox import in_process, put, take

pytestmark = pytest.mark.usefixtures(in_process.__name__)


@pytest.mark.parametrize(
    "head",
    [
        "客户姓名", "联系电话", "手机号", "联系人", "家庭地址", "E-mail", "email_address", "Owner Name", "Name", "Zip",
        "Customer_Name", "Driver License", "坐席", "处理人", "受理人工号", "车牌号", "发动机号", "Agent", "created by",
        "王建国", "13912349876", "经度",
    ],
)  # fmt: skip
def test_columns_of_persons_are_no_facts(head: str) -> None:
    assert facts_of({head: "甲"}, "zh") == ()


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("经销商", "城东店"), ("省份", "四川"), ("State", "OH"), ("软件版本", "2.1.7"), ("颜色", "白色"),
        ("Make", "STARLAN"), ("工单状态", "已关闭"), ("Model Year", "2024"), ("故障等级", "A"), ("product_line", "SUV"),
    ],
)  # fmt: skip
def test_what_others_say_is_kept_as_it_stands(head: str, cell: str) -> None:
    assert facts_of({head: cell, "text": "漏油"}, "zh") == ((head, cell),)


@pytest.mark.parametrize("cell", ["王建国", "13912349876", "LSVAA11B0C1000001", "无", "N/A", "字" * 101, "WO20260101"])
def test_a_value_of_a_person_nothing_or_a_text_is_no_fact(cell: str) -> None:
    assert facts_of({"说明": cell}, "zh") == ()


def test_a_value_is_redacted_like_all_else() -> None:
    assert facts_of({"处理结果": "已回电13912349876"}, "zh") == (("处理结果", "已回电[电话]"),)


@pytest.fixture
def facts(night: Night) -> Night:
    put(night, "t.csv", "complaint_id,text,大区,客户姓名\nA1,漏油,西南,王建国\nA2,顿挫,华东,李秀英\n")
    take(night)
    return night


def kept(night: Night) -> list[tuple[str, ...]]:
    sql = "SELECT external_id, name, value FROM case_facts JOIN cases USING (case_id) ORDER BY ALL"
    return night.store.query(sql)


def test_they_are_kept_by_complaint(facts: Night) -> None:
    assert kept(facts) == [("A1", "大区", "西南"), ("A2", "大区", "华东")]


def test_another_value_takes_the_place_of_the_old_one_and_is_no_other_complaint(facts: Night) -> None:
    put(facts, "t.csv", "complaint_id,text,大区\nA1,漏油,华北\nA2,顿挫,华东\n", 1)
    counts = take(facts).counts
    assert (counts["new texts"], counts["changed texts"]) == (0, 0)
    assert kept(facts) == [("A1", "大区", "华北"), ("A2", "大区", "华东")]


def test_a_column_that_is_mapped_is_no_fact_any_more(facts: Night) -> None:
    take(facts, columns={"大区": "channel"})
    assert kept(facts) == []


def test_a_fact_goes_with_a_changed_text_as_it_stands_now(facts: Night) -> None:
    put(facts, "t.csv", "complaint_id,text,大区\nA1,漏油严重,\n", 1)
    take(facts)
    assert kept(facts) == [("A2", "大区", "华东")]
