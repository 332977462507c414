"""The public tables in a notebook: frames of one finished night, read without disturbing the next."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from complaints import open_workspace
from complaints.errors import StoreError, UsageError
from complaints.outputs.snapshot import write_snapshot
from complaints.outputs.snapshot_reader import Results
from complaints.records import PUBLIC_TABLES, IssueMember, Quarantine
from complaints.run.night import Night

MEMBERS = [IssueMember("I1", "T1", 0.5), IssueMember("I1", "T2", 1.0)]


@pytest.fixture
def results(night: Night) -> Results:
    night.store.append(MEMBERS)
    write_snapshot(night.store, night.workspace, "2026-06-30-001")
    return open_workspace(night.workspace.root)


def test_every_public_table_is_there(results: Results) -> None:
    assert results.tables == tuple(PUBLIC_TABLES)


def test_a_table_comes_as_arrow_pandas_and_polars_alike(results: Results) -> None:
    expected = [{"issue_id": m.issue_id, "case_id": m.case_id, "probability": m.probability} for m in MEMBERS]
    assert results.to_arrow("issue_members").to_pylist() == expected
    assert results.to_pandas("issue_members").to_dict("records") == expected
    assert results.to_polars("issue_members").to_dicts() == expected


def test_a_query_takes_parameters(results: Results) -> None:
    found = results.to_pandas("SELECT count(*) AS cases FROM issue_members WHERE probability > ?", [0.7])
    assert found["cases"].tolist() == [1]


def test_days_are_dates_that_pandas_can_count_with(results: Results) -> None:
    found = results.to_pandas("SELECT DATE '2026-06-30' AS day")
    assert found["day"].dtype.kind == "M"


def test_an_empty_table_keeps_its_columns(results: Results) -> None:
    assert list(results.to_polars("runs").columns)[:2] == ["run_id", "as_of"]


def test_a_misspelt_table_names_the_nearest(results: Results) -> None:
    with pytest.raises(UsageError, match="nearest is issue_members"):
        results.to_pandas("isue_members")


def test_a_missing_library_is_named_with_the_way_to_get_it(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"complaint-mining\[notebooks\]"):
        results.to_polars("cases")


def test_what_was_opened_stays_of_one_night_when_the_next_one_ends(results: Results, night: Night) -> None:
    night.store.append([Quarantine("a.wav", "intake", "empty_file", "x", date(2026, 7, 1))])
    write_snapshot(night.store, night.workspace, "2026-07-01-001")
    assert len(results.to_arrow("quarantine")) == 0
    assert len(open_workspace(night.workspace.root).to_arrow("quarantine")) == 1


def test_an_older_night_opens_by_its_id(results: Results, night: Night) -> None:
    write_snapshot(night.store, night.workspace, "2026-07-01-001")
    again = open_workspace(night.workspace.root, run=results.run)
    assert (again.run, again.runs) == ("2026-06-30-001", ("2026-06-30-001", "2026-07-01-001"))


def test_a_night_that_is_not_kept_is_refused_with_those_that_are(results: Results, night: Night) -> None:
    with pytest.raises(UsageError, match="2026-06-30-001"):
        open_workspace(night.workspace.root, run="2026-06-29-001")


def test_tables_that_were_cleared_away_are_an_error_that_says_so(results: Results, night: Night) -> None:
    shutil.rmtree(night.workspace.latest.resolve())
    with pytest.raises(StoreError, match="Open the workspace again"):
        results.to_arrow("cases")


def test_reading_does_not_wait_for_a_night_that_holds_both_stores(results: Results, night: Night) -> None:
    with night.workspace.lock(), night.store.transaction():
        night.store.append([IssueMember("I1", "T3", 1.0)])
        assert len(open_workspace(night.workspace.root).to_arrow("issue_members")) == 2


def test_a_folder_without_a_finished_night_says_what_to_do(night: Night, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="complaints init"):
        open_workspace(tmp_path / "nothing")
    with pytest.raises(UsageError, match="complaints run"):
        open_workspace(night.workspace.root)
