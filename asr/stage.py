"""The asr stage: recordings that wait in, segments and cases out. The one file of this room that touches the store."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

from asr.audio import DecodeLimits
from asr.compose import Call, Composed, compose
from asr.recognition import EngineSettings, RecogniseSettings, pinned_hotwords, pinned_words
from asr.repair import REPAIR_VERSION, RepairsTurns, repairers
from asr.transcript import Recognition, Sound, Unchanged
from asr.workers import (
    ClusterWorkerSettings,
    LocalWorkers,
    LocalWorkerSettings,
    Outcome,
    Recording,
    core_count,
    worker_count,
)
from asr.workers import hear as spread_hear
from complaints.batching import batches
from complaints.errors import ItemRefused, ModelMissing
from complaints.fingerprints import canonical_json, fingerprint
from complaints.messages import Message
from complaints.models import ModelFolder, speech_model
from complaints.redaction import VERSION as REDACTION_VERSION
from complaints.run import Night, StageReport
from complaints.store import mark_duplicates, write_cases

NAME = "asr"
RECOGNITION_VERSION = 5  # raised when the same audio and model give other words: all recordings are heard again
DECODING_VERSION = 1  # raised when samples are made otherwise: what then sounds otherwise is heard again
COMPOSE_VERSION = 4  # raised when the same words give other rows (speakers, doubt, redaction): nothing is heard again
BATCH = 50  # calls written anew from stored words in one transaction
SCRATCH = "asr-work"  # in data/: decoded samples, removed after each recording
# Not the recording's fault: it stays pending, and the next night tries again.
PASSING = frozenset({"disk_full", "file_missing", "recogniser_died", "worker_lost"})


@dataclass(frozen=True, slots=True)
class _Keys:
    recognition: str  # audio apart: model, search, pinned hotwords
    compose: str  # dictionary, repair, speakers, redaction

    def of_words(self, call: Call) -> str:
        """Return the key of a call's words, given its samples: its language may be given."""
        return fingerprint([self.recognition, call.content, call.language])

    def of_item(self, call: Call) -> str:
        """Return the recognition key of a call. Words that were stored before decoding had a version have none."""
        return f"{self.of_words(call)}/{DECODING_VERSION}"

    @property
    def stage(self) -> str:
        """Return the stage's key."""
        return fingerprint([self.recognition, DECODING_VERSION, self.compose])


class Stage:
    """Hears what is new, writes anew what a changed dictionary concerns, and leaves the rest alone."""

    name = NAME

    def run(self, night: Night) -> StageReport:
        """Hear pending recordings, each committed on its own, and report in words of an analyst."""
        # Samples that a killed night left behind are persons' voices: they go even when nothing is to be heard.
        shutil.rmtree(night.workspace.data / SCRATCH, ignore_errors=True)
        if not night.store.query("SELECT 1 FROM inputs WHERE kind = 'recording' LIMIT 1"):
            return StageReport(NAME, {})
        try:
            model = speech_model(night.settings.asr.model, allow_hub=night.settings.asr.download)
        except ModelMissing as error:
            return _without_model(night, error)
        return _Work(night, model).run()


def _without_model(night: Night, error: ModelMissing) -> StageReport:
    waiting = night.store.query(
        "SELECT count(*) FROM inputs i LEFT JOIN stage_state s ON s.stage = ? AND s.item_id = i.input_id "
        "WHERE i.kind = 'recording' AND s.item_id IS NULL",
        [NAME],
    )[0][0]
    needed = bool(waiting) or NAME in night.redo
    return StageReport(NAME, {"recordings waiting": waiting}, missing_model=error.whole() if needed else None)


class _Work:
    """One night's work of the stage."""

    def __init__(self, night: Night, model: ModelFolder) -> None:
        self.night, self.model = night, model
        asr = night.settings.asr
        words = [(code, pinned_hotwords(code, night.settings.general.domains)) for code in ("zh", "en")]
        self.recognise = RecogniseSettings(
            language=asr.language, hotwords=tuple(words) if asr.hotwords else (),
            pinned=pinned_words(tuple(night.settings.general.domains)),
        )  # fmt: skip
        cores = str(night.workspace.data / SCRATCH / "cores")
        self.engine = EngineSettings(
            str(model.path), asr.device, asr.beam_size, lanes=core_count(asr.workers), cores=cores
        )
        heard_by = [
            RECOGNITION_VERSION,
            model.fingerprint,
            asr.beam_size,
            asr.max_minutes,
            canonical_json(asdict(self.recognise)),
        ]
        composed_by = [COMPOSE_VERSION, REDACTION_VERSION, REPAIR_VERSION, night.dictionary.fingerprint]
        composed_by += [asr.fallback_customer, night.settings.general.language]
        self.keys = _Keys(fingerprint(heard_by), fingerprint(composed_by))
        self.counts: Counter[str] = Counter()
        self.quarantined = 0
        self.heard_s = 0.0

    @cached_property
    def known(self) -> dict[str, str]:
        """The keys of the words that are stored, by id."""
        return dict(self.night.private.query("SELECT input_id, key FROM recognised"))

    @cached_property
    def repairers(self) -> dict[str, RepairsTurns]:
        """The dictionary's repairs by language; made when the first call needs them, for that takes a second."""
        return repairers(self.night.dictionary.terms)

    def run(self) -> StageReport:
        """Do what is pending."""
        stored, unheard = self.pending()
        for batch in batches(stored, BATCH):
            self.rewrite(batch)
        missing = self.hear(unheard) if unheard else None
        with self.night.store.transaction():
            mark_duplicates(self.night.store)
        self.counts["minutes heard"] = round(self.heard_s / 60)
        return StageReport(
            NAME, dict(self.counts), self.quarantined, missing, {self.model.name: self.model.fingerprint}
        )

    def pending(self) -> tuple[list[Call], list[Call]]:
        """Return the calls to write anew from stored words, and those to hear."""
        rows = self.night.store.query(
            "SELECT i.input_id, i.source_ref, i.content, i.call_id, i.received_at, i.received_at_from, i.serial_token, "
            "i.product, i.customer_channel, i.language, s.key, s.outcome FROM inputs i LEFT JOIN stage_state s "
            "ON s.stage = ? AND s.item_id = i.input_id AND s.content = i.content "
            "WHERE i.kind = 'recording' ORDER BY i.input_id",
            [NAME],
        )
        known = self.known
        stored, unheard = [], []
        for *facts, key, outcome in rows:
            call = Call(*facts)
            again = NAME in self.night.redo
            if outcome == "quarantined":
                # A refused recording is refused by its bytes: a new dictionary does not change that.
                if again or key != self.keys.of_item(call):
                    unheard.append(call)
            elif again or known.get(call.input_id) != self.keys.of_item(call):
                unheard.append(call)
            elif key != self.keys.stage:
                stored.append(call)
        return stored, unheard

    def words(self, calls: Sequence[Call]) -> dict[str, Recognition]:
        """Return what was heard before, by id."""
        found = self.night.private.query(
            "SELECT input_id, segments FROM recognised WHERE input_id IN (SELECT unnest(?))",
            [[call.input_id for call in calls]],
        )
        return {input_id: Recognition.from_json(segments) for input_id, segments in found}

    def rewrite(self, calls: Sequence[Call]) -> None:
        """Write calls anew from the words that were heard before."""
        words = self.words(calls)
        self.write([(call, words[call.input_id]) for call in calls])
        self.counts["recordings written anew"] += len(calls)

    def sounds(self, calls: Sequence[Call]) -> dict[str, Sound]:
        """Return what stored words were heard from that stand if decoding gives the same again, by id of the call."""
        if NAME in self.night.redo:
            return {}
        old = [call for call in calls if self.known.get(call.input_id, "").split("/")[0] == self.keys.of_words(call)]
        return {key: words.sound for batch in batches(old, BATCH) for key, words in self.words(batch).items()}

    def stand(self, call: Call, partial_why: str | None = None) -> None:
        """Keep a call's stored words under tonight's key, and whether the recording is whole as decoding now says."""
        words = self.words([call])[call.input_id]
        words = words if partial_why is None else replace(words, partial_why=partial_why)
        self.keep_words(call, words)
        self.counts["recordings that sound as before"] += 1

    def write(self, heard: Sequence[tuple[Call, Recognition]]) -> None:
        """Write the rows of calls in one transaction."""
        asr, store = self.night.settings.asr, self.night.store
        language = self.night.settings.general.language
        composed = [compose(call, words, self.repairers, asr.fallback_customer, language) for call, words in heard]
        ids = [call.input_id for call, _ in heard]
        with store.transaction():
            store.delete("segments", "case_id", ids)
            store.append([segment for item in composed for segment in item.segments])
            write_cases(store, [item.case for item in composed])
            store.mark(NAME, self.keys.stage, [(call.input_id, call.content) for call, _ in heard], self.night.run_id)
            for call, _ in heard:
                store.query("DELETE FROM quarantine WHERE stage = ? AND source_ref = ?", [NAME, call.source_ref])
        for item in composed:
            self.count(item)

    def count(self, item: Composed) -> None:
        """Count what a call brought."""
        self.counts["turns"] += len(item.segments)
        self.counts["doubtful turns"] += sum(s.doubtful for s in item.segments)
        self.counts["turns with repaired words"] += sum(s.repairs != "[]" for s in item.segments)
        self.counts["doubtful calls"] += item.case.doubtful
        self.counts["partial recordings"] += item.case.partial

    def hear(self, calls: Sequence[Call]) -> Message | None:
        """Hear recordings side by side and write each as it comes; return the message of a missing model."""
        by_id = {call.input_id: call for call in calls}
        recordings = self.recordings(calls)
        if not recordings:
            return None
        try:
            with self.outcomes(recordings) as heard, self.night.progress.task("recordings", len(recordings)) as task:
                for outcome in heard:
                    call = by_id[outcome.recording.input_id]
                    if outcome.recognition is None:
                        assert outcome.refusal is not None
                        self.refuse(call, outcome.refusal)
                    elif isinstance(outcome.recognition, Unchanged):
                        self.stand(call, outcome.recognition.partial_why)
                    else:
                        self.keep(call, outcome.recognition)
                    task.advance()
        except ModelMissing as error:
            return error.whole()
        return None

    @contextmanager
    def outcomes(self, recordings: Sequence[Recording]) -> Iterator[Iterator[Outcome]]:
        """Hear recordings on this machine or on the night's cluster."""
        asr, limits = self.night.settings.asr, DecodeLimits(audio_s=self.night.settings.asr.max_minutes * 60)
        if self.night.engine is None:
            workers = worker_count(asr.workers, len(recordings), asr.device)
            scratch = self.night.workspace.data / SCRATCH
            with LocalWorkers(LocalWorkerSettings(self.engine, self.recognise, limits, workers, scratch)) as pool:
                yield pool.hear(recordings)
        else:
            settings = ClusterWorkerSettings(
                asr.model, asr.download, self.model.fingerprint, self.engine, self.recognise, limits, asr.workers
            )
            yield spread_hear(self.night.engine, settings, recordings)

    def recordings(self, calls: Sequence[Call]) -> list[Recording]:
        """Return what to hear, the largest files first so that no core is left with a long one at the end."""
        workspace = self.night.workspace
        root, places = workspace.root, (workspace.inbox.resolve(), workspace.fetched.resolve())
        paths = dict(self.night.private.query("SELECT input_id, path FROM originals"))
        found: list[tuple[int, Recording]] = []
        sounds = self.sounds(calls)
        for call in calls:
            path = root / Path(paths.get(call.input_id, ""))
            if call.input_id in sounds and not path.exists():
                self.stand(call)  # it was deleted since, and what was heard is all there is
                continue
            if not any(path.resolve().is_relative_to(place) for place in places) or path.is_dir():
                self.refuse(call, ItemRefused("asr.outside_inbox", call.source_ref))
                continue
            size = path.stat().st_size if path.exists() else 0
            language = call.language if call.language in ("zh", "en") else self.recognise.language
            recording = Recording(call.input_id, path, call.source_ref, language, sounds.get(call.input_id))
            found.append((size, recording))
        return [recording for _, recording in sorted(found, key=lambda f: (-f[0], f[1].input_id))]

    def keep_words(self, call: Call, recognition: Recognition) -> None:
        """Store what was heard: the raw words privately first, then the rows; the latter is what counts."""
        row = (call.input_id, self.keys.of_item(call), recognition.to_json())
        self.night.private.append_values("recognised", [row], replace=True)
        if recognition.partial_why:
            self.night.log.event(NAME, "partial", input_id=call.input_id, reason=recognition.partial_why)
        self.write([(call, recognition)])

    def keep(self, call: Call, recognition: Recognition) -> None:
        """Store what was heard tonight."""
        self.keep_words(call, recognition)
        self.counts["recordings heard"] += 1
        self.heard_s += recognition.duration_s

    def refuse(self, call: Call, refusal: ItemRefused) -> None:
        """Quarantine a recording; one whose trouble may pass stays pending."""
        store = self.night.store
        known = store.query(
            "SELECT 1 FROM quarantine WHERE source_ref = ? AND stage = ? AND reason = ?",
            [call.source_ref, NAME, refusal.reason],
        )
        with store.transaction():
            self.night.quarantine(NAME, call.source_ref, refusal)
            if refusal.reason not in PASSING:
                item = [(call.input_id, call.content)]
                store.mark(NAME, self.keys.of_item(call), item, self.night.run_id, outcome="quarantined")
        self.quarantined += not known
        self.counts["recordings refused"] += 1
