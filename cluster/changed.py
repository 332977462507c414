"""What changed since the last night: cases that are new to the stream, and cases that are none any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from cluster.case_lookup import ELIGIBLE, KINDS, Lookup

if TYPE_CHECKING:
    from complaints.store import Store

# In `meta`: how many cases of their own there were when they were last grouped.
STANDING = "grouped_standing"


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a case its issue's sums hold: day received, vehicle (the case id where unknown), a service complaint?"""

    day: date | None
    vehicle: str
    service: bool


@dataclass(frozen=True)
class Changed:
    """What changed.

    Args:
        new: (day received, case id) of the cases that the stream has not met as they are now.
        gone: cases that were cases of their own and are not any more: repeats, without content, deleted.
        was: every changed case as it was counted; None where it was no case of its own.
        corrected: a case stands as it did, but an expert corrected what was read out of it.
        whole: all cases were compared, because changes came in unnoted: the sums must be counted anew.
    """

    new: list[tuple[date | None, str]]
    gone: list[str]
    was: dict[str, Counted | None]
    corrected: bool
    whole: bool


def what_changed(store: Store, looked_up: Lookup, window: Collection[str]) -> Changed:
    """Return what changed since the last grouping.

    The changes that were noted are believed if they account for how many cases of their own there are, and for how many
    are counted; else everything is compared.

    Args:
        store: inside the night's transaction.
        looked_up: holds what changed (`cluster.case_lookup.look_up`).
        window: the cases in the book's window.
    """
    new: list[tuple[date | None, str]] = []
    gone: list[str] = []
    was: dict[str, Counted | None] = {}
    grown, corrected = 0, False
    for case, day, token, kind, copy_of, digest, now_day, now_kind, now_copy_of, now_digest in store.query(
        "SELECT w.case_id, CAST(w.received_at AS DATE), w.serial_token, w.content, w.duplicate_of, w.digest, c.day, "
        "c.content, c.duplicate_of, c.digest FROM changed_cases w "
        f"LEFT JOIN {looked_up.cases} c ON c.case_id = w.case_id ORDER BY w.case_id"
    ):
        stood, stands = kind in KINDS and copy_of is None, now_kind in KINDS and now_copy_of is None
        was[case] = Counted(day, token or case, kind == "service") if stood else None
        grown += stands - stood
        corrected |= stood and stands and digest is None
        if stands and not (stood and digest == now_digest):
            new.append((now_day, case))
        elif stood and not stands:
            gone.append(case)
    if _accounted_for(store, grown):
        return Changed(new, gone, was, corrected, whole=False)
    return replace(_compared(store, new, window), corrected=corrected)


def _accounted_for(store: Store, grown: int) -> bool:
    before = store.query("SELECT value FROM meta WHERE name = ?", [STANDING])
    if not before or int(before[0][0]) + grown != _standing(store):
        return False
    counted, members = store.query(
        "SELECT (SELECT coalesce(sum(cases), 0) FROM issue_sums), (SELECT count(*) FROM issue_members)"
    )[0]
    return bool(counted == members)


def _compared(store: Store, noted: list[tuple[date | None, str]], window: Collection[str]) -> Changed:
    """Compare all cases with the members: what is in no issue nor in the window counts as not met."""
    known = {case for _, case in noted}
    apart = store.query(
        "SELECT CAST(c.received_at AS DATE), c.case_id FROM cases c ANTI JOIN issue_members m ON m.case_id = c.case_id "
        f"WHERE {ELIGIBLE} ORDER BY 2"
    )
    unmet = [(day, case) for day, case in apart if case not in known and case not in window]
    gone = store.query(
        f"SELECT m.case_id FROM issue_members m LEFT JOIN cases c ON c.case_id = m.case_id AND {ELIGIBLE} "
        "WHERE c.case_id IS NULL ORDER BY 1"
    )
    return Changed(
        sorted(noted + unmet, key=lambda item: item[1]), [case for (case,) in gone], {}, corrected=False, whole=True
    )


def settle_changes(store: Store) -> None:
    """Take the changes as dealt with (in the transaction that writes the outcome)."""
    store.query("DELETE FROM changed_cases")
    store.query("DELETE FROM moved_cases")
    store.query("INSERT OR REPLACE INTO meta VALUES (?, ?)", [STANDING, str(_standing(store))])


def _standing(store: Store) -> int:
    return int(store.query(f"SELECT count(*) FROM cases c WHERE {ELIGIBLE}")[0][0])
