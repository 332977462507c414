"""From the sound of windows to what the model writes: hotwords where they help, loops again, domain words rescored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from asr.audio import SAMPLE_RATE
from asr.phonetics import sounds_in
from asr.recognition.hotwords import prompt_tokens
from asr.recognition.languages import Language, choose_language
from asr.recognition.rescoring import Rescored, rescored
from asr.script import written

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from asr.recognition.settings import RecogniseSettings
    from asr.recognition.whisper import Engine, WindowText


@dataclass(frozen=True, slots=True)
class Written:
    """What the model wrote for a window.

    Args:
        text: as written.
        looped: it was a loop that was written again.
        rescored: what was rescored in it.
        prompted: the hotwords were offered when it was written.
    """

    text: WindowText
    looped: bool = False
    rescored: tuple[Rescored, ...] = ()
    prompted: bool = False


@dataclass(frozen=True, slots=True)
class _Window:
    length_s: float
    features: NDArray[np.float32]


class Writer:
    """Writes the windows of one channel, in the language of the first.

    Args:
        engine: the speech model.
        settings: how to hear.
        known: the other channel's language, if it was heard.
    """

    def __init__(self, engine: Engine, settings: RecogniseSettings, known: Language | None) -> None:
        self._engine, self._settings, self._known = engine, settings, known
        self.language = known or Language("zh", 0.0)
        self.is_detected = False
        self._prompts: dict[str, list[int]] = {}

    def write(self, sounds: Sequence[NDArray[np.float32]]) -> list[Written]:
        """Return what a batch of windows holds.

        First without the hotwords: about other matters they mislead, and a prompt of their length costs half as much
        time again. Where the text holds what sounds like one of them, is empty or a loop, they are offered.
        """
        windows = [_Window(len(sound) / SAMPLE_RATE, self._engine.features(sound)) for sound in sounds]
        features = [window.features for window in windows]
        encoded = self._engine.encode(features)
        self._detect(encoded)
        texts = self._texts(windows, encoded, [])
        prompts: list[Sequence[int]] = [()] * len(texts)
        prompt = self._prompt()
        if prompt and (fitting := [i for i, text in enumerate(texts) if self._asks_for_hotwords(text)]):
            chosen = [windows[i] for i in fitting]
            again = self._engine.chosen(encoded, features, fitting)
            for index, offered in zip(fitting, self._texts(chosen, again, prompt), strict=True):
                if self._holds_offered(offered) or self._is_worse(texts[index], offered):
                    texts[index], prompts[index] = offered, prompt
        alone = [partial(self._engine.chosen, encoded, features, [index]) for index in range(len(windows))]
        return [self._finished(*parts) for parts in zip(windows, texts, prompts, alone, strict=True)]

    def plain(self, sound: NDArray[np.float32]) -> str:
        """Return what a window holds when no hotwords are offered."""
        window = _Window(len(sound) / SAMPLE_RATE, self._engine.features(sound))
        (text,) = self._texts([window], self._engine.encode([window.features]), [])
        return "" if text.no_speech > self._settings.silent else written(_joined(text), self.language.code)

    def offered(self) -> tuple[str, ...]:
        """Return the hotwords of the language."""
        return dict(self._settings.hotwords).get("en" if self.language.code == "en" else "zh", ())

    def _detect(self, encoded: Any) -> None:
        if not self.is_detected:
            self.is_detected = True
            self.language = choose_language(
                self._settings.language, lambda: self._engine.detect(encoded)[0], self._known
            )

    def _prompt(self) -> list[int]:
        code = self.language.code
        if code not in self._prompts:
            self._prompts[code] = prompt_tokens(self.offered(), self._engine)
        return self._prompts[code]

    def _texts(self, windows: Sequence[_Window], encoded: Any, prompt: Sequence[int]) -> list[WindowText]:
        return self._engine.write(encoded, [window.length_s for window in windows], self.language.code, prompt)

    def _asks_for_hotwords(self, text: WindowText) -> bool:
        if text.no_speech > self._settings.silent:
            return False
        return not text.words or text.compression > self._settings.loop_ratio or self._holds_offered(text)

    def _is_worse(self, plain: WindowText, offered: WindowText) -> bool:
        """Tell whether a text without the hotwords is empty or a loop, and the one with them is no loop."""
        return not plain.words or plain.compression > self._settings.loop_ratio >= offered.compression

    def _holds_offered(self, text: WindowText) -> bool:
        code = self.language.code
        heard = written(_joined(text), code)
        return any(sounds_in(word, heard, code) for word in self.offered())

    def _finished(
        self, window: _Window, text: WindowText, prompt: Sequence[int], encoded: Callable[[], Any]
    ) -> Written:
        """Drop what is said in no speech, write a loop again, and rescore.

        Args:
            window: its sound.
            text: written for it.
            prompt: the hotwords, if they were offered.
            encoded: returns it encoded.
        """
        if text.no_speech > self._settings.silent:
            return Written(replace(text, words=(), breaks=frozenset()))
        prompted, looped = bool(prompt), text.compression > self._settings.loop_ratio
        pinned = self._settings.pinned if self.language.code == "zh" else ()
        if not looped and not (pinned and text.words):
            return Written(text, prompted=prompted)
        code = self.language.code
        if looped:
            (text,) = self._engine.write(encoded(), [window.length_s], code, prompt, no_loops=True)

        def score(texts: list[str]) -> list[list[float]]:
            return self._engine.score(window.features, window.length_s, code, texts, encoded)

        found = rescored(text.words, pinned, score)
        return Written(text, looped, tuple(found), prompted)


def _joined(text: WindowText) -> str:
    return "".join(word.text for word in text.words)
