"""Experts' decisions: they hold over nights, outrank the machine, are kept with their reason and can be undone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from cli import app
from cluster.decisions import Expert, read_decisions
from cluster.stage import Stage
from complaints.errors import UsageError
from complaints.records import Case, Issue, IssueEvent, IssueMember, Mention
from complaints.run.night import Night
from complaints.store.cases import write_cases

DAY = date(2026, 7, 1)
TEXTS = (
    ("底盘异响，咯噔咯噔的，第{}次", "abnormal_noise", "suspension_chassis"),
    ("变速箱漏油，地上第{}摊油", "oil_leak", "transmission"),
)


def fill(night: Night, start: int = 0, count: int = 12) -> None:
    cases, mentions = [], []
    for kind, (text, symptom, component) in enumerate(TEXTS):
        for n in range(start, start + count):
            case_id = f"T{kind}{n:03d}"
            received = datetime(2026, 3, 1) + timedelta(days=n)
            cases.append(Case(
                case_id, "text", None, f"t.csv#{case_id}", received, "given", f"S{case_id}", "S5", None, None, "zh",
                text.format(n), None, False, "fault", False,
            ))  # fmt: skip
            mentions.append(Mention(
                case_id, "symptom", symptom, "x", 0, 1, "present", "customer", None, component, "dictionary", 1.0
            ))  # fmt: skip
    with night.store.transaction():
        write_cases(night.store, cases)
        night.store.append(mentions)
    Stage().run(night)


def issue_of(night: Night, symptom: str) -> Issue:
    return next(i for i in night.store.rows(Issue) if i.symptom == symptom and i.cases)


def cases_of(night: Night, issue_id: str) -> list[str]:
    return [row.case_id for row in night.store.rows(IssueMember, "issue_id = ?", [issue_id])]


def expert(night: Night, reason: str = "seen at the line") -> Expert:
    return Expert(night.store, "Q. Engineer", DAY, reason)


def again(night: Night) -> None:
    """Two more nights: one with new cases, one that refits everything."""
    fill(night, start=12, count=6)
    Stage().run(replace(night, redo=frozenset({"cluster"})))


def test_a_given_name_stands(night: Night) -> None:
    fill(night)
    issue = issue_of(night, "oil_leak")
    expert(night).rename(issue.issue_id, zh="油封渗漏")
    again(night)
    assert issue_of(night, "oil_leak").name_zh == "油封渗漏"
    assert issue_of(night, "oil_leak").name_en == issue.name_en


def test_a_merge_stands_and_takes_later_cases(night: Night) -> None:
    fill(night)
    leak, noise = issue_of(night, "oil_leak"), issue_of(night, "abnormal_noise")
    expert(night).merge(leak.issue_id, noise.issue_id)
    again(night)
    ids = {row.case_id: row.issue_id for row in night.store.rows(IssueMember)}
    assert {ids[f"T1{n:03d}"] for n in range(12)} == {noise.issue_id}
    gone = night.store.rows(Issue, "issue_id = ?", [leak.issue_id])[0]
    assert (gone.status, gone.cases) == ("closed", 0)


def test_a_split_stands(night: Night) -> None:
    fill(night)
    leak = issue_of(night, "oil_leak")
    chosen = cases_of(night, leak.issue_id)[:3]
    new = expert(night).split(leak.issue_id, chosen).detail["into"]
    again(night)
    assert set(chosen) <= set(cases_of(night, new))
    row = night.store.rows(Issue, "issue_id = ?", [new])[0]
    assert json.loads(row.parent_ids) == [leak.issue_id]


def test_a_closed_issue_stays_closed(night: Night) -> None:
    fill(night)
    leak = issue_of(night, "oil_leak")
    expert(night).close(leak.issue_id)
    again(night)
    assert night.store.rows(Issue, "issue_id = ?", [leak.issue_id])[0].status == "closed"


def test_a_pinned_issue_keeps_its_name_and_id(night: Night) -> None:
    fill(night)
    leak = issue_of(night, "oil_leak")
    expert(night).pin(leak.issue_id)
    night.store.query("DELETE FROM mentions")
    Stage().run(replace(night, redo=frozenset({"cluster"})))
    assert night.store.rows(Issue, "issue_id = ?", [leak.issue_id])[0].name_zh == leak.name_zh


@pytest.mark.parametrize("action", ["rename", "merge", "split", "close"])
def test_a_decision_is_undone(night: Night, action: str) -> None:
    fill(night)
    leak, noise = issue_of(night, "oil_leak"), issue_of(night, "abnormal_noise")
    members = cases_of(night, leak.issue_id)
    one = expert(night)
    if action == "rename":
        one.rename(leak.issue_id, en="Seal")
    elif action == "merge":
        one.merge(leak.issue_id, noise.issue_id)
    elif action == "split":
        one.split(leak.issue_id, members[:4])
    else:
        one.close(leak.issue_id)
    one.undo(leak.issue_id)
    Stage().run(night)
    found = night.store.rows(Issue, "issue_id = ?", [leak.issue_id])[0]
    assert (found.name_en, found.cases, found.status) == (leak.name_en, leak.cases, leak.status)
    assert cases_of(night, leak.issue_id) == members


def test_a_decision_is_kept_with_name_date_and_redacted_reason(night: Night) -> None:
    fill(night)
    leak = issue_of(night, "oil_leak")
    expert(night, "owner called from 13912345678").close(leak.issue_id)
    kept = read_decisions(night.store)[0]
    assert (kept.action, kept.decided_by, kept.decided_on) == ("close", "Q. Engineer", DAY)
    assert "13912345678" not in kept.reason
    assert not any("13912345678" in event.detail for event in night.store.rows(IssueEvent))


def test_what_cannot_be_decided_is_refused(night: Night) -> None:
    fill(night)
    leak = issue_of(night, "oil_leak")
    for wrong in (
        lambda: expert(night).rename("I0", zh="x"),
        lambda: expert(night).rename(leak.issue_id),
        lambda: expert(night).merge(leak.issue_id, leak.issue_id),
        lambda: expert(night).split(leak.issue_id, ["T9999"]),
        lambda: expert(night).split(leak.issue_id, cases_of(night, leak.issue_id)),
        lambda: expert(night).undo(leak.issue_id),
    ):
        with pytest.raises(UsageError):
            wrong()  # type: ignore[no-untyped-call]
    assert read_decisions(night.store) == []


def test_the_command_renames(night: Night) -> None:
    fill(night)
    leak = issue_of(night, "oil_leak").issue_id
    root = str(night.workspace.root)
    night.store.close()
    result = CliRunner().invoke(
        app, ["issue", "rename", leak, "--zh", "油封渗漏", "--reason", "plant term", "-w", root]
    )
    assert result.exit_code == 0, result.output
    with night.workspace.open_store(read_only=True) as store:
        assert store.rows(Issue, "issue_id = ?", [leak])[0].name_zh == "油封渗漏"
