"""The classify stage: mentions, content and category of every case that lacks them under the current key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from complaints.errors import ModelMissing
from complaints.ids import canonical_json, digest, fingerprint
from complaints.night import Night, StageReport, batches
from complaints.records import Case, Classification, Mention, Segment
from complaints.vectors import masked_digest, vectors_for

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from classify.category import Decision, Reading
    from classify.deciders import Decider
    from classify.learned import Model
    from classify.mentions import MentionFinder
    from complaints.embeddings import Encoder

VERSION = 1  # raise it when the same case would be read or decided differently
BATCH_CASES = 500
WITHOUT_MODEL = "none"


@dataclass(frozen=True, slots=True)
class _Tools:
    """What a run's batches share."""

    finder: MentionFinder
    encoder: Encoder | None
    decider: Decider
    confirmed: dict[str, str]
    model_id: str


class Stage:
    """Classify: a text in; symptoms, components, conditions and a category out."""

    name = "classify"

    def run(self, night: Night) -> StageReport:
        """Work on the pending cases in batches, each committed on its own.

        Without an embedding model the mentions decide alone, `missing_model` says so, and the cases are done again once
        the model is there.
        """
        embedding, missing = _embedding_model(night)
        key = _key(night, embedding)
        pending = _pending(night, key)
        encoder = None
        if pending and embedding != WITHOUT_MODEL:
            encoder, missing = _open(night)
            if encoder is None:
                key = _key(night, WITHOUT_MODEL)
        read = mentions = 0
        if pending:
            tools = _tools(night, encoder, key)
            with night.progress.task("classify", len(pending)) as task:
                for batch in batches(pending, BATCH_CASES):
                    mentions += _work_on(night, tools, key, batch)
                    read += len(batch)
                    task.advance(len(batch))
        night.log.event(self.name, "done", texts_read=read, mentions=mentions)
        models = {} if embedding == WITHOUT_MODEL else {"embeddings": embedding}
        return StageReport(self.name, _counts(night, read, mentions), missing_model=missing, models=models)


def _embedding_model(night: Night) -> tuple[str, str]:
    """The embedding model's fingerprint without loading it, or `WITHOUT_MODEL` and why."""
    from complaints.models import embedding_model

    try:
        setting = night.settings.embeddings
        return embedding_model(setting.model, allow_hub=setting.download).fingerprint, ""
    except ModelMissing as error:
        return WITHOUT_MODEL, str(error)


def _open(night: Night) -> tuple[Encoder | None, str]:
    from complaints.embeddings import open_encoder

    try:
        setting = night.settings.embeddings
        return open_encoder(setting.model, setting.device, allow_hub=setting.download), ""
    except ModelMissing as error:
        return None, str(error)


def _key(night: Night, embedding: str) -> str:
    return fingerprint(
        [
            VERSION,
            night.dictionary.fingerprint,
            night.settings.key("classify", "embeddings"),
            embedding,
            _labels_digest(night),
        ]
    )


def _learns(night: Night) -> bool:
    known = night.store.query("SELECT count(*) FROM labels l JOIN cases c ON c.case_id = l.case_id")
    return int(known[0][0]) >= night.settings.classify.min_labels


def _labels_digest(night: Night) -> str:
    """Of the labels that this stage reads: confirmed ones always, given ones once there are enough to learn from."""
    condition = "" if _learns(night) else "WHERE l.origin <> 'given'"
    rows = night.store.query(
        "SELECT l.case_id, l.category, l.origin, k.content FROM labels l "
        f"JOIN case_content k ON k.case_id = l.case_id {condition} ORDER BY ALL"
    )
    return digest(*(digest(*row) for row in rows))


def _pending(night: Night, key: str) -> list[tuple[str, str]]:
    if Stage.name in night.redo:
        return [(c, d) for c, d in night.store.query("SELECT case_id, content FROM case_content ORDER BY case_id")]
    return night.store.pending_cases(Stage.name, key)


def _tools(night: Night, encoder: Encoder | None, key: str) -> _Tools:
    from classify.deciders import Learned, Unlabelled
    from classify.mentions import MentionFinder

    finder = MentionFinder(night.dictionary)
    confirmed = dict(night.store.query("SELECT case_id, category FROM labels WHERE origin <> 'given'"))
    model = _learn(night, finder, encoder) if _learns(night) else None
    decider = Learned(model) if model else Unlabelled(night.dictionary, night.store, encoder)
    return _Tools(finder, encoder, decider, confirmed, f"{'learned' if model else 'unlabelled'}-{key}")


def _learn(night: Night, finder: MentionFinder, encoder: Encoder | None) -> Model | None:
    """Fit a model on all known labels."""
    import numpy as np

    from classify.learned import fit

    known = dict(night.store.query("SELECT case_id, category FROM labels"))
    rows = night.store.query("SELECT c.case_id FROM cases c JOIN labels l ON l.case_id = c.case_id ORDER BY 1")
    readings: list[Reading] = []
    blocks: list[NDArray[np.float32]] = []
    for batch in batches([row[0] for row in rows], BATCH_CASES):
        some = [reading for reading, _ in _readings(night, finder, batch)]
        readings += some
        if encoder is not None:
            blocks.append(vectors_for(night.store, encoder, [r.masked for r in some]))
    vectors = np.concatenate(blocks) if blocks else None
    return fit(readings, [known[r.case_id] for r in readings], vectors, night.settings.classify.precision)


def _readings(night: Night, finder: MentionFinder, ids: Sequence[str]) -> list[tuple[Reading, list[Segment]]]:
    from classify.readings import read_case

    chosen = "case_id IN (SELECT unnest(?))"
    cases = night.store.rows(Case, chosen, [list(ids)], order="case_id")
    spoken: dict[str, list[Segment]] = {}
    for segment in night.store.rows(Segment, chosen, [list(ids)]):
        spoken.setdefault(segment.case_id, []).append(segment)
    return [(read_case(c, spoken.get(c.case_id, []), finder), spoken.get(c.case_id, [])) for c in cases]


def _work_on(night: Night, tools: _Tools, key: str, batch: Sequence[tuple[str, str]]) -> int:
    """Read and decide a batch, commit it, and return how many mentions it has."""
    from classify.deciders import confirmed
    from classify.readings import mention_rows

    store, ids = night.store, [case_id for case_id, _ in batch]
    pairs = _readings(night, tools.finder, ids)
    readings = [reading for reading, _ in pairs]
    vectors = vectors_for(store, tools.encoder, [r.masked for r in readings]) if tools.encoder else None
    decisions = tools.decider.decide(readings, vectors)
    mentions: list[Mention] = []
    rows: list[Classification] = []
    for (reading, segments), decision in zip(pairs, decisions, strict=True):
        if reading.case_id in tools.confirmed:
            decision = confirmed(reading, tools.confirmed[reading.case_id], night.dictionary)
        mentions += mention_rows(reading, segments)
        rows.append(_classification(reading, decision, tools.model_id))
    with store.transaction():
        for table in ("mentions", "classifications"):
            store.delete(table, "case_id", ids)
        store.append(mentions)
        store.append(rows)
        _set_contents(night, readings)
        store.mark(Stage.name, key, batch, night.run_id)
    return len(mentions)


def _classification(reading: Reading, decision: Decision, model_id: str) -> Classification:
    return Classification(
        case_id=reading.case_id,
        category=decision.category,
        confidence=decision.confidence,
        decision=decision.decision,
        alternatives=canonical_json([{"category": c, "confidence": p} for c, p in decision.alternatives]),
        evidence=canonical_json(
            [{"surface": e.surface, "start": e.start, "end": e.end, "weight": e.weight} for e in decision.evidence]
        ),
        model_id=model_id,
    )


def _set_contents(night: Night, readings: Sequence[Reading]) -> None:
    ids = [r.case_id for r in readings]
    night.store.query(
        "UPDATE cases SET content = n.content FROM (SELECT unnest(?) AS case_id, unnest(?) AS content) n "
        "WHERE cases.case_id = n.case_id",
        [ids, [r.content for r in readings]],
    )
    night.store.query(
        "UPDATE case_content SET masked = n.masked FROM (SELECT unnest(?) AS case_id, unnest(?) AS masked) n "
        "WHERE case_content.case_id = n.case_id",
        [ids, [masked_digest(r.masked) for r in readings]],
    )


def _counts(night: Night, read: int, mentions: int) -> dict[str, int]:
    rows = night.store.query("SELECT content, count(*) FROM cases WHERE content IS NOT NULL GROUP BY 1")
    contents = {content: int(count) for content, count in rows}
    decided = {d: int(n) for d, n in night.store.query("SELECT decision, count(*) FROM classifications GROUP BY 1")}
    symptoms = night.store.query(
        "SELECT count(DISTINCT case_id) FROM mentions WHERE kind = 'symptom' AND polarity = 'present'"
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
