"""The cluster stage: tonight's cases in, issues with members and events out, in one commit a night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cluster.case_lookup import ELIGIBLE, Lookup
from cluster.changed import Changed, settle_changes, what_changed
from cluster.decisions import InForce, in_force, read_decisions
from cluster.ledger import Change, Ledger, ledger_of
from cluster.mixture import NONE
from cluster.reading import STAGE, Member, StoreSource, members
from cluster.reassignments import carried_over, read_moves
from cluster.refit import rebuilt
from cluster.rules import Rules, Stretch
from cluster.stream import advance
from cluster.stream_state import Book, empty_book, read_book
from cluster.sums import known_vehicles, later_cases, moved, part_known, recount, sizes, sizes_of
from cluster.writing import write_issues, write_members
from complaints.errors import ModelMissing
from complaints.fingerprints import fingerprint
from complaints.run import Night, StageReport
from complaints.store import temporary_tables

if TYPE_CHECKING:
    from complaints.models import Encoder
    from complaints.store import Store

VERSION = 3
BOOK = "issues"


class Stage:
    """Groups cases into issues. Repeats and cases without content of their own are in no issue."""

    name = STAGE

    def run(self, night: Night) -> StageReport:
        """Take the new cases into the issues; what is known of the old ones is in the book and is not read again."""
        from complaints.models import embedding_model, open_encoder

        setting = night.settings.embeddings
        try:
            model = embedding_model(setting.model, allow_hub=setting.download)
            models = {"embeddings": model.fingerprint}
            if not _any_case(night.store):
                return StageReport(STAGE, _counts(night), models=models)
            encoder = open_encoder(setting.model, setting.device, allow_hub=setting.download)
        except ModelMissing as error:
            return StageReport(STAGE, _counts(night), missing_model=error.whole())
        with night.store.transaction(), temporary_tables(night.store.connection) as own:
            _run(night, StoreSource(night.store, encoder, night.dictionary, own))
        return StageReport(STAGE, _counts(night), models=models)


def _any_case(store: Store) -> bool:
    return bool(store.query("SELECT 1 FROM cases UNION ALL SELECT 1 FROM issues WHERE cases > 0 LIMIT 1"))


def _counts(night: Night) -> dict[str, int]:
    known = "WHERE cases > 0 OR status = 'closed'"
    status = dict(night.store.query(f"SELECT status, count(*) FROM issues {known} GROUP BY status ORDER BY status"))
    grouped = int(night.store.query("SELECT coalesce(sum(cases), 0) FROM issues")[0][0])
    return {"issues": sum(status.values()) - status.get("closed", 0), "grouped cases": grouped} | status


def _run(night: Night, source: StoreSource) -> None:
    store, encoder = night.store, source.encoder
    decided, sizes_before, partly = in_force(read_decisions(store)), sizes(store), part_known(store)
    later = later_cases(store, night.as_of)
    later_before = sizes_of(store, later)
    stored, why = _stored_book(night, encoder)
    looked_up = source.look_up(stored.window if stored else ())
    changed = what_changed(store, looked_up, set(stored.window) if stored else set())
    touched = {*changed.gone, *(case for _, case in changed.new)}
    # What a corrected case added to its issue's sums goes with a refit alone, and would hold it where it was.
    why = why or ("corrected" if changed.corrected else "")
    moves = read_moves(store)
    known = not (changed.whole or moves or stored is None)
    if stored is None:
        stored = _from_ledger(night, source, {case for _, case in changed.new})
        looked_up = source.look_up(stored.window)
    else:
        stored = carried_over(stored, [move for move in moves if move.case_id not in touched], source)
    book = stored.without({*touched, *_without_standing(store, looked_up, stored.window)})
    with night.progress.task("issues", max(len(changed.new), 1)) as task:
        stretch = advance(book, changed.new, source, _rules(night, decided), why, night.as_of)
        task.advance(max(len(changed.new), 1))
    now = dict.fromkeys(touched, (None, 0.0)) | stretch.members
    before = members(store, sorted({*now, *changed.was} - _outside(stored, changed)))
    write_members(store, before, now)
    vehicles = {**_counted(store, source, changed, before, now), **known_vehicles(store, night.as_of, partly)}
    after = {case: issue for case, (issue, _) in now.items()}
    was = {case: member.issue_id for case, member in before.items() if case in now}
    change = Change(was, after, sizes_before, stretch.parents, stretch.merged, stretch.refits, later, later_before)
    ledger = ledger_of(change)
    write_issues(
        night, source, ledger, vehicles, after if known else None, _renamed(stretch, ledger, decided), decided.closed
    )
    keep_book(store, book_key(night, encoder), stretch.book)
    settle_changes(store)
    night.log.event(
        STAGE, "done", new_cases=len(changed.new), born=len(stretch.born), refits=len(stretch.refits),
        recounted=changed.whole,
    )  # fmt: skip


def _outside(book: Book, changed: Changed) -> set[str]:
    """Return cases that are known to be in no issue, so that nobody looks for them."""
    if changed.whole:
        return set()
    labels = zip(book.window, book.labels.tolist(), strict=True)
    return {case for case, was in changed.was.items() if was is None} | {
        case for case, label in labels if label == NONE
    }


def _without_standing(store: Store, looked_up: Lookup, window: Sequence[str]) -> set[str]:
    standing = {case for (case,) in store.query(f"SELECT c.case_id FROM {looked_up.cases} c WHERE {ELIGIBLE}")}
    return set(window) - standing


def _counted(
    store: Store,
    source: StoreSource,
    changed: Changed,
    before: Mapping[str, Member],
    now: Mapping[str, tuple[str | None, float]],
) -> dict[str, int]:
    """Bring the sums of the issues up to date, and return the vehicles of each."""
    if changed.whole:
        return recount(store)
    was: dict[str, str | None] = {case: member.issue_id for case, member in before.items()}
    after = was | {case: issue for case, (issue, _) in now.items()}
    moves = [case for case, issue in after.items() if case in changed.was or was.get(case) != issue]
    facts = source.counted(moves)
    old = {c: (issue, changed.was.get(c) or facts[c]) for c in moves if (issue := was.get(c)) is not None}
    new = {c: (issue, facts[c]) for c in moves if (issue := after[c]) is not None}
    known = dict(store.query("SELECT issue_id, vehicles FROM issues"))
    return Counter(known) + Counter(moved(store, old, new))


def _rules(night: Night, decided: InForce) -> Rules:
    taken = frozenset(issue for (issue,) in night.store.query("SELECT issue_id FROM issues"))
    settings = night.settings.cluster
    return Rules(settings.min_cases, settings.min_agreement, decided.pinned, decided.held, taken)


def _renamed(stretch: Stretch, ledger: Ledger, decided: InForce) -> frozenset[str]:
    """A refit names all its issues anew, but an expert's names stand; without one only what is born is named."""
    named = set(stretch.book.issues) if stretch.refits else set(stretch.born)
    return frozenset(named - decided.named)


def book_key(night: Night, encoder: Encoder) -> str:
    """Return what the book depends on beside the cases: `issue_book.key`."""
    return fingerprint((VERSION, encoder.fingerprint, night.dictionary.fingerprint))


def keep_book(store: Store, key: str, book: Book) -> None:
    """Write the book in the place of the one before."""
    store.append_values("issue_book", [(BOOK, key, book.to_bytes())], replace=True)


def _stored_book(night: Night, encoder: Encoder) -> tuple[Book | None, str]:
    """Return the book, None if it must be written anew from the ledger, and why tonight needs a refit (empty: it needs
    none).

    A book of another model, dictionary or version is written anew, and so is one whose key is empty because a purge
    forgot cases: issues and members stay.
    """
    rows = night.store.query("SELECT key, book FROM issue_book WHERE name = ?", [BOOK])
    key, stored = rows[0] if rows else ("", None)
    book = read_book(stored) if stored is not None else None
    if STAGE in night.redo:
        return None, "redo"
    if book is not None and key == book_key(night, encoder):
        return book, ""
    if book is None:
        return (None, "new version") if _met(night.store) else (empty_book(), "")
    return None, "" if not key else "model or dictionary changed"


def _met(store: Store) -> bool:
    return bool(store.query("SELECT count(*) FROM issue_members")[0][0])


def _from_ledger(night: Night, source: StoreSource, new: set[str]) -> Book:
    rows = [
        (case, issue)
        for case, issue in night.store.query(
            "SELECT c.case_id, m.issue_id FROM cases c LEFT JOIN issue_members m ON m.case_id = c.case_id "
            f"WHERE {ELIGIBLE} ORDER BY CAST(c.received_at AS DATE) NULLS LAST, c.case_id"
        )
        if case not in new
    ]
    return rebuilt(rows, source)
