"""The cluster stage: tonight's cases in, issues with members and events out, in one commit a night."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cluster.book import Book, empty_book, read_book
from cluster.decisions import InForce, in_force, read_decisions
from cluster.ledger import Change, Ledger, ledger_of
from cluster.reading import ELIGIBLE, STAGE, StoreSource, gone_members, members, new_cases, without_standing
from cluster.refit import rebuilt
from cluster.rules import Rules, Stretch
from cluster.stream import advance
from cluster.writing import write_issues, write_members
from complaints.errors import ModelMissing
from complaints.ids import fingerprint
from complaints.night import Night, StageReport

if TYPE_CHECKING:
    from complaints.embeddings import Encoder
    from complaints.store import Store

VERSION = 3
BOOK = "issues"


class Stage:
    """Groups cases into issues. Repeats and cases without content of their own are in no issue."""

    name = STAGE

    def run(self, night: Night) -> StageReport:
        """Take the new cases into the issues; what is known of the old ones is in the book and is not read again."""
        from complaints.embeddings import open_encoder
        from complaints.models import embedding_model

        setting = night.settings.embeddings
        try:
            model = embedding_model(setting.model, allow_hub=setting.download)
            models = {"embeddings": model.fingerprint}
            if not _any_case(night.store):
                return StageReport(STAGE, _counts(night), models=models)
            encoder = open_encoder(setting.model, setting.device, allow_hub=setting.download)
        except ModelMissing as error:
            return StageReport(STAGE, _counts(night), missing_model=str(error))
        with night.store.transaction():
            _run(night, encoder)
        return StageReport(STAGE, _counts(night), models=models)


def _any_case(store: Store) -> bool:
    return bool(store.query("SELECT 1 FROM cases UNION ALL SELECT 1 FROM issue_members LIMIT 1"))


def _counts(night: Night) -> dict[str, int]:
    status = dict(night.store.query("SELECT status, count(*) FROM issues GROUP BY status ORDER BY status"))
    grouped = night.store.query("SELECT count(*) FROM issue_members")[0][0]
    return {"issues": sum(status.values()) - status.get("closed", 0), "grouped cases": grouped} | status


def _run(night: Night, encoder: Encoder) -> None:
    store, source = night.store, StoreSource(night.store, encoder, night.dictionary)
    decided = in_force(read_decisions(store))
    sizes = dict(store.query("SELECT issue_id, count(*) FROM issue_members GROUP BY 1"))
    gone = gone_members(store)
    items = new_cases(store, items_key())
    touched = sorted({*gone, *(case for _, case, _ in items)})
    before = members(store, touched)
    write_members(store, dict.fromkeys(before, (None, 0.0)))
    _forget(store, gone)
    book, refit = _book(night, encoder, source, {case for _, case, _ in items})
    book = book.without({*touched, *without_standing(store, book.window)})
    rules = _rules(night, decided)
    with night.progress.task("issues", max(len(items), 1)) as task:
        stretch = advance(book, [(day, case) for day, case, _ in items], source, rules, refit)
        task.advance(max(len(items), 1))
    before |= members(store, [case for case in stretch.members if case not in before])
    write_members(store, stretch.members)
    after = {case: stretch.members.get(case, (None, 0.0))[0] for case in {*before, *stretch.members}}
    ledger = ledger_of(Change(before, after, sizes, stretch.parents, stretch.merged, stretch.refits))
    write_issues(night, source, ledger, _renamed(stretch, ledger, decided), decided.closed)
    keep_book(store, book_key(night, encoder), stretch.book)
    store.mark(STAGE, items_key(), [(case, content) for _, case, content in items], night.run_id)
    night.log.event(STAGE, "done", new_cases=len(items), born=len(stretch.born), refits=len(stretch.refits))


def _rules(night: Night, decided: InForce) -> Rules:
    taken = frozenset(issue for (issue,) in night.store.query("SELECT issue_id FROM issues"))
    settings = night.settings.cluster
    return Rules(settings.min_cases, settings.min_agreement, decided.pinned, decided.held, taken)


def _renamed(stretch: Stretch, ledger: Ledger, decided: InForce) -> frozenset[str]:
    """A refit names all its issues anew, but an expert's names stand; without one only what is born is named."""
    named = set(stretch.book.issues) if stretch.refits else set(stretch.born)
    return frozenset(named - decided.named)


def _forget(store: Store, cases: Sequence[str]) -> None:
    store.query("DELETE FROM stage_state WHERE stage = ? AND item_id IN (SELECT unnest(?))", [STAGE, list(cases)])


def items_key() -> str:
    """Return the key under which the stream has met a case (`stage_state.key`)."""
    return fingerprint((STAGE, VERSION))


def book_key(night: Night, encoder: Encoder) -> str:
    """Return what the book depends on beside the cases: `issue_book.key`."""
    return fingerprint((VERSION, encoder.fingerprint, night.dictionary.fingerprint))


def keep_book(store: Store, key: str, book: Book) -> None:
    """Write the book in the place of the one before."""
    store.append_values("issue_book", [(BOOK, key, book.to_bytes())], replace=True)


def _book(night: Night, encoder: Encoder, source: StoreSource, new: set[str]) -> tuple[Book, str]:
    """Return the book, and why it needs a refit tonight (empty: it does not).

    A book of another model, dictionary or version is written anew from the ledger: issues and members stay.
    """
    rows = night.store.query("SELECT key, book FROM issue_book WHERE name = ?", [BOOK])
    key, stored = rows[0] if rows else ("", None)
    book = read_book(stored) if stored is not None else None
    if STAGE in night.redo:
        return _from_ledger(night, source, new), "redo"
    if book is not None and key == book_key(night, encoder):
        return book, ""
    if book is None:
        return (_from_ledger(night, source, new), "new version") if _met(night.store) else (empty_book(), "")
    return _from_ledger(night, source, new), "" if key == "decided" else "model or dictionary changed"


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
