"""Cases: how a call's turns become one text, how rows enter the store, and which cases repeat another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from complaints.fingerprints import canonical_json, digest
from complaints.records import Case, Language, Segment
from complaints.store.changes import note_changes
from complaints.store.database import Store

TURN_BREAK = "\n"  # between the customer's turns in cases.text: no term and no scope crosses it
MIN_DUPLICATE_CHARACTERS = 12  # shorter texts ("没人联系我") are often the same by chance
BASELINE_DAYS = 28  # what is first seen in the first days of a history may be older than it: it is nothing new
STRAY_DATES = 0.01  # share of complaints whose dates may be wrong
HAN = re.compile(r"[㐀-䶿一-鿿]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class TurnSpan:
    """Where a customer's turn lies in cases.text: characters [start, end) of the text."""

    start: int
    end: int
    segment: Segment


def customer_turns(segments: Sequence[Segment]) -> list[Segment]:
    """Return the segments whose words count as the customer's, in order of time (unknown speakers included)."""
    counted = [s for s in segments if s.speaker in ("customer", "unknown") and s.text]
    return sorted(counted, key=lambda s: (s.start_s, s.end_s, s.channel, s.text))


def call_text(segments: Sequence[Segment]) -> str:
    """Return the text of a call's case: the customer's turns, one a line."""
    return TURN_BREAK.join(s.text for s in customer_turns(segments))


def turn_spans(segments: Sequence[Segment]) -> list[TurnSpan]:
    """Return where each customer's turn lies in `call_text(segments)`."""
    spans, at = [], 0
    for segment in customer_turns(segments):
        spans.append(TurnSpan(at, at + len(segment.text), segment))
        at += len(segment.text) + len(TURN_BREAK)
    return spans


def text_language(text: str, default: Language = "zh") -> Language:
    """Return zh or en by script: one Han character weighs as much as one Latin word."""
    han, words = len(HAN.findall(text)), len(LATIN_WORD.findall(text))
    if han == words == 0:
        return default
    return "zh" if han >= words else "en"


def case_content(case: Case, segments: Sequence[Segment] = ()) -> str:
    """Return the digest of what later stages read of a case; a change of it makes them work on the case again.

    Args:
        case: the case.
        segments: of a call, all its turns: the agent's too give a meaning to the customer's answers.
    """
    turns = sorted(canonical_json(asdict(segment)) for segment in segments)
    return digest(
        case.text, case.language, case.received_at, case.serial_token, case.product, case.mileage, case.doubtful,
        case.partial, *turns,
    )  # fmt: skip


def case_contents(store: Store, cases: Sequence[Case]) -> dict[str, str]:
    """Return `case_content` by case_id, with the turns that the store holds."""
    calls = [case.case_id for case in cases if case.source == "call"]
    spoken: dict[str, list[Segment]] = {}
    for segment in store.rows(Segment, "case_id IN (SELECT unnest(?))", [calls]) if calls else ():
        spoken.setdefault(segment.case_id, []).append(segment)
    return {case.case_id: case_content(case, spoken.get(case.case_id, ())) for case in cases}


def write_cases(store: Store, cases: Sequence[Case]) -> None:
    """Insert or supersede cases by case_id, with their content digests.

    Call inside a transaction, after the segments of calls are written.
    """
    ids = [case.case_id for case in cases]
    note_changes(store, ids)
    store.delete("cases", "case_id", ids)
    store.append(cases)
    contents = case_contents(store, cases)
    store.append_values(
        "case_content", [(c.case_id, contents[c.case_id], None, _same_text(c.text)) for c in cases], replace=True
    )


# What the next grouping still needs of a case that is gone.
GROUPED = frozenset(("changed_cases", "moved_cases", "issue_members"))
ID_COLUMNS = ("case_id", "input_id", "item_id")


def tables_by_id(store: Store) -> list[tuple[str, list[str]]]:
    """Return the tables that name a case or an input, and by which columns: new tables are covered by themselves."""
    rows = store.query(
        "SELECT table_name, list(column_name ORDER BY column_name) FROM duckdb_columns() "
        "WHERE NOT internal AND column_name IN (SELECT unnest(?)) GROUP BY 1 ORDER BY 1",
        [list(ID_COLUMNS)],
    )
    return [(table, columns) for table, columns in rows]


def remove_cases(store: Store, ids: Sequence[str]) -> None:
    """Take cases out of the store with all that was found about them; the next grouping takes them out of their issues.

    Call inside a transaction.
    """
    note_changes(store, ids)
    for table, columns in tables_by_id(store):
        for column in columns:
            if table not in GROUPED:
                store.delete(table, column, ids)


def set_contents(store: Store, contents: Mapping[str, tuple[str, str]]) -> None:
    """Keep what reading cases found: {case_id: (fault, service or none; digest of the masked text)}.

    Call inside a transaction.
    """
    ids, kinds = list(contents), [kind for kind, _ in contents.values()]
    known = dict(store.query("SELECT case_id, content FROM cases WHERE case_id IN (SELECT unnest(?))", [ids]))
    note_changes(store, [case for case, (kind, _) in contents.items() if known.get(case) != kind])
    store.query(
        "UPDATE cases SET content = n.content FROM (SELECT unnest(?) AS case_id, unnest(?) AS content) n "
        "WHERE cases.case_id = n.case_id",
        [ids, kinds],
    )
    store.query(
        "UPDATE case_content SET masked = n.masked FROM (SELECT unnest(?) AS case_id, unnest(?) AS masked) n "
        "WHERE case_content.case_id = n.case_id",
        [ids, [masked for _, masked in contents.values()]],
    )


def same_text_key(text: str) -> str:
    """Return a text as repeats are compared: NFKC, letters and digits only, case folded."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _same_text(text: str) -> str | None:
    kept = same_text_key(text)
    return digest(kept) if len(kept) >= MIN_DUPLICATE_CHARACTERS else None


def mark_duplicates(store: Store) -> int:
    """Point every case that repeats an earlier one at it (`duplicate_of`), and return how many repeat.

    Two cases repeat each other when their texts agree but for punctuation, and they do not name different vehicles. The
    earliest received is the original, ties by case_id; the answer does not depend on the order of rows. Only texts that
    stand more than once are looked at (call inside a transaction).
    """
    rows = store.query(
        "SELECT case_id, k.same_text, serial_token FROM cases JOIN case_content k USING (case_id) "
        "WHERE k.same_text IN (SELECT same_text FROM case_content GROUP BY same_text HAVING count(*) > 1) "
        "ORDER BY received_at NULLS LAST, case_id"
    )
    seen: dict[str, list[tuple[str, str | None]]] = {}
    originals: dict[str, str] = {}
    for case_id, same_text, token in rows:
        known = seen.setdefault(same_text, [])
        original = next((c for c, t in known if t is None or token is None or t == token), None)
        if original is None:
            known.append((case_id, token))
        else:
            originals[case_id] = original
    before = dict(store.query("SELECT case_id, duplicate_of FROM cases WHERE duplicate_of IS NOT NULL"))
    changed = [c for c in sorted(before.keys() | originals.keys()) if before.get(c) != originals.get(c)]
    note_changes(store, changed)
    store.query(
        "UPDATE cases SET duplicate_of = n.original FROM (SELECT unnest(?::VARCHAR[]) AS case_id, "
        "unnest(?::VARCHAR[]) AS original) n WHERE cases.case_id = n.case_id",
        [changed, [originals.get(case_id) for case_id in changed]],
    )
    return len(originals)


def history_begin(store: Store, as_of: date) -> date | None:
    """Return the day on which the complaints that a night knows begin, None where none is dated.

    One in a hundred may lie before it: a date of 1970 is no history.
    """
    found = store.query(
        f"SELECT quantile_disc(CAST(received_at AS DATE), {STRAY_DATES}) FROM cases "
        "WHERE CAST(received_at AS DATE) <= ?",
        [as_of],
    )[0][0]
    return found if isinstance(found, date) else None
