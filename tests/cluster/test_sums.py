"""The running sums of issues: after whatever happened they are what counting all members anew gives."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cluster.decisions import Expert
from cluster.stage import Stage
from cluster.stream_state import read_book
from complaints.dictionary import Dictionary, load_dictionary
from complaints.models.vector_cache import masked_digest
from complaints.privacy.key_rotation import rotate_key
from complaints.privacy.purge import forget
from complaints.records import Case, Issue, IssueEvent, IssueMember, IssueQuote, Mention
from complaints.run.night import Night
from complaints.run.progress import SilentProgress
from complaints.run_log import RunLog
from complaints.store.cases import mark_duplicates, set_contents, write_cases
from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace

FIRST = datetime(2026, 3, 1)
TROUBLES = (
    ("底盘异响，咯噔咯噔的，第{}次", "abnormal_noise", "suspension_chassis"),
    ("变速箱漏油，地上第{}摊油", "oil_leak", "transmission"),
    ("空调不制冷，第{}天了", "no_cooling", "air_conditioning"),
)
COUNTED = "issue_id, cases, vehicles, first_seen, last_seen"
RECOUNT = """
SELECT m.issue_id, count(*), count(DISTINCT coalesce(c.serial_token, c.case_id)),
    min(CAST(c.received_at AS DATE)), max(CAST(c.received_at AS DATE))
FROM issue_members m JOIN cases c ON c.case_id = m.case_id
WHERE c.received_at IS NULL OR CAST(c.received_at AS DATE) <= $1 GROUP BY 1 ORDER BY 1
"""
RECOUNT_DAYS = """
SELECT m.issue_id, CAST(c.received_at AS DATE), count(*), count(*) FILTER (c.content = 'service')
FROM issue_members m JOIN cases c ON c.case_id = m.case_id GROUP BY 1, 2 ORDER BY ALL
"""


def assert_sums_are_exact(night: Night) -> None:
    store = night.store
    member_of = dict(store.query("SELECT case_id, issue_id FROM issue_members"))
    assert all(member_of.get(quote.case_id) == quote.issue_id for quote in store.rows(IssueQuote))
    counted = store.query(f"SELECT {COUNTED} FROM issues WHERE cases > 0 ORDER BY 1")
    assert counted == store.query(RECOUNT, [night.as_of])
    assert store.query("SELECT * FROM issue_sums ORDER BY ALL") == store.query(RECOUNT_DAYS)
    assert store.query("SELECT count(*) FROM changed_cases") == [(0,)]
    born = "SELECT issue_id FROM issue_events WHERE event = 'born' AND detail NOT LIKE '%again%'"
    assert store.query(f"{born} GROUP BY 1 HAVING count(*) > 1") == []


def case(number: int, trouble: int, day: int | None, vehicle: str | None = None) -> Case:
    return Case(
        f"T{number:016x}", "text", None, f"t.csv#{number}", None if day is None else FIRST + timedelta(days=day),
        "given", vehicle, "S5", None, None, "zh", TROUBLES[trouble][0].format(number), None, False, "fault", False,
    )  # fmt: skip


def put(night: Night, cases: list[Case]) -> None:
    store = night.store
    with store.transaction():
        write_cases(store, cases)
        ids = [row.case_id for row in cases]
        store.delete("mentions", "case_id", ids)
        for row in cases:
            symptom, component = next((s, c) for text, s, c in TROUBLES if row.text[:4] == text[:4])
            store.append([
                Mention(
                    row.case_id, "symptom", symptom, "x", 0, 1, "present", "customer", None, component,
                    "dictionary", 1.0,
                )
            ])  # fmt: skip
        mark_duplicates(store)


def some(rng: random.Random, start: int, count: int, late: int = 60) -> list[Case]:
    rows = []
    for number in range(start, start + count):
        day = rng.choice([None, *range(late)])
        rows.append(case(number, rng.randrange(3), day, rng.choice([None, *(f"V{n}" for n in range(30))])))
    return rows


def night_of(night: Night, **changes: object) -> None:
    tonight = replace(night, **changes)  # type: ignore[arg-type]  # any field of a night
    Stage().run(tonight)
    assert_sums_are_exact(tonight)


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return load_dictionary()


@pytest.fixture
def ready(night: Night, dictionary: Dictionary) -> Night:
    """An empty night; what is made of a dictionary is made once for all tests."""
    return replace(night, dictionary=dictionary)


@contextmanager
def opened(workspace: Workspace, dictionary: Dictionary) -> Iterator[Night]:
    with workspace.open_stores() as stores:
        yield Night(
            "2026-06-30-001", date(2026, 6, 30), workspace, workspace.settings(), dictionary, *stores, SilentProgress(),
            RunLog(None, "2026-06-30-001"),
        )  # fmt: skip


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory, dictionary: Dictionary) -> tuple[Path, Any]:
    """A workspace with a ledger of several issues after two nights, and the state of what drew its cases."""
    rng = random.Random(5)
    workspace = init_workspace(tmp_path_factory.mktemp("two_nights") / "w", "zh")
    with opened(workspace, dictionary) as night:
        put(night, some(rng, 0, 60))
        night_of(night)
        put(night, some(rng, 60, 10))
        night_of(night)
        assert len(biggest(night)) > 1
    return workspace.root, rng.getstate()


@pytest.fixture
def grown(
    two_nights: tuple[Path, Any], dictionary: Dictionary, tmp_path: Path
) -> Iterator[tuple[Night, random.Random]]:
    """A night over a copy of that workspace."""
    root, state = two_nights
    shutil.copytree(root, tmp_path / "grown")
    rng = random.Random()
    rng.setstate(state)
    with opened(Workspace(tmp_path / "grown"), dictionary) as night:
        yield night, rng


def biggest(night: Night) -> list[Issue]:
    return sorted(night.store.rows(Issue, "cases > 0"), key=lambda issue: -issue.cases)


def superseded(night: Night, rng: random.Random) -> None:
    """Known cases come again with another vehicle, day or trouble."""
    known = rng.sample(night.store.rows(Case), 12)
    put(night, [
        replace(row, serial_token=rng.choice([None, "V1", "V77"]), received_at=FIRST + timedelta(rng.randrange(90)))
        for row in known[:8]
    ])  # fmt: skip
    put(night, [case(int(row.case_id[1:], 16), rng.randrange(3), 3) for row in known[8:]])


def retracted(night: Night, rng: random.Random) -> None:
    """Cases turn out to say nothing, or to be about the service."""
    rows = rng.sample(night.store.rows(Case), 9)
    kinds = ("none", "service", "fault")
    with night.store.transaction():
        set_contents(night.store, {row.case_id: (kinds[n % 3], masked_digest(row.text)) for n, row in enumerate(rows)})


def repeated(night: Night, rng: random.Random) -> None:
    """Earlier copies of known texts come in: the known cases become repeats of them."""
    rows = rng.sample(night.store.rows(Case, "duplicate_of IS NULL"), 8)
    put(
        night,
        [replace(row, case_id=f"T{900 + n:016x}", received_at=FIRST - timedelta(n)) for n, row in enumerate(rows)],
    )


def deleted_unnoted(night: Night, rng: random.Random) -> None:
    """Rows vanish without a note, as if another tool had written to the store."""
    ids = [row.case_id for row in rng.sample(night.store.rows(Case), 5)]
    night.store.delete("cases", "case_id", ids)


def merged(night: Night, rng: random.Random) -> None:
    one, two = biggest(night)[:2]
    Expert(night.store, "Q. Engineer", date(2026, 7, 1), "same").merge(two.issue_id, one.issue_id)


def merged_and_undone(night: Night, rng: random.Random) -> None:
    merged(night, rng)
    last = night.store.query("SELECT issue_id FROM issue_decisions ORDER BY number DESC LIMIT 1")[0][0]
    Expert(night.store, "Q. Engineer", date(2026, 7, 1), "no").undo(last)


def split(night: Night, rng: random.Random) -> None:
    issue = biggest(night)[0].issue_id
    members = [row.case_id for row in night.store.rows(IssueMember, "issue_id = ?", [issue])]
    Expert(night.store, "Q. Engineer", date(2026, 7, 1), "other").split(issue, members[:4])


def split_and_undone(night: Night, rng: random.Random) -> None:
    issue = biggest(night)[0].issue_id
    split(night, rng)
    Expert(night.store, "Q. Engineer", date(2026, 7, 1), "no").undo(issue)


def another_model(night: Night, rng: random.Random) -> None:
    night.store.query("UPDATE issue_book SET key = 'another model'")
    night.store.query("UPDATE vectors SET model = 'another model'")


EVENTS: list[Callable[[Night, random.Random], None]] = [
    superseded, retracted, repeated, deleted_unnoted, merged, merged_and_undone, split, split_and_undone, another_model,
]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_sums_are_a_recount_after(grown: tuple[Night, random.Random], event: Callable[..., None]) -> None:
    night, rng = grown
    event(night, rng)
    night_of(night)
    put(night, some(rng, 500, 15))
    night_of(night)


@pytest.mark.parametrize("seed", range(2))
def test_sums_are_a_recount_after_many_nights_of_anything(ready: Night, seed: int) -> None:
    night, rng = ready, random.Random(seed)
    put(night, some(rng, 0, 60))
    night_of(night)
    for turn in range(6):
        put(night, some(rng, 100 * (turn + 1), rng.randrange(1, 12)))
        if len(biggest(night)) > 1:
            rng.choice(EVENTS)(night, rng)
        night_of(night, as_of=date(2026, 3, 20) + timedelta(weeks=turn), redo=frozenset(["cluster"] * (turn == 3)))


def test_the_vehicles_of_a_night_that_does_not_look_at_all_are_those_of_one_that_does(
    grown: tuple[Night, random.Random],
) -> None:
    night, rng = grown
    put(night, some(rng, 300, 20))
    night_of(night)
    running = biggest(night)
    night.store.query("DELETE FROM issue_sums")
    night_of(night)
    assert biggest(night) == running


def test_an_earlier_night_counts_what_was_received_by_then_and_dissolves_no_issue(
    grown: tuple[Night, random.Random],
) -> None:
    night, _ = grown
    whole, members = night.store.rows(Issue), night.store.rows(IssueMember)
    night_of(night, as_of=FIRST.date() + timedelta(days=3))
    early = night.store.rows(Issue)
    night_of(night, as_of=FIRST.date() - timedelta(days=1))
    assert {issue.issue_id for issue in whole} == {issue.issue_id for issue in early}
    assert night.store.rows(IssueMember) == members
    assert sum(issue.cases for issue in early) < sum(issue.cases for issue in whole)
    night_of(night)
    assert night.store.rows(Issue) == whole


def test_a_night_that_is_killed_before_its_commit_is_counted_once(grown: tuple[Night, random.Random]) -> None:
    night, rng = grown
    put(night, some(rng, 300, 20))

    class Killed(Exception):
        pass

    class Log:
        def event(self, *_: object, **__: object) -> None:
            raise Killed

    with pytest.raises(Killed):
        Stage().run(replace(night, log=Log()))  # type: ignore[arg-type]  # remembers what is logged
    night_of(night)
    grew = [event for event in night.store.rows(IssueEvent) if event.event == "grew"]
    assert len(grew) == len(set(grew))


def test_a_purge_and_a_new_key_leave_exact_sums(grown: tuple[Night, random.Random]) -> None:
    night, rng = grown
    workspace, store = night.workspace, night.store
    rows = store.rows(Case)
    store.append_values("inputs", [
        (r.case_id, "text", r.source_ref, "d", None, r.received_at, "given", r.serial_token, None, None, "zh", "r")
        for r in rows if r.received_at is not None
    ])  # fmt: skip
    merged(night, rng)  # the decision lists cases
    put(night, some(rng, 300, 10))  # changes that no night has seen when the purge comes
    store.close()
    night.private.close()

    def rebuild() -> None:
        with workspace.open_stores() as (store, private):
            night_of(replace(night, store=store, private=private))

    done = forget(workspace, (FIRST + timedelta(days=20)).date(), originals=False, rebuild=rebuild)
    assert done.texts > 5
    rotate_key(workspace)
    rebuild()


def test_issues_of_which_everything_was_forgotten_are_closed_and_empty(grown: tuple[Night, random.Random]) -> None:
    night, _ = grown
    for table in ("cases", "case_content", "issue_members", "issue_sums", "mentions"):
        night.store.query(f"DELETE FROM {table}")
    night_of(night)
    assert {(issue.cases, issue.vehicles, issue.status) for issue in night.store.rows(Issue)} == {(0, 0, "closed")}


def test_a_night_that_needed_two_runs_writes_the_same_book(ready: Night) -> None:
    """What a full disk does: a case of an earlier day is refused at first and comes with the next run of the night."""
    early, later = case(1, 0, 1), case(2, 1, 2)
    night, books = ready, []
    for runs in ([[early, later]], [[later], [early]]):
        night.store.query("DELETE FROM issue_book")
        night.store.query("DELETE FROM cases")
        for rows in runs:
            put(night, rows)
            Stage().run(night)
        books.append(night.store.query("SELECT book FROM issue_book")[0][0])
    assert books[0] == books[1]


def test_the_books_sums_do_not_depend_on_batches(ready: Night) -> None:
    night = ready
    put(night, some(random.Random(1), 0, 60))
    Stage().run(night)
    book = read_book(night.store.query("SELECT book FROM issue_book")[0][0])
    assert book is not None
    from cluster.mixture import sums_of
    from cluster.reading import StoreSource
    from complaints.models.encoder import open_encoder
    from complaints.store.temporary_tables import temporary_tables

    with temporary_tables(night.store.connection) as own:
        source = StoreSource(night.store, open_encoder("default", "auto"), night.dictionary, own)
        for size in (1, 7, 60):
            total = sums_of(book.points(source.vectors([])), book.matrix(()), book.labels[:0], len(book.issues))
            for start in range(0, len(book.window), size):
                batch = source.load(book.window[start : start + size])
                labels = book.labels[start : start + size]
                total = total.plus(
                    sums_of(book.points(batch.vectors), book.matrix(batch.evidence), labels, len(book.issues))
                )
            assert (total.vectors == book.sums.vectors).all()
            assert (total.scatter == book.sums.scatter).all()
            assert (total.codes == book.sums.codes).all()
