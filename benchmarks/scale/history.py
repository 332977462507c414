"""A store filled as the nights of years would have filled it: the base's cases again and again, by bulk appends.

Each stored case is one of the base's with a clause, a day, a vehicle and an id of its own; its mentions, decision and
issue are those of the base's case, its vector is perturbed. One in five is a call. Digests are those that the program
would make, so that the next night takes nothing of it for new.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.scale.base import (
    BASE_DAYS,
    DAYS,
    REPEATED,
    TABLE,
    ended,
    last_day,
    noon,
    serials,
)
from benchmarks.scale.calls import SECONDS, recognition
from benchmarks.scale.wording import CLAUSES, clause
from complaints.models.masking import mask
from complaints.store.cases import same_text_key

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from benchmarks.scale.calls import Calls
    from complaints.store.database import Store
    from complaints.workspace.layout import Workspace
    from mapping.simulate.run import Simulated

CHUNK = 50_000
CALL = 5  # every so many a case is a call
LABELLED = 50  # every so many a case has a known category
NOISE = 0.35  # length of the perturbation of a unit vector; the nearest neighbour of a real text lies at about 0.3
TURN_CHARACTERS = 24  # of a call's turn, at least

# One row a case to be appended. Ids and digests are those of `content_id`, `case_content`, `masked_digest` and
# `same_text_key`, whose parts `complaints.fingerprints.digest` joins by chr(31), with chr(0) for what is absent.
DRAWN = """
WITH said AS (
    SELECT d.*, p.like_case, c.words, 'H' || lpad(d.number::VARCHAR, 8, '0') AS external,
        'H' || lpad((d.number - 1)::VARCHAR, 8, '0') AS before, strftime(d.received_at, '%Y-%m') AS month,
        CASE WHEN call THEN p.spoken || chr(10) ELSE p.written || '。' END || c.words AS text,
        CASE WHEN call THEN p.heard ELSE p.masked END || c.words AS masked, p.same || c.words AS same,
        sha256('recording ' || d.number) AS sound
    FROM drawn_rows d JOIN pattern p USING ("row") JOIN clauses c USING (clause)
)
SELECT s.*, b.product, b.language, b.content AS kind,
    CASE WHEN call THEN 'C' || left(sha256(sound), 16)
        ELSE 'T' || left(sha256('complaint_id' || chr(31) || external), 16) END AS case_id,
    CASE WHEN repeats THEN 'T' || left(sha256('complaint_id' || chr(31) || before), 16) END AS duplicate_of,
    CASE WHEN call THEN sound ELSE sha256('text' || external) END AS input_content,
    CASE WHEN call THEN 'calls/' || month || '/' || external || '.wav' ELSE 'history/' || month || '.csv' END AS file,
    file || CASE WHEN call THEN '' ELSE '#' || number END AS ref,
    CASE WHEN call THEN 'sidecar' ELSE 'given' END AS given_by,
    'inbox/' || file AS path, sha256('masked' || chr(31) || masked) AS masked_digest,
    sha256(concat_ws(chr(31), s.text, b.language, s.received_at::VARCHAR, coalesce(token, chr(0)),
        coalesce(b.product, chr(0)), chr(0), 'False', 'False')) AS case_digest
FROM said s JOIN pattern_cases b USING ("row")
"""
WRITE = (
    """INSERT INTO cases BY NAME SELECT case_id, CASE WHEN call THEN 'call' ELSE 'text' END AS source,
        external AS external_id, ref AS source_ref, received_at, given_by AS received_at_from, token AS serial_token,
        product, language, text, duplicate_of, false AS doubtful, kind AS content, false AS partial
        FROM drawn ORDER BY number""",
    "INSERT INTO case_content SELECT case_id, case_digest, masked_digest, sha256(same) FROM drawn ORDER BY number",
    """INSERT INTO inputs BY NAME SELECT case_id AS input_id, CASE WHEN call THEN 'recording' ELSE 'text' END AS kind,
        ref AS source_ref, input_content AS content, CASE WHEN call THEN external END AS call_id, received_at,
        given_by AS received_at_from, token AS serial_token, product, (SELECT max(run_id) FROM runs) AS run_id
        FROM drawn ORDER BY number""",
    f"""INSERT INTO labels SELECT drawn.case_id, p.category, 'given' FROM drawn
        JOIN pattern_classifications p USING ("row") WHERE number % {LABELLED} = 0
        AND EXISTS (SELECT 1 FROM labels)""",
    # While the promise is suspended, what came after it was measured has a key of its own: that of the newest case.
    """INSERT INTO stage_state WITH known AS (SELECT arg_min(key, received_at) AS usual,
            arg_max(key, received_at) AS later FROM stage_state JOIN cases ON case_id = item_id
            WHERE stage = 'classify'),
        measured AS (SELECT max(nullif(last, '')::DATE) AS last FROM precision_guarantee)
        SELECT 'classify', case_id, CASE WHEN d.received_at::DATE > m.last THEN k.later ELSE k.usual END, case_digest,
            'done', (SELECT max(run_id) FROM runs) FROM drawn d, known k, measured m ORDER BY number""",
    """INSERT INTO mentions BY NAME SELECT d.case_id, m.kind, m.code, m.surface, m.start, m."end", m.polarity,
        m.speaker, CASE WHEN call THEN m.second END AS segment_start_s, m.component_code, m.via, m.confidence
        FROM drawn d JOIN pattern_mentions m USING ("row") ORDER BY d.number, m.start, m.code""",
    """INSERT INTO classifications BY NAME SELECT d.case_id, p.* EXCLUDE ("row", case_id) FROM drawn d
        JOIN pattern_classifications p USING ("row") ORDER BY d.number""",
    """INSERT INTO issue_members BY NAME SELECT p.issue_id, d.case_id, p.probability FROM drawn d
        JOIN pattern_issue_members p USING ("row") WHERE NOT d.repeats ORDER BY d.number""",
)


class History:
    """Appends cases to a workspace's stores.

    Args:
        store: the public store, after the base's night.
        private: the private store.
        workspace: for the serial tokens.
        simulated: the plant whose units some cases name.
        calls: writes what belongs to calls alone.
    """

    def __init__(
        self, store: Store, private: Store, workspace: Workspace, simulated: Simulated, calls: Calls
    ) -> None:  # fmt: skip
        self._store, self._private, self._workspace, self._simulated = store, private, workspace, simulated
        self._calls = calls
        self._rng = np.random.default_rng(7)
        self._rows = self._patterns()
        self._vectors = self._base_vectors()

    def _patterns(self) -> int:
        """Write the temporary tables `pattern`, `pattern_turns` and `pattern_mentions`, and return their cases."""
        found = self._store.query(
            "SELECT case_id, text, language FROM cases WHERE duplicate_of IS NULL AND starts_with(source_ref, ?) "
            "ORDER BY case_id",
            [TABLE],
        )
        probe = clause(0)
        rows: list[tuple[object, ...]] = []
        turns: list[tuple[object, ...]] = []
        self._heard: dict[int, str] = {}
        for number, (case, text, language) in enumerate(found):
            written = ended(text)
            lines = _lines(written)
            spoken = "\n".join(lines)
            masked, heard = (
                mask(said + end + probe, language).removesuffix(probe)
                for said, end in ((written, "。"), (spoken, "\n"))
            )
            rows.append((number, case, written, spoken, masked, heard, same_text_key(written)))
            self._heard[number] = recognition(lines)
            at = 0
            for turn, line in enumerate(lines):
                turns.append((number, turn, at, line))
                at += len(line) + 1
            turns.append((number, len(lines), at, None))
        _table(self._store, "pattern", ("row", "like_case", "written", "spoken", "masked", "heard", "same"), rows)
        _table(self._store, "pattern_turns", ("row", "turn", "at", "said"), turns)
        _table(self._store, "clauses", ("clause", "words"), [(n, clause(n)) for n in range(CLAUSES)])
        self._store.query(
            'CREATE OR REPLACE TEMP TABLE pattern_mentions AS SELECT p."row", m.*, '
            '(SELECT max(turn) FROM pattern_turns t WHERE t."row" = p."row" AND t.at <= m.start) * '
            f"{2 * SECONDS} + {SECONDS} AS second FROM mentions m JOIN pattern p ON p.like_case = m.case_id"
        )
        for name in ("cases", "classifications", "issue_members"):
            self._store.query(
                f'CREATE OR REPLACE TEMP TABLE pattern_{name} AS SELECT p."row", t.* FROM {name} t '
                "JOIN pattern p ON p.like_case = t.case_id"
            )
        return len(rows)

    def _base_vectors(self) -> NDArray[np.float32]:
        rows = self._store.query(
            "SELECT v.vector, v.model FROM pattern p JOIN case_content k ON k.case_id = p.like_case "
            'JOIN vectors v ON v.content = k.masked ORDER BY p."row"'
        )
        assert len(rows) == self._rows
        self._model = rows[0][1]
        return np.stack([np.frombuffer(vector, np.float16).astype(np.float32) for vector, _ in rows])

    def append(self, count: int) -> None:
        """Append so many cases, received from the end of the base's days to two days before the measured night."""
        first, last = last_day() - DAYS + BASE_DAYS, last_day() - 2
        days = np.linspace(first, last, count)
        # Every base case is drawn once before one is drawn again, then with another clause.
        drawn = np.concatenate([self._rng.permutation(self._rows) for _ in range(count // self._rows + 1)])[:count]
        for start in range(0, count, CHUNK):
            part = slice(start, min(start + CHUNK, count))
            numbers = np.arange(part.start, part.stop)
            self._draw(numbers, drawn[part], days[part])
            with self._store.transaction():
                for sql in WRITE:
                    self._store.query(sql)
                self._calls.write_rows(self._store)
                self._write_vectors(drawn[part])
            self._write_private()

    def _draw(self, numbers: NDArray[np.int64], drawn: NDArray[np.int64], days: NDArray[np.float64]) -> None:
        import pyarrow as pa

        repeats = numbers % REPEATED == REPEATED - 1
        source = np.arange(len(numbers)) - repeats
        given = np.array(serials(self._simulated, days, "H", np.random.default_rng([9, int(numbers[0])])), object)[
            source
        ]
        tokens = [self._workspace.serial_token(serial) if serial else None for serial in given]
        table = pa.table(
            {
                "number": numbers,
                "row": drawn[source],
                "clause": (numbers[source] // self._rows + 1) % CLAUSES,
                # A day later than what they repeat: of two of one moment either would be the original.
                "received_at": pa.array([noon(day) for day in days + repeats], pa.timestamp("us")),
                "serial": pa.array([serial or None for serial in given], pa.string()),
                "token": pa.array(tokens, pa.string()),
                "repeats": repeats,
                "call": (numbers % CALL == 0) & ~repeats,
            }
        )
        _arrow(self._store, "drawn_rows", table)
        self._store.query(f"CREATE OR REPLACE TEMP TABLE drawn AS {DRAWN}")

    def _write_vectors(self, drawn: NDArray[np.int64]) -> None:
        import pyarrow as pa

        noise = self._rng.normal(size=(len(drawn), self._vectors.shape[1])).astype(np.float32)
        noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
        made = self._vectors[drawn] + noise
        made = np.ascontiguousarray((made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float16))
        place = self._store.query("SELECT masked_digest FROM drawn ORDER BY number")
        width = pa.binary(made.shape[1] * 2)
        vectors = pa.FixedSizeBinaryArray.from_buffers(width, len(made), [None, pa.py_buffer(made)])
        block = pa.table(
            {
                "content": pa.array([key for (key,) in place]),
                "model": pa.array([self._model] * len(made)),
                "vector": vectors.cast(pa.binary()),
            }
        )
        self._store.connection.register("incoming", block)
        self._store.query("INSERT OR IGNORE INTO vectors SELECT * FROM incoming")
        self._store.connection.unregister("incoming")

    def _write_private(self) -> None:
        found = self._store.connection.sql("SELECT * FROM drawn ORDER BY number").to_arrow_table()
        db = self._private.connection
        db.register("incoming", found)
        db.execute("INSERT OR IGNORE INTO serials SELECT DISTINCT token, serial FROM incoming WHERE serial IS NOT NULL")
        db.execute(
            "INSERT INTO originals SELECT case_id, path, CASE WHEN NOT call THEN number END, "
            "CASE WHEN NOT call THEN text END FROM incoming"
        )
        self._calls.write_private(db, self._heard)
        db.unregister("incoming")


def _arrow(store: Store, name: str, block: pa.Table) -> None:
    store.connection.register("incoming", block)
    store.query(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM incoming")
    store.connection.unregister("incoming")


def _table(store: Store, name: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    import pyarrow as pa

    _arrow(store, name, pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))))


def _lines(text: str) -> list[str]:
    """Cut a text into turns at commas and stops; a turn takes the place of the mark."""
    lines, first = [], 0
    for at, character in enumerate(text):
        if character in "，。；,;" and at - first >= TURN_CHARACTERS and len(text) - at > TURN_CHARACTERS:
            lines.append(text[first:at])
            first = at + 1
    return [*lines, text[first:]]
