"""Filled workspaces: the base, its history, the book and the sums of its issues, and the night before the measured."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scale.base import as_of, lay_out_base, plant, run_night
from benchmarks.scale.calls import Calls, lay_recordings
from benchmarks.scale.history import History
from complaints.store.temporary_tables import temporary_tables
from complaints.workspace.layout import Workspace
from mapping.simulate.run import opened

if TYPE_CHECKING:
    from complaints.models.encoder import Encoder
    from complaints.run.night import Night
    from complaints.store.database import Store


def filled(prepared: Path, stored: int, data: Path | None, units: int, most: int | None = None) -> Workspace:
    """Return a workspace with so many stored cases; what lies there is used again.

    Args:
        prepared: folder that keeps the base and the filled workspaces.
        stored: cases, those of the base among them.
        data: folder with real complaints, or None.
        units: of the simulated plant.
        most: base complaints that are used at most.
    """
    place = prepared / f"stored-{stored}"
    done = prepared / f"stored-{stored}-done"
    if not done.exists():
        base = lay_out_base(prepared / "base", data, units, most)
        shutil.rmtree(place, ignore_errors=True)
        copy_workspace(base, place)
        workspace = Workspace(place)
        with opened(workspace) as night:
            _fill(replace(night, as_of=as_of(1)), stored, units)
        run_night(workspace, as_of(1))
        done.touch()
    return Workspace(place)


def copy_workspace(workspace: Workspace, place: Path) -> None:
    """Copy a workspace; files of the inbox, which no night writes to, are linked."""
    shutil.copytree(workspace.root, place, symlinks=True, ignore=shutil.ignore_patterns("inbox"))
    shutil.copytree(workspace.inbox, place / "inbox", copy_function=os.link)


def _fill(night: Night, stored: int, units: int) -> None:
    from complaints.models.encoder import open_encoder

    known = int(night.store.query("SELECT count(*) FROM cases")[0][0])
    if stored > known:
        History(night.store, night.private, night.workspace, plant(units), Calls(night)).append(stored - known)
    lay_recordings(night)
    encoder = open_encoder("default", "auto")
    _start_book(night, encoder, stored)
    _start_issues(night, encoder)
    _past_nights(night.store)


def _start_book(night: Night, encoder: Encoder, stored: int) -> None:
    """Write the book that a store of this size would have: its sums over the window stand for the whole history."""
    from cluster.reading import StoreSource
    from cluster.refit import WINDOW_CASES, rebuilt
    from cluster.stage import book_key, keep_book

    recent = night.store.query(
        "SELECT c.case_id, m.issue_id FROM cases c LEFT JOIN issue_members m ON m.case_id = c.case_id "
        "WHERE c.duplicate_of IS NULL AND c.content <> 'none' ORDER BY c.received_at DESC, c.case_id DESC LIMIT ?",
        [WINDOW_CASES],
    )
    with temporary_tables(night.store.connection) as own:
        book = rebuilt(list(reversed(recent)), StoreSource(night.store, encoder, night.dictionary, own))
    keep_book(night.store, book_key(night, encoder), replace(book, seen=stored, fitted=stored))


def _start_issues(night: Night, encoder: Encoder) -> None:
    """Count and name the issues of the members that were laid out."""
    from cluster.changed import settle_changes
    from cluster.ledger import Ledger
    from cluster.reading import StoreSource
    from cluster.sums import recount
    from cluster.writing import write_issues

    with night.store.transaction(), temporary_tables(night.store.connection) as own:
        vehicles = recount(night.store)
        source = StoreSource(night.store, encoder, night.dictionary, own)
        write_issues(night, source, Ledger((), {}, ()), vehicles, None, (), ())
        settle_changes(night.store)


def _past_nights(store: Store) -> None:
    """Write what each day's night would have left: its run, and the growth of each issue."""
    with store.transaction():
        store.query(
            "INSERT INTO issue_events SELECT issue_id, day, 'grew', "
            """'{"before":0,"left":0,"new_cases":' || cases || '}' """
            "FROM issue_sums WHERE day IS NOT NULL ORDER BY 1, 2"
        )
        store.query(
            "INSERT INTO runs SELECT strftime(n.day, '%Y-%m-%d') || '-001', n.day, n.day::TIMESTAMP, n.day::TIMESTAMP, "
            "0, r.counts, r.versions, r.model_hashes FROM (SELECT DISTINCT day FROM issue_sums) n, (SELECT * FROM runs "
            "LIMIT 1) r WHERE n.day < r.as_of - 1 ORDER BY n.day"
        )
