"""The classify stage: mentions, content and category of every case that lacks them under the current key.

Cases with content of their own are decided first, batch by batch; those without ("nobody has called me back") last, so
that they can be joined to the earlier cases of their owner or product, whatever the batches were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from classify.category import decided_cases, read_cases
from complaints.batching import batches
from complaints.errors import ModelMissing
from complaints.fingerprints import canonical_json, fingerprint
from complaints.messages import Message
from complaints.models import masked_digest, vectors_for
from complaints.records import NO_CONTENT, Classification, Mention, Segment
from complaints.run import Night, StageReport, encode_ahead
from complaints.store import note_changes, present, set_contents

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from classify.category import Decided, Decider, Decision, Near, Neighbours
    from classify.learning import NightlyModel
    from classify.reading import MentionFinder, Reading, Unseen
    from complaints.models import Encoder
    from complaints.store import Store

VERSION = 3  # raise it when the same case would be read or decided differently
BATCH_CASES = 500


@dataclass(frozen=True, slots=True)
class _Keys:
    """What results depend on besides the case: `usual`, but `later` for cases received after a day.

    While the guarantee is suspended, only what came in after it was measured is decided in another way: a drift test
    that starts or stops firing does not have the whole history read again.
    """

    usual: str
    later: str
    after: date | None

    def later_than(self, reading: Reading) -> bool:
        """Whether a case was received after the day."""
        day = reading.dated.day if reading.dated else None
        return self.after is not None and day is not None and day > self.after.toordinal()


@dataclass(frozen=True, slots=True)
class _Tools:
    """What a run's batches share."""

    finder: MentionFinder
    encoder: Encoder | None
    decider: Decider
    confirmed: dict[str, str]
    model_id: str
    keys: _Keys
    neighbours: Neighbours | None
    unseen: Unseen | None


class Stage:
    """Classify: a text in; symptoms, components, conditions and a category out."""

    name = "classify"

    def run(self, night: Night) -> StageReport:
        """Work on the pending cases in batches, each committed on its own.

        Without an embedding model the mentions decide alone, `missing_model` says so, and the cases are done again once
        the model is there.
        """
        from classify.learning import WITHOUT_MODEL, NightlyModel

        embedding, folder, missing = _embedding_model(night)
        nightly = NightlyModel(night, embedding, folder)
        pending = _pending(night, _keys(night, embedding, nightly))
        encoder, read, mentions = None, 0, 0
        if pending:
            if embedding != WITHOUT_MODEL:
                encoder, missing = _open(night)
                if encoder is None:
                    embedding = WITHOUT_MODEL
                    nightly = NightlyModel(night, embedding, None)
            from classify.category import Neighbours
            from classify.reading import MentionFinder, unseen_wordings

            finder = MentionFinder(night.dictionary)
            decider = nightly.decider(finder, encoder)
            # A model trained just now, or a drift test that fires or no longer does, changes what is pending.
            keys = _keys(night, embedding, nightly)
            pending = _pending(night, keys)
            if encoder:
                encode_ahead(night, encoder, [case_id for case_id, _ in pending])
            confirmed = dict(night.store.query("SELECT case_id, category FROM labels WHERE origin <> 'given'"))
            neighbours = Neighbours(night.store, encoder) if encoder else None
            model_id = nightly.model_id or f"unlabelled-{keys.usual}"
            unseen = unseen_wordings(night.dictionary, night.store, encoder) if encoder else None
            tools = _Tools(finder, encoder, decider, confirmed, model_id, keys, neighbours, unseen)
            read, mentions = len(pending), _work(night, tools, pending)
        night.log.event(self.name, "done", texts_read=read, mentions=mentions)
        models = {} if embedding == WITHOUT_MODEL else {"embeddings": embedding}
        models |= {"categories": nightly.model_id} if nightly.model_id else {}
        counts = _counts(night, read, mentions) | nightly.counts()
        return StageReport(self.name, counts, missing_model=missing, models=models)


def _embedding_model(night: Night) -> tuple[str, Path | None, Message | None]:
    """The embedding model's fingerprint and folder without loading it, or `WITHOUT_MODEL` and why."""
    from classify.learning import WITHOUT_MODEL
    from complaints.models import embedding_model

    try:
        setting = night.settings.embeddings
        found = embedding_model(setting.model, allow_hub=setting.download)
        return found.fingerprint, found.path, None
    except ModelMissing as error:
        return WITHOUT_MODEL, None, error.whole()


def _open(night: Night) -> tuple[Encoder | None, Message | None]:
    from complaints.models import open_encoder

    try:
        setting = night.settings.embeddings
        return open_encoder(setting.model, setting.device, allow_hub=setting.download), None
    except ModelMissing as error:
        return None, error.whole()


def _keys(night: Night, embedding: str, nightly: NightlyModel) -> _Keys:
    from classify.reading import tables_digest

    settings = night.settings.key("classify", "embeddings")
    own = [VERSION, tables_digest(), night.dictionary.fingerprint, settings, embedding, nightly.key]
    return _Keys(fingerprint(own), fingerprint([*own, "suspended"]), nightly.suspended_after)


def _pending(night: Night, keys: _Keys) -> list[tuple[str, str]]:
    if Stage.name in night.redo:
        return [(c, d) for c, d in night.store.query("SELECT case_id, content FROM case_content ORDER BY case_id")]
    return night.store.pending_cases(Stage.name, keys.usual, keys.later, keys.after)


def _work(night: Night, tools: _Tools, pending: Sequence[tuple[str, str]]) -> int:
    """Do all pending cases, those without content last; return how many mentions they have."""
    mentions = 0
    without: list[tuple[str, str]] = []
    with night.progress.task("classify", len(pending)) as task:
        for batch in batches(pending, BATCH_CASES):
            content = dict(batch)
            pairs = read_cases(night.store, tools.finder, list(content), tools.unseen)
            own = [pair for pair in pairs if pair[0].content != NO_CONTENT]
            without += [(r.case_id, content[r.case_id]) for r, _ in pairs if r.content == NO_CONTENT]
            mentions += _work_on(night, tools, own, content, join=False)
            task.advance(len(own))
        for batch in batches(without, BATCH_CASES):
            content = dict(batch)
            pairs = read_cases(night.store, tools.finder, list(content), tools.unseen)
            mentions += _work_on(night, tools, pairs, content, join=True)
            task.advance(len(pairs))
    return mentions


def _work_on(
    night: Night,
    tools: _Tools,
    pairs: Sequence[tuple[Reading, list[Segment]]],
    content: dict[str, str],
    *,
    join: bool,
) -> int:
    """Decide some read cases, commit them, and return how many mentions they have."""
    from classify.category import confirmed
    from classify.reading import mention_rows

    if not pairs:
        return 0
    store, readings, decider = night.store, [reading for reading, _ in pairs], tools.decider
    vectors = vectors_for(store, tools.encoder, [r.masked for r in readings]) if tools.encoder else None
    earlier = None
    if join:
        dated = [r.dated for r in readings if r.dated]
        earlier = decided_cases(store, dated, decider.categories, decider.known)
    decisions = decider.decide(readings, vectors, earlier)
    mentions: list[Mention] = []
    rows: list[Classification] = []
    for (reading, segments), decision, nearest in zip(
        pairs, decisions, _compared(tools, readings, vectors, earlier), strict=True
    ):
        if reading.case_id in tools.confirmed:
            decision = confirmed(reading, tools.confirmed[reading.case_id], night.dictionary)
        mentions += mention_rows(reading, segments)
        rows.append(classification(reading.case_id, decision, tools.model_id, nearest))
    with store.transaction():
        note_changes(store, _corrected(store, mentions, [r.case_id for r in readings]), mentions=True)
        for table in ("mentions", "classifications"):
            store.delete(table, "case_id", [r.case_id for r in readings])
        store.append(mentions)
        store.append(rows)
        set_contents(store, {r.case_id: (r.content, masked_digest(r.masked)) for r in readings})
        for late, key in ((False, tools.keys.usual), (True, tools.keys.later)):
            items = [(r.case_id, content[r.case_id]) for r in readings if tools.keys.later_than(r) == late]
            store.mark(Stage.name, key, items, night.run_id)
    return len(mentions)


def _corrected(store: Store, now: Sequence[Mention], cases: Sequence[str]) -> list[str]:
    """Return the cases with a reviewer's correction whose mentions change.

    What a new version or dictionary reads otherwise changes no case: all issues are then fitted anew.
    """
    from classify.reading import read_corrections

    corrected = sorted(read_corrections(store, cases))
    if not corrected:
        return []
    was = set(store.rows(Mention, "case_id IN (SELECT unnest(?))", [corrected]))
    changed = {row.case_id for row in was ^ {row for row in now if row.case_id in corrected}}
    return sorted(changed)


def _compared(
    tools: _Tools, readings: Sequence[Reading], vectors: NDArray[np.float32] | None, earlier: Decided | None
) -> list[str]:
    """What stands in `classifications.nearest` of some cases."""
    from classify.category import near_json

    near: list[list[Near]] = [[] for _ in readings]
    if tools.neighbours is not None and vectors is not None:
        near = tools.neighbours.of([r.case_id for r in readings], vectors)
    joined: list[Near | None] = [None] * len(readings)
    if earlier is not None:
        joined = tools.decider.joined(readings, earlier)
        joined = [one and replace(one, confirmed=one.case_id in tools.confirmed) for one in joined]
    return [near_json(one, others) for one, others in zip(joined, near, strict=True)]


def classification(case_id: str, decision: Decision, model_id: str, nearest: str = "[]") -> Classification:
    """Return the row of a decision."""
    return Classification(
        case_id=case_id,
        category=decision.category,
        confidence=decision.confidence,
        decision=decision.decision,
        alternatives=canonical_json([{"category": c, "confidence": p} for c, p in decision.alternatives]),
        evidence=canonical_json(
            [{"surface": e.surface, "start": e.start, "end": e.end, "weight": e.weight} for e in decision.evidence]
        ),
        model_id=model_id,
        nearest=nearest,
    )


def _counts(night: Night, read: int, mentions: int) -> dict[str, int]:
    rows = night.store.query("SELECT content, count(*) FROM cases WHERE content IS NOT NULL GROUP BY 1")
    contents = {content: int(count) for content, count in rows}
    decided = {d: int(n) for d, n in night.store.query("SELECT decision, count(*) FROM classifications GROUP BY 1")}
    symptoms = night.store.query(
        f"SELECT count(DISTINCT m.case_id) FROM mentions m WHERE m.kind = 'symptom' AND {present()}"
    )
    return {
        "texts_read": read,
        "mentions": mentions,
        "cases_with_symptom": int(symptoms[0][0]),
        "fault": contents.get("fault", 0),
        "service": contents.get("service", 0),
        "without_content": contents.get("none", 0),
        "decided_alone": decided.get("auto", 0),
        "for_review": decided.get("review", 0),
        "confirmed": decided.get("confirmed", 0),
    }
