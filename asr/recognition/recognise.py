"""Recognition of one recording: turns packed into windows, no turn lost, what looks wrong heard again on its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from asr.activity import FRAME, Activity, Turn, copied_channel, find_turns, measure, speech_seconds
from asr.audio import SAMPLE_RATE, Audio
from asr.phonetics import sounds_in
from asr.recognition.decode_windows import Writer, Written
from asr.recognition.languages import Language
from asr.recognition.rescoring import Rescored
from asr.recognition.settings import RecogniseSettings
from asr.recognition.whisper import Engine, WindowText, Word, compression_ratio
from asr.recognition.windows import Placed, assign, next_window
from asr.script import written
from asr.transcript import Recognition, Sound, Utterance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Result = TypeVar("Result")


@dataclass(slots=True)
class _Draft:
    """What is known of a turn while its channel is being heard."""

    words: list[Word] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    no_speech: float = 0.0
    again: str = ""
    prompted: bool = False
    rescored: list[Rescored] = field(default_factory=list)

    def text(self) -> str:
        return "".join(
            ("|" if index in self.breaks else "") + word.text for index, word in enumerate(self.words)
        ).strip("|")

    def confidence(self) -> float:
        return sum(w.probability for w in self.words) / len(self.words) if self.words else 0.0


def sound_of(audio: Audio) -> Sound:
    """Return what a recording is heard from."""
    treatment = (*audio.treatment, *(["copy"] if copied_channel(audio) else []))
    return Sound(audio.layout, round(audio.duration_s, 3), treatment)


def recognise(
    audio: Audio, engine: Engine, settings: RecogniseSettings, alive: Callable[[], None] = lambda: None
) -> Recognition:
    """Return what is said in a recording, turn by turn and channel by channel.

    Args:
        audio: the decoded recording.
        engine: the speech model.
        settings: how to hear it.
        alive: called after each window, so that a watchdog sees that the work goes on.
    """
    utterances: list[Utterance] = []
    known: Language | None = None
    activities = measure(audio)
    for channel, activity in enumerate(activities):
        turns = find_turns(activity, channel, audio.samples, settings.vad)
        if not turns:
            continue
        work = _Channel(audio, engine, settings, activity, turns, known, alive)
        utterances += work.hear()
        known = work.language if known is None or work.language.probability > known.probability else known
    utterances.sort(key=lambda u: (u.start_s, u.channel, u.end_s))
    treatment = (*audio.treatment, *(["copy"] if any(activity.is_copy for activity in activities) else []))
    return Recognition(
        round(audio.duration_s, 3), audio.layout, audio.partial_why, tuple(utterances), treatment
    )  # fmt: skip


class _Channel:
    """One channel while it is being heard."""

    def __init__(
        self,
        audio: Audio,
        engine: Engine,
        settings: RecogniseSettings,
        activity: Activity,
        turns: list[Turn],
        known: Language | None,
        alive: Callable[[], None],
    ) -> None:
        self._alive = alive
        self._audio, self._engine, self._settings, self._activity, self._turns = (
            audio,
            engine,
            settings,
            activity,
            turns,
        )
        self._drafts = [_Draft() for _ in turns]
        self._writer = Writer(engine, settings, known)

    @property
    def language(self) -> Language:
        """The channel's language, once its first window was heard."""
        return self._writer.language

    def hear(self) -> list[Utterance]:
        """Hear the windows side by side, then what their texts did not reach, until nothing is left.

        In rounds, so that what stands in a window never depends on which other window is done first.
        """
        waiting = [Placed(i, t.start, t.stop, 0.0) for i, t in enumerate(self._turns)]
        while waiting:
            windows = self._windows(waiting)
            # The first window tells the language, so it is heard before all others; alone where lanes wait for it.
            first = 0 if self._writer.is_detected else (1 if self._engine.lanes > 1 else self._engine.batch)
            rests = self._side_by_side(self._hear_windows, [windows[:first]] if first else [])
            rests += self._side_by_side(self._hear_windows, self._batches(windows[first:]))
            waiting = [piece for rest in rests for piece in rest]
        numbers = range(len(self._turns))
        self._side_by_side(self._hear_alone, [i for i in numbers if self._is_sparse(i)])
        utterances = [self._utterance(i) for i in numbers]
        weak = [i for i in numbers if self._leans_on_hotwords(i, utterances[i])]
        again = self._side_by_side(self._without_hotwords, weak, [utterances[i] for i in weak])
        told = dict(zip(weak, again, strict=True))
        return [told.get(i, utterances[i]) for i in numbers]

    def _windows(self, waiting: Sequence[Placed]) -> list[list[Placed]]:
        windows: list[list[Placed]] = []
        while waiting:
            window, waiting = next_window(waiting, self._settings.window_s, self._settings.gap_s, self._is_joint)
            windows.append(window)
        return windows

    def _batches(self, windows: Sequence[list[Placed]]) -> list[Sequence[list[Placed]]]:
        """Return the windows in batches of nearly one size, so many that no lane is left without one at the end."""
        lanes = self._engine.lanes
        number = min(len(windows), -(-len(windows) // (lanes * self._engine.batch)) * lanes)
        borders = [len(windows) * index // number for index in range(number + 1)] if number else []
        return [windows[start:stop] for start, stop in pairwise(borders)]

    def _side_by_side(self, work: Callable[..., Result], *arguments: Sequence[Any]) -> list[Result]:
        """Return the results in the order of the arguments; as many at once as the engine has lanes."""

        def on_a_core(*argument: Any) -> Result:
            with self._engine.core():
                return work(*argument)

        with ThreadPoolExecutor(self._engine.lanes, thread_name_prefix="window") as pool:
            return list(pool.map(on_a_core, *arguments))

    def _leans_on_hotwords(self, index: int, utterance: Utterance) -> bool:
        """Tell whether a turn is weak and holds words that were offered."""
        weak = utterance.confidence < self._settings.weak or utterance.level_db < self._settings.low_db
        return weak and self._drafts[index].prompted and bool(self._offered_in(utterance))

    def _offered_in(self, utterance: Utterance) -> list[str]:
        return [word for word in self._writer.offered() if word in utterance.text]

    def _without_hotwords(self, index: int, utterance: Utterance) -> Utterance:
        """Hear a turn again without offering the hotwords; those of its words that are gone are named."""
        turn, offered = self._turns[index], self._offered_in(utterance)
        plain = self._writer.plain(self._samples([Placed(index, turn.start, turn.stop, 0.0)]))
        self._alive()
        return replace(utterance, only_biased=tuple(w for w in offered if not sounds_in(w, plain, self.language.code)))

    def _samples(self, window: Sequence[Placed]) -> NDArray[np.float32]:
        import numpy as np

        gap = np.zeros(int(self._settings.gap_s * SAMPLE_RATE), dtype=np.float32)
        parts: list[NDArray[np.float32]] = []
        reached = 0
        for piece in window:
            parts += [] if piece.joined or not parts else [gap]
            begin = reached if piece.joined else piece.start
            parts.append(self._audio.piece(self._turns[piece.turn].channel, begin, piece.stop))
            reached = piece.stop
        return np.concatenate(parts)

    def _is_joint(self, start: int, stop: int) -> bool:
        """Tell whether a pause is short and holds nothing of the other channel: then it is heard as it is."""
        frames = slice(start // FRAME, -(-stop // FRAME))
        return stop - start <= self._settings.joint_s * SAMPLE_RATE and not self._activity.leaked[frames].any()

    def _hear_windows(self, windows: Sequence[list[Placed]]) -> list[Placed]:
        """Write a batch of windows into the drafts, and return the pieces that their texts do not reach."""
        rests: list[Placed] = []
        for window, found in zip(windows, self._write(windows), strict=True):
            rest = self._rest(window, found.text)
            self._keep(window, found, self._rest_begins(window, rest))
            rests += rest
        return rests

    def _write(self, windows: Sequence[Sequence[Placed]]) -> list[Written]:
        found = self._writer.write([self._samples(window) for window in windows])
        self._alive()
        return found

    def _keep(self, window: list[Placed], heard: Written, until_s: float | None) -> None:
        """Hand a window's words to the turns that they belong to, up to where the rest begins."""
        text = heard.text
        for piece in window:
            draft = self._drafts[piece.turn]
            draft.no_speech = max(draft.no_speech, text.no_speech)
            draft.again = "loop" if heard.looped else draft.again
            draft.prompted |= heard.prompted
        owners = assign(window, text)
        rescored = {found.first_word: found for found in heard.rescored}
        for index, word in enumerate(text.words):
            if until_s is not None and word.start_s >= until_s:
                break
            draft = self._drafts[owners[index].turn]
            if index in text.breaks and draft.words:
                draft.breaks.add(len(draft.words))
            draft.words.append(word)
            if index in rescored:
                draft.rescored.append(rescored[index])

    def _rest(self, window: list[Placed], text: WindowText) -> list[Placed]:
        reached = max(text.covered_s, text.words[-1].end_s if text.words else 0.0)
        rest = []
        for piece in window:
            if piece.end_s <= reached:
                continue
            skipped = max(0, int((reached - piece.at_s) * SAMPLE_RATE))
            rest.append(replace(piece, start=piece.start + skipped))
        spoken = [speech_seconds(self._activity, Turn(0, p.start, p.stop), self._settings.vad.offset) for p in rest]
        if sum(spoken) < self._settings.rest_s or not text.words:
            return []
        return [piece for piece, length in zip(rest, spoken, strict=True) if length > 0.1]

    def _rest_begins(self, window: list[Placed], rest: list[Placed]) -> float | None:
        if not rest:
            return None
        piece = next(p for p in window if p.turn == rest[0].turn)
        return piece.at_s + (rest[0].start - piece.start) / SAMPLE_RATE

    def _is_sparse(self, index: int) -> bool:
        speech_s = speech_seconds(self._activity, self._turns[index], self._settings.vad.offset)
        letters = sum(c.isalnum() for c in self._drafts[index].text())
        return speech_s >= self._settings.rest_s and letters < self._settings.sparse_rate * speech_s

    def _hear_alone(self, index: int) -> None:
        before, turn = self._drafts[index], self._turns[index]
        (heard,) = self._write([[Placed(index, turn.start, turn.stop, 0.0)]])
        text = heard.text
        alone = _Draft(
            list(text.words), set(text.breaks), text.no_speech, "alone", heard.prompted, list(heard.rescored)
        )
        if sum(c.isalnum() for c in alone.text()) > sum(c.isalnum() for c in before.text()):
            self._drafts[index] = alone

    def _utterance(self, index: int) -> Utterance:
        draft, turn = self._drafts[index], self._turns[index]
        text = written(draft.text(), self.language.code)
        return Utterance(
            channel=self._audio.names[turn.channel],
            start_s=round(turn.start_s, 2),
            end_s=round(turn.end_s, 2),
            text=text,
            confidence=round(draft.confidence(), 4),
            speech_s=round(speech_seconds(self._activity, turn, self._settings.vad.offset), 2),
            level_db=round(self._level(turn), 1),
            compression=round(compression_ratio(text), 3),
            no_speech=round(draft.no_speech, 4),
            language=self.language.code,
            language_probability=round(self.language.probability, 4),
            again=draft.again,
            rescored=tuple((found.heard, found.written) for found in draft.rescored),
        )

    def _level(self, turn: Turn) -> float:
        """Return the level of the turn's speech against the channel's typical (median) speech, in decibels."""
        import numpy as np

        speaking = self._activity.speech >= self._settings.vad.onset
        frames = slice(turn.start // FRAME, -(-turn.stop // FRAME))
        here = self._activity.level_db[frames][speaking[frames]]
        if not len(here) or not speaking.any():
            return 0.0
        return float(np.median(here) - np.median(self._activity.level_db[speaking]))
