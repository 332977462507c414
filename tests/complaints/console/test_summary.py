"""The terminal's summary and the overview name the same stations with the same figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from complaints.console.summary import Summary, summarise, summary_lines
from complaints.dictionary import load_dictionary
from complaints.errors import ExitCode
from complaints.outputs.snapshot import write_snapshot
from complaints.records import Cause, Run
from complaints.run.night import Night, StageReport
from complaints.run.runner import RunResult
from reports.facts.batches import PageFactsReader
from reports.facts.overview import OverviewReader
from tests.reports.invented import AS_OF, cause, fill, make_night, plain


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    """The night of the invented plant."""
    with make_night(tmp_path / "plant", load_dictionary()) as made:
        fill(made.store)
        yield made


def summary_of(night: Night) -> Summary:
    write_snapshot(night.store, night.workspace, night.run_id)
    return summarise(
        night.workspace, RunResult(night.run_id, ExitCode.OK, (), night.workspace.root / "log", night.pages)
    )


def on_the_overview(night: Night) -> list[tuple[str, str, float | None]]:
    lines = sorted(OverviewReader(night.store, AS_OF).station_lines(), key=lambda line: line.place)
    best = [line.best.cause for line in lines if line.best is not None]
    return [
        (c.station_id, c.verdict, c.relative_risk)
        for c in best
        if c.verdict in ("supported", "not separable") and c.decision != "rejected"
    ]


def test_stations_stand_in_the_order_of_the_overview_with_its_figures(night: Night) -> None:
    told = [(s["station_id"], s["verdict"], s["relative_risk"]) for s in summary_of(night).stations]
    assert told == on_the_overview(night)
    assert told


def test_a_station_is_told_by_its_most_probable_cause_not_by_its_smallest_q(night: Night) -> None:
    likely = cause(plain, "I-noise", 1, "ST-110", "supported", 7.7, probability=0.9)
    rows = [likely, cause(plain, "I-leak", 2, "ST-110", "supported", 15.6, probability=0.4)]
    night.store.replace_all(Cause, rows)
    assert [s["relative_risk"] for s in summary_of(night).stations] == [7.7]


def test_what_another_cause_tells_stands_neither_in_the_terminal_nor_on_the_overview_nor_on_the_stations_page(
    night: Night,
) -> None:
    told = cause(plain, "I-noise", 1, "ST-110", "supported", 7.7, probability=0.4)
    again = cause(plain, "I-leak", 1, "ST-110", "supported", 15.6, probability=0.9)
    night.store.replace_all(Cause, [told, replace(again, same_as=told.cause_id)])
    assert [s["relative_risk"] for s in summary_of(night).stations] == [7.7]
    overview = OverviewReader(night.store, AS_OF)
    assert on_the_overview(night) == [("ST-110", "supported", 7.7)]
    assert [cell.symptom for cell in overview.overview().cells] == [told.symptom]
    (page,) = PageFactsReader(night.store, overview.stations, AS_OF).stations(["ST-110"], {})
    assert [group.group_id for group in page.groups] == ["I-noise"]


def test_a_station_whose_strongest_cause_an_expert_rejected_is_not_named(night: Night) -> None:
    night.store.replace_all(Cause, [cause(plain, "I-noise", 1, "ST-110", "supported", 7.7, decision="rejected")])
    assert summary_of(night).stations == []


@pytest.mark.parametrize(("language", "said"), [("zh", "ST-110"), ("en", "ST-110")])
def test_a_line_names_the_station(night: Night, language: str, said: str) -> None:
    assert any(said in line for line in summary_lines(summary_of(night), language))


def test_one_line_says_what_of_the_inputs_needs_an_eye(night: Night) -> None:
    write_snapshot(night.store, night.workspace, night.run_id)
    counts = {"texts": 9, "texts without a date": 2824, "texts dated in the future": 0, "other files": 3}
    counts |= {"other files: eml": 1, "other files: pdf": 2}
    result = RunResult(
        night.run_id, ExitCode.OK, (StageReport("intake", counts),), night.workspace.root / "log", night.pages
    )  # fmt: skip
    lines = summary_lines(summarise(night.workspace, result), "en")
    told = [line for line in lines if line.startswith("Needs an eye")]
    assert len(told) == 1
    assert "2,824 complaints without a readable date" in told[0]
    assert "3 files that are neither recordings nor tables (eml 1, pdf 2)" in told[0]
    assert "future" not in told[0]


def test_no_line_where_nothing_needs_an_eye(night: Night) -> None:
    assert not [line for line in summary_lines(summary_of(night), "en") if line.startswith("Needs an eye")]


@pytest.mark.parametrize(("days", "told"), [(181, False), (182, True), (900, True)])
def test_where_the_newest_complaint_is_old_the_summary_says_how_to_run_as_of_it(
    night: Night, days: int, told: bool
) -> None:
    newest = night.store.query("SELECT max(received_at) FROM cases")[0][0].date()
    as_of = newest + timedelta(days=days)
    at = datetime.combine(as_of, datetime.min.time())
    night.store.append([Run(night.run_id, as_of, at, at, 0, "{}", "{}", "{}")])
    for language in ("zh", "en"):
        said = [line for line in summary_lines(summary_of(night), language) if "--as-of" in line]
        assert bool(said) == told
        assert all(f"complaints run --as-of {newest} --replace-site" in line for line in said)
