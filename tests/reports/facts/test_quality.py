"""The page about the model tells what classify noted of its promise, and its suspension."""

from __future__ import annotations

from dataclasses import replace

from complaints.records import GuaranteeState
from complaints.run.night import Night
from reports.facts.quality import read_quality
from reports.stage import Stage

MEASURED = GuaranteeState(
    "M1", 0.9, 0.05, 0.8, 420, 200, 190, 0.91, "2026-01-01", "2026-04-30", False, 300, 0.83, 0.79, 0.1, None, True,
    False,
)  # fmt: skip


def noted(night: Night, *, suspended: bool) -> None:
    night.store.replace_all(GuaranteeState, [replace(MEASURED, suspended=suspended)])


def test_promise_and_drift_are_those_that_classify_noted(night: Night) -> None:
    noted(night, suspended=False)
    found = read_quality(night.store, 0.95)
    assert (found.guarantee, found.drift["area"], found.suspended) == (MEASURED, 0.83, False)
    assert "p_value" not in found.drift


def test_a_drift_that_was_not_measured_is_not_told(night: Night) -> None:
    night.store.replace_all(GuaranteeState, [replace(MEASURED, drift_cases=0)])
    assert read_quality(night.store, 0.95).drift == {}


def test_a_suspended_promise_is_told_on_the_page(night: Night) -> None:
    for suspended in (False, True):
        noted(night, suspended=suspended)
        Stage().run(night)
        page = (night.workspace.site / "zh" / "quality.html").read_text(encoding="utf-8")
        assert ("承诺已暂停" in page) is suspended
