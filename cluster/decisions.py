"""Experts' decisions about issues: kept with reason, name and date, outranking the machine, and each can be undone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from cluster.reassignments import note_moves
from cluster.sums import recount, standings
from complaints.errors import UsageError
from complaints.fingerprints import canonical_json, content_id
from complaints.messages import message
from complaints.nearest_name import meant
from complaints.records import EventKind, Issue, IssueEvent
from complaints.redaction import redact
from complaints.store import Store

if TYPE_CHECKING:
    from complaints.workspace import Workspace

ACTIONS = ("rename", "merge", "split", "close", "pin")


@dataclass(frozen=True, slots=True)
class Decision:
    """What an expert decided about an issue.

    Args:
        decision_id: derives from the content and how many came before.
        issue_id: what it is about.
        action: rename, merge, split, close or pin.
        detail: the facts needed to hold and to undo it (names before and after, the other issue, the cases moved).
        reason: in the expert's words, redacted.
        decided_by: the expert.
        decided_on: the day.
        undone: whether it was taken back.
    """

    decision_id: str
    issue_id: str
    action: str
    detail: dict[str, Any]
    reason: str
    decided_by: str
    decided_on: date
    undone: bool


@dataclass(frozen=True)
class InForce:
    """What the decisions in force ask of the machine.

    Args:
        named: issues whose name is an expert's.
        pinned: issues that neither merge, split nor dissolve.
        closed: issues that stay closed.
        held: cases that stay where an expert put them.
    """

    named: frozenset[str]
    pinned: frozenset[str]
    closed: frozenset[str]
    held: frozenset[str]


def in_force(decisions: Sequence[Decision]) -> InForce:
    """Return what the decisions that were not undone ask for."""
    valid = [d for d in decisions if not d.undone]
    of = {action: frozenset(d.issue_id for d in valid if d.action == action) for action in ACTIONS}
    moved = [d for d in valid if d.action in ("merge", "split")]
    ends = frozenset(d.detail["into"] for d in moved) | of["split"]
    held = frozenset(case for d in moved for case in d.detail["cases"])
    return InForce(of["rename"] | of["pin"], of["pin"] | ends, of["close"], held)


def read_decisions(store: Store) -> list[Decision]:
    """Return all decisions in the order in which they were taken."""
    rows = store.query(
        "SELECT decision_id, issue_id, action, detail, reason, decided_by, decided_on, undone "
        "FROM issue_decisions ORDER BY number"
    )
    return [Decision(d[0], d[1], d[2], json.loads(d[3]), *d[4:]) for d in rows]


@dataclass(frozen=True)
class Expert:
    """Takes an expert's decisions on a store that is open for writing. Each method is one transaction.

    Args:
        store: the workspace's store.
        name: who decides.
        day: when.
        reason: why, in a few words; what it says of persons is redacted.
    """

    store: Store
    name: str
    day: date
    reason: str

    def rename(self, issue_id: str, zh: str | None = None, en: str | None = None) -> Decision:
        """Give an issue another name in one language or both; the machine leaves it alone from then on.

        Raises:
            UsageError: no such issue, or no name.
        """
        issue = self._issue(issue_id)
        new = {"zh": redact(zh).text if zh else issue.name_zh, "en": redact(en).text if en else issue.name_en}
        if not (zh or en):
            raise UsageError("issue.no_name", issue_id)
        with self.store.transaction():
            decided = self._keep(issue_id, "rename", {"from": {"zh": issue.name_zh, "en": issue.name_en}, "to": new})
            self._rename(issue, new)
        return decided

    def merge(self, issue_id: str, into: str) -> Decision:
        """Make the cases of an issue cases of another; the first is closed.

        Raises:
            UsageError: no such issue, or the same twice.
        """
        issue, heir = self._issue(issue_id), self._issue(into)
        if issue_id == into:
            raise UsageError("issue.merged_into_itself", issue_id)
        cases = self._cases(issue_id)
        with self.store.transaction():
            decided = self._keep(issue_id, "merge", {"into": into, "cases": cases})
            self._move(cases, heir.issue_id)
            self._event(issue_id, "merged", {"into": into})
            self._event(issue_id, "closed", {"reason": "merged"})
            self._recount([issue, heir])
        return decided

    def split(self, issue_id: str, cases: Sequence[str]) -> Decision:
        """Make some cases of an issue an issue of their own, and return the decision; its detail names the new issue.

        Raises:
            UsageError: no such issue, no case, a case of another issue, or all cases.
        """
        issue, chosen = self._issue(issue_id), sorted(set(cases))
        own = set(self._cases(issue_id))
        strange = [case for case in chosen if case not in own]
        if not chosen or strange or len(chosen) == len(own):
            if strange:
                raise UsageError("issue.strange_case", issue_id, case=strange[0])
            raise UsageError("issue.some_cases", issue_id)
        taken = {i.issue_id for i in self.store.rows(Issue)}
        number = 0
        while (new := content_id("I", *chosen, *([number] if number else []))) in taken:
            number += 1
        with self.store.transaction():
            decided = self._keep(issue_id, "split", {"into": new, "cases": chosen})
            self.store.append([replace(issue, issue_id=new, status="new", parent_ids=canonical_json([issue_id]))])
            self._move(chosen, new)
            self._event(issue_id, "split", {"into": new})
            self._event(new, "born", {"cases": len(chosen), "parents": [issue_id]})
            self._recount([issue, self._issue(new)])
        return decided

    def close(self, issue_id: str) -> Decision:
        """Close an issue, whatever its cases say.

        Raises:
            UsageError: no such issue.
        """
        issue = self._issue(issue_id)
        with self.store.transaction():
            decided = self._keep(issue_id, "close", {"status": issue.status})
            self._event(issue_id, "closed", {"reason": "decided"})
            self._put(replace(issue, status="closed"))
        return decided

    def pin(self, issue_id: str) -> Decision:
        """Keep an issue and its name as they are: the machine adds cases, and does nothing else to it.

        Raises:
            UsageError: no such issue.
        """
        self._issue(issue_id)
        with self.store.transaction():
            return self._keep(issue_id, "pin", {})

    def undo(self, issue_id: str) -> Decision:
        """Take back the last decision about an issue, and return it.

        Raises:
            UsageError: nothing to undo.
        """
        last = next((d for d in reversed(read_decisions(self.store)) if d.issue_id == issue_id and not d.undone), None)
        if last is None:
            raise UsageError("issue.no_decision", issue_id)
        issue = self._issue(issue_id)
        with self.store.transaction():
            self.store.query("UPDATE issue_decisions SET undone = true WHERE decision_id = ?", [last.decision_id])
            if last.action == "rename":
                self._rename(issue, last.detail["from"])
            elif last.action == "close":
                self._put(replace(issue, status=last.detail["status"]))
                self._event(issue_id, "grew", {"new_cases": 0, "before": issue.cases, "reason": "closing_undone"})
            elif last.action in ("merge", "split"):
                self._unmove(issue, last)
        return last

    def _unmove(self, issue: Issue, last: Decision) -> None:
        other = self._issue(last.detail["into"])
        here = set(self._cases(other.issue_id))
        back = [case for case in last.detail["cases"] if case in here]
        if last.action == "split":
            # What joined the new issue since has nowhere else to go.
            back = sorted(here)
            self._event(other.issue_id, "merged", {"into": issue.issue_id})
            self._event(other.issue_id, "closed", {"reason": "split_undone"})
        else:
            self._event(other.issue_id, "split", {"into": issue.issue_id})
            self._event(issue.issue_id, "born", {"cases": len(back), "parents": [other.issue_id], "again": True})
        self._move(back, issue.issue_id)
        self._recount([issue, other])

    def _issue(self, issue_id: str) -> Issue:
        found = self.store.rows(Issue, "issue_id = ?", [issue_id])
        if not found:
            known = [name for (name,) in self.store.query("SELECT issue_id FROM issues")]
            raise UsageError("issue.unknown", issue_id, hint=meant(issue_id, known, message("issue.unknown.hint")))
        return found[0]

    def _cases(self, issue_id: str) -> list[str]:
        rows = self.store.query("SELECT case_id FROM issue_members WHERE issue_id = ? ORDER BY 1", [issue_id])
        return [case for (case,) in rows]

    def _keep(self, issue_id: str, action: str, detail: dict[str, Any]) -> Decision:
        number = int(self.store.query("SELECT count(*) FROM issue_decisions")[0][0])
        reason = redact(self.reason).text
        decision_id = content_id("D", number, issue_id, action, canonical_json(detail))
        row = (number, decision_id, issue_id, action, canonical_json(detail), reason, self.name, self.day, False)
        self.store.append_values("issue_decisions", [row])
        return Decision(decision_id, issue_id, action, detail, reason, self.name, self.day, False)

    def _rename(self, issue: Issue, name: dict[str, str]) -> None:
        self._event(issue.issue_id, "renamed", {"from": issue.name_zh, "to": name["zh"]})
        self._put(replace(issue, name_zh=name["zh"], name_en=name["en"]))

    def _put(self, issue: Issue) -> None:
        self.store.delete("issues", "issue_id", [issue.issue_id])
        self.store.append([issue])

    def _move(self, cases: Sequence[str], issue_id: str) -> None:
        note_moves(self.store, cases)
        self.store.query(
            "UPDATE issue_members SET issue_id = ?, probability = 1.0 WHERE case_id IN (SELECT unnest(?))",
            [issue_id, list(cases)],
        )
        # What is drawn up before the next night counts them where the expert put them.
        self.store.query(
            "UPDATE groups SET group_id = ? WHERE group_kind = 'issue' AND case_id IN (SELECT unnest(?))",
            [issue_id, list(cases)],
        )

    def _recount(self, issues: Sequence[Issue]) -> None:
        """Bring the counts up to date; status and trend follow in the next night."""
        vehicles = recount(self.store, [issue.issue_id for issue in issues])
        found = standings(self.store, date.max)
        for issue in issues:
            standing = found.get(issue.issue_id)
            status = "closed" if standing is None else issue.status if issue.status != "closed" else "stable"
            counted = replace(issue, status=status, cases=0, vehicles=vehicles.get(issue.issue_id, 0))
            if standing is not None:
                first, last = standing.counts.first or issue.first_seen, standing.counts.last or issue.last_seen
                counted = replace(counted, cases=standing.cases, first_seen=first, last_seen=last)
            self._put(counted)

    def _event(self, issue_id: str, event: EventKind, detail: dict[str, Any]) -> None:
        facts = detail | {"decided": True, "why": redact(self.reason).text}
        self.store.append([IssueEvent(issue_id, self.day, event, canonical_json(facts))])


@contextmanager
def deciding(workspace: Workspace, name: str, day: date, reason: str) -> Iterator[Expert]:
    """Open a workspace for an expert's decisions, under its lock.

    Args:
        workspace: an existing one.
        name: who decides.
        day: when.
        reason: why.

    Raises:
        ComplaintsError: no workspace there, or a living run holds it.
    """
    with workspace.locked_store() as store:
        yield Expert(store, name, day, reason)
