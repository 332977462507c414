"""The proof of a purge: ids and samples of the forgotten words are looked for in all that the workspace holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.privacy.text_search import texts_of

if TYPE_CHECKING:
    from complaints.store import Store
    from complaints.workspace import Workspace

MOST_SAMPLES = 200  # texts, evenly spread over the forgotten ones; of all of them the id is looked for
SAMPLE = 16  # characters
CASE_ID = re.compile(r"[CT][0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Probe:
    """What must not be found again: an input's id and, of some, words of it (normalised), else empty."""

    input_id: str
    words: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What a search looked for and where.

    Args:
        ids: forgotten inputs looked for.
        samples: samples of their words looked for.
        shared: samples left out because a kept complaint says the same words.
        texts: texts looked through.
        places: where something was found; empty when the purge holds.
    """

    ids: int
    samples: int
    shared: int
    texts: int
    places: tuple[str, ...]


def probes_of(store: Store, private: Store, ids: Sequence[str]) -> list[Probe]:
    """Return probes of the inputs that are about to be forgotten: of texts as they came in, of calls as transcribed."""
    step = max(1, -(-len(ids) // MOST_SAMPLES))
    some, words = list(ids[::step]), dict[str, str]()
    transcripts = store.query("SELECT case_id, text FROM cases WHERE case_id IN (SELECT unnest(?))", [some])
    raw = private.query("SELECT input_id, raw_text FROM originals WHERE input_id IN (SELECT unnest(?))", [some])
    for input_id, text in [*transcripts, *raw]:
        said = letters(text or "")
        if len(said) >= SAMPLE:
            middle = (len(said) - SAMPLE) // 2
            words[input_id] = said[middle : middle + SAMPLE]
    return [Probe(input_id, words.get(input_id, "")) for input_id in ids]


def prove(workspace: Workspace, probes: Sequence[Probe]) -> Proof:
    """Look for the probes in the stores, snapshots, site, logs and trained models."""
    ids = {probe.input_id for probe in probes}
    samples = {probe.words for probe in probes if probe.words}
    shared = _said_by_others(workspace, samples)
    samples -= shared
    pattern = re.compile("|".join(map(re.escape, sorted(samples)))) if samples else None
    texts, places = 0, set()
    for place, text in texts_of(_outputs(workspace)):
        texts += 1
        if not ids.isdisjoint(CASE_ID.findall(text)) or (pattern and pattern.search(letters(text))):
            places.add(place)
    return Proof(len(ids), len(samples), len(shared), texts, tuple(sorted(places)))


def _outputs(workspace: Workspace) -> Iterator[Path]:
    for path in (workspace.store_file, workspace.private_file, workspace.snapshots, workspace.site, workspace.logs,
                 workspace.models):  # fmt: skip
        if path.exists():
            yield path


def _said_by_others(workspace: Workspace, samples: set[str]) -> set[str]:
    """Return the samples that stand in a kept complaint's own words, too."""
    if not samples:
        return set()
    pattern = re.compile("|".join(map(re.escape, sorted(samples))))
    with workspace.open_stores(read_only=True) as (store, private):
        rows = private.query("SELECT raw_text FROM originals WHERE raw_text IS NOT NULL")
        rows += store.query("SELECT text FROM cases")
        return {found for (text,) in rows for found in pattern.findall(letters(text))}


def letters(text: str) -> str:
    """Return what was said without what JSON, markup and redaction put around it: letters and Han characters."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalpha())
