"""A head's meaning is decided by its words and its abbreviation, the more specific first."""

from __future__ import annotations

import pytest

from complaints.master.pfmea_heads import fits, is_afterwards, kind_of, names_step_and_station, priority_of


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("过程步骤的失效模式（FM）", "failure_mode"),
        ("对上级要素和/或最终用户的失效影响(FE)", "symptom"),
        ("工作要素的失效起因（FC）", "cause"),
        ("失效起因/失效模式的探测度（D）", "detection"),
        ("失效原因或失效模式的可探测度", "detection"),
        ("失效影响的严重度（S）", "severity"),
        ("失效起因的频度", "occurrence"),
        ("PFMEA措施优先级（AP）", "action_priority"),
        ("对失效起因的现行预防控制 (PC)", "control"),
        ("对失效起因或失效模式的现行探测控制", "control"),
        ("潜在的失效起因/机理", "cause"),
        ("2. 过程步骤/工位号及关注要素名称", "station_id"),
        ("1. 过程项 系统、子系统、零件要素或过程名称", "other"),
        ("2. 过程步骤的功能和产品特性", "other"),
        ("失效模式编号", "other"),
        ("Failure Mode (FM) of the\nFocus Element", "failure_mode"),
        ("Failure Cause (FC) of the Work Element", "cause"),
        ("Failure Effects (FE) to the Next Higher Level Element", "symptom"),
        ("Detection of the Cause or Failure Mode", "detection"),
        ("Occurrence (O) of FC", "occurrence"),
        ("SEVERITY (1-10)", "severity"),
        ("Potential Cause(s) of Failure", "cause"),
        ("Current Detection Control (DC) of FC or FM", "control"),
        ("Function of the Process Step and Product Characteristic", "other"),
        ("AP Rationale", "other"),
        ("特殊特性", None),
        ("2026-03-01", None),
    ],
)
def test_what_a_head_means(head: str, kind: str | None) -> None:
    assert kind_of(head) == kind


@pytest.mark.parametrize("head", ["措施后的严重度", "优化（步骤六）", "Revised S", "Action results", "改进后 O"])
def test_ratings_after_the_action_are_known_by_their_words(head: str) -> None:
    assert is_afterwards(head)


def test_a_rating_before_the_action_is_none_after_it() -> None:
    assert not is_afterwards("失效影响的严重度（S）")


def test_one_column_may_name_step_and_station() -> None:
    assert names_step_and_station("Process Step: Station No. and Name of Focus Element")


@pytest.mark.parametrize(
    ("kind", "values", "good"),
    [
        ("cause", ["3", "4", "7"], False),
        ("cause", ["枪未校准", "7", "程序选错"], True),
        ("detection", ["每班首件检验", "目视"], False),
        ("detection", ["3", "10", ""], True),
        ("severity", ["11", "120", "0"], False),
        ("action_priority", ["高", "L", "medium"], True),
        ("action_priority", ["96", "54"], False),
    ],
)
def test_cells_must_be_able_to_be_what_the_head_says(kind: str, values: list[str], good: bool) -> None:
    assert fits(kind, values) is good


def test_priorities_in_both_languages() -> None:
    assert [priority_of(text) for text in ("高", "Ｍ", "low", "96")] == ["H", "M", "L", None]
