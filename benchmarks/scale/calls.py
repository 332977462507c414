"""What a filled store has of calls alone: segments, what was recognised, recordings in the inbox with their lists."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asr.stage import DECODING_VERSION, _Work
from asr.transcript import Recognition, Utterance
from complaints.intake.scan import scan_inbox
from complaints.intake.stage import _Reader
from complaints.models import speech_model
from complaints.records import Channel

if TYPE_CHECKING:
    from complaints.run.night import Night
    from complaints.store.database import Store

AGENT = "好的，您请讲。"
SECONDS = 6.0  # of a turn
SIDECAR = ("file", "call_id", "received_at", "serial", "product", "customer_channel")
# Turns of the agent and of the customer by turns; the customer's last one is the clause.
SEGMENTS = f"""
INSERT INTO segments BY NAME
WITH turns AS (
    SELECT d.case_id, d.number, t.turn, coalesce(t.said, d.words) AS said, agent
    FROM drawn d JOIN pattern_turns t USING ("row"), (VALUES (true), (false)) a(agent) WHERE d.call
)
SELECT case_id, (turn * 2 + (NOT agent)::INTEGER) * {SECONDS} AS start_s,
    (turn * 2 + (NOT agent)::INTEGER + 1) * {SECONDS} AS end_s, CASE WHEN agent THEN 'left' ELSE 'right' END AS channel,
    CASE WHEN agent THEN 'agent' ELSE 'customer' END AS speaker, CASE WHEN agent THEN '{AGENT}' ELSE said END AS text,
    CASE WHEN agent THEN '{AGENT}' ELSE said END AS heard, '[]' AS repairs, 0.9 AS confidence, false AS doubtful,
    '[]' AS doubt_reasons, 'zh' AS language
FROM turns ORDER BY number, start_s
"""


class Calls:
    """Writes the calls among drawn cases.

    Args:
        night: over the base's workspace: what recognition depends on stands in its settings.
    """

    def __init__(self, night: Night) -> None:
        asr = night.settings.asr
        self._keys = _Work(night, speech_model(asr.model, allow_hub=asr.download)).keys

    def write_rows(self, store: Store) -> None:
        """Write the public store's rows of the calls in the temporary table `drawn`."""
        store.query(SEGMENTS)
        store.query(
            "INSERT INTO stage_state SELECT 'asr', case_id, ?, input_content, 'done', (SELECT max(run_id) FROM runs) "
            "FROM drawn WHERE call ORDER BY number",
            [self._keys.stage],
        )

    def write_private(self, db: Any, heard: dict[int, str]) -> None:
        """Write what was recognised of the calls in the registered table `incoming`.

        Args:
            db: connection of the private store.
            heard: the recognition, as JSON, by row of the pattern.
        """
        db.execute(
            "INSERT INTO recognised SELECT case_id, "
            "left(sha256(concat_ws(chr(31), ?, input_content, chr(0))), 16) || ?, "
            'h.heard FROM incoming JOIN (SELECT unnest(?) AS "row", unnest(?) AS heard) h USING ("row") WHERE call',
            [self._keys.recognition, f"/{DECODING_VERSION}", list(heard), list(heard.values())],
        )


def recognition(lines: Sequence[str]) -> str:
    """Return as JSON how a call was heard whose customer says some lines."""
    said: list[tuple[str, Channel, int]] = [(AGENT, "left", 2 * n) for n in range(len(lines))]
    said += [(line, "right", 2 * n + 1) for n, line in enumerate(lines)]
    turns = [
        Utterance(channel, at * SECONDS, (at + 1) * SECONDS, text, 0.9, SECONDS, 0.0, 1.2, 0.01, "zh", 1.0)
        for text, channel, at in sorted(said, key=lambda turn: turn[2])
    ]
    return Recognition(len(turns) * SECONDS, "stereo", "", tuple(turns)).to_json()


def lay_recordings(night: Night) -> None:
    """Write a file for each call into the inbox, lists of them by month, and note all as taken in.

    The files hold no sound: their bytes are read when they are new, and none of them is.
    """
    serials = dict(night.private.query("SELECT serial_token, serial FROM serials"))
    rows = defaultdict(list)
    for ref, number, received, token, product in night.store.query(
        "SELECT source_ref, call_id, received_at, serial_token, product FROM inputs WHERE kind = 'recording' ORDER BY 1"
    ):
        path = night.workspace.inbox / ref
        rows[path.parent].append((path.name, number, received, serials.get(token, ""), product or "", "right"))
    for folder, some in rows.items():
        folder.mkdir(parents=True, exist_ok=True)
        for name, *_ in some:
            (folder / name).write_text(f"recording {int(Path(name).stem[1:])}", encoding="utf-8")
        with (folder / "calls.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([SIDECAR, *some])
    reader = _Reader(night)
    scan = scan_inbox(night.workspace.root, night.workspace.inbox, float("inf"), 0.0)
    lists, changed = reader.sidecars(scan)
    for found in changed:
        reader.done(found, None)
    recordings = [found for found in scan.files if found.kind == "recording"]
    states = [(str(f.path), *reader.state(f, lists.facts(f)), "done") for f in recordings]
    night.private.append_values("files", states, replace=True)
