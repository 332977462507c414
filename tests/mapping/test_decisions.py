"""Experts' decisions about warnings and causes, from the command line to the tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import cli
from complaints.records import EarlyWarning
from complaints.workspace.layout import Workspace
from tests.mapping.test_feedback import cause


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return int(ended.value.code or 0)


@pytest.fixture
def root(workspace: Workspace) -> str:
    with workspace.open_store() as store:
        day = date(2026, 3, 1)
        row = EarlyWarning("W1", "station", "ST10", None, day, "EWMA", 9, 2, 7, None, None, None, "[]", day, "new")
        store.append([row])
        store.append([cause()])
    return str(workspace.root)


def held(root: str, sql: str) -> list[tuple[object, ...]]:
    with Workspace(Path(root)).open_store() as store:
        return store.query(sql)


@pytest.mark.parametrize(("command", "status"), [("acknowledge", "acknowledged"), ("close", "closed")])
def test_a_warnings_decision_is_kept_with_who_and_why(root: str, command: str, status: str) -> None:
    assert call("warning", command, "W1", "--reason", "seen, call 13812345678", "--by", "analyst", "-w", root) == 0
    assert held(root, "SELECT status FROM warnings") == [(status,)]
    (row,) = held(root, "SELECT * FROM warning_decisions")
    assert "analyst" in row
    assert not any("13812345678" in str(value) for value in row)


@pytest.mark.parametrize(("command", "decision"), [("confirm", "confirmed"), ("reject", "rejected")])
def test_a_causes_decision_is_a_review_and_outranks_the_machine(root: str, command: str, decision: str) -> None:
    assert call("cause", command, "X1", "--reason", "torn down", "--by", "engineer", "-w", root) == 0
    assert held(root, "SELECT decision FROM causes") == [(decision,)]
    assert held(root, "SELECT reviewer, what, decision FROM reviews") == [("engineer", "cause", decision)]


def test_the_later_decision_of_a_day_replaces_the_earlier(root: str) -> None:
    for command in ("confirm", "reject"):
        call("cause", command, "X1", "--reason", "looked again", "--by", "engineer", "-w", root)
    assert held(root, "SELECT decision FROM reviews") == [("rejected",)]


@pytest.mark.parametrize("kind", ["warning", "cause"])
def test_an_unknown_id_is_wrong_use_and_says_where_ids_stand(
    root: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = {"warning": "close", "cause": "confirm"}[kind]
    assert call(kind, command, "nothing", "--reason", "x", "-w", root) == 2
    assert "export" in capsys.readouterr().err
