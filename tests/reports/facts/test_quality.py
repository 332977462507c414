"""The page about the model tells what classify noted of its promise, and its suspension."""

from __future__ import annotations

from complaints.fingerprints import canonical_json
from complaints.run.night import Night
from reports.facts.quality import read_quality
from reports.stage import Stage

PROMISE = {"cases": 420, "decided": 200, "right": 190, "lower": 0.91, "error": 0.05, "threshold": 0.8, "precision": 0.9}
DRIFT = {"area": 0.83, "area_low": 0.79, "cases": 300, "categories": False, "texts": True, "p_value": None}


def noted(night: Night, *, suspended: bool) -> None:
    note = {"model_id": "M1", "promise": PROMISE, "drift": DRIFT, "suspended": suspended}
    night.store.note("classify", "promise", canonical_json(note))


def test_promise_and_drift_are_those_that_classify_noted(night: Night) -> None:
    noted(night, suspended=False)
    found = read_quality(night.store, 0.95)
    assert (found.promise["decided"], found.drift["area"], found.suspended) == (200, 0.83, False)
    assert "p_value" not in found.drift


def test_a_drift_that_was_not_measured_is_not_told(night: Night) -> None:
    night.store.note("classify", "promise", canonical_json({"promise": PROMISE, "drift": {"cases": 0}}))
    assert read_quality(night.store, 0.95).drift == {}


def test_a_suspended_promise_is_told_on_the_page(night: Night) -> None:
    for suspended in (False, True):
        noted(night, suspended=suspended)
        Stage().run(night)
        page = (night.workspace.site / "zh" / "quality.html").read_text(encoding="utf-8")
        assert ("承诺已暂停" in page) is suspended
