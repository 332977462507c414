"""The speech model: a CTranslate2 Whisper on windows of 30 s, without sampling: the same sound gives the same text."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from asr.recognition.cores import Cores
from complaints.errors import ModelMissing
from complaints.models import narrowed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW_S = 30.0  # what Whisper hears at once
TIMESTAMP_S = 0.02  # step of Whisper's timestamp tokens
MAX_TOKENS = 448  # of the decoder, prompt included
PROMPT_TOKENS = 223  # of those, for the prompt
GPU_BATCH = 16
CPU_BATCH = 4  # a step of the search costs a quarter less for each of four windows than for one alone
NO_TIMES = 2  # feature frames to align where only likelihoods are wanted, which do not depend on them: a fifth is saved
FIRST_TIMESTAMP = 50  # the first timestamp lies in the window's first second


@dataclass(frozen=True, slots=True)
class Word:
    """A word (in Chinese: a character or a few) with its times in the window and its probability."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class WindowText:
    """What the model wrote for one window.

    Args:
        words: with times in the window.
        breaks: indices of words before which the model set a timestamp: it heard a pause there.
        covered_s: up to where in the window the text reaches.
        confidence: exp of the mean log probability of the tokens.
        no_speech: probability that the window holds no speech.
        compression: length of the text over its compressed length.
    """

    words: tuple[Word, ...]
    breaks: frozenset[int]
    covered_s: float
    confidence: float
    no_speech: float
    compression: float


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Which model, where, and how wide it searches.

    Args:
        path: folder of the CTranslate2 Whisper model.
        device: cpu, cuda or auto.
        beam_size: beams of the search.
        batch: windows decoded at once; 0 for `CPU_BATCH` or `GPU_BATCH`.
        lanes: batches at work side by side on a CPU, one thread each; the weights are shared.
        cores: folder of the locks by which the recognisers of a machine share its cores; empty: they do not.
    """

    path: str
    device: str = "auto"
    beam_size: int = 5
    batch: int = 0
    lanes: int = 1
    cores: str = ""


class Engine:
    """A loaded speech model on one thread a lane (CPU) or one GPU; its methods may be called from as many threads.

    Raises:
        ModelMissing: the folder does not load.
    """

    def __init__(self, settings: EngineSettings) -> None:
        from faster_whisper import WhisperModel
        from threadpoolctl import ThreadpoolController

        self._settings = settings
        self._pools = ThreadpoolController()
        device = settings.device if settings.device != "auto" else ("cuda" if gpu_count() else "cpu")
        compute = "float16" if device == "cuda" else "int8"
        self.lanes = 1 if device == "cuda" else settings.lanes
        self._features_alone = Lock()  # a limit of threads holds for the whole process
        self._cores = Cores(Path(settings.cores), self.lanes) if settings.cores and device == "cpu" else None
        folder = narrowed(Path(settings.path)) if device == "cpu" else settings.path
        try:
            self._whisper: Any = WhisperModel(
                str(folder),
                device=device,
                compute_type=compute,
                cpu_threads=1,
                num_workers=self.lanes,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelMissing("asr.model_broken", settings.path, error=type(error).__name__) from None
        self.device = device
        self.batch = settings.batch or (GPU_BATCH if device == "cuda" else CPU_BATCH)

    def core(self) -> AbstractContextManager[None]:
        """Return a context that holds one of the machine's cores, where recognisers share them."""
        return self._cores.one() if self._cores else nullcontext()

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Return the codes of the languages that the model tells apart."""
        return tuple(self._whisper.supported_languages)

    def features(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the log-Mel features (mels, 3000) of at most 30 s of samples.

        On one thread: with more, the matrix product adds up in another order, and the last bits of a feature decide
        over words.
        """
        import numpy as np
        from faster_whisper.audio import pad_or_trim

        with self._features_alone, self._pools.limit(limits=1, user_api="blas"):
            return np.asarray(pad_or_trim(self._whisper.feature_extractor(samples)), dtype=np.float32)

    def encode(self, windows: Sequence[NDArray[np.float32]]) -> Any:
        """Return the encoder's output for a batch of features."""
        import numpy as np

        return self._whisper.encode(np.stack(windows))

    def chosen(self, encoded: Any, windows: Sequence[NDArray[np.float32]], numbers: Sequence[int]) -> Any:
        """Return some windows of an encoded batch.

        Args:
            encoded: output of `encode`.
            windows: the features that it was made of.
            numbers: indices of the windows wanted.
        """
        if len(numbers) == len(windows):
            return encoded
        if self.device != "cpu":  # where encoding anew is cheaper than the way to the processor and back
            return self.encode([windows[number] for number in numbers])
        return _rows(encoded, numbers)

    def detect(self, encoded: Any) -> list[dict[str, float]]:
        """Return {language code: probability} for each window of the batch."""
        return [{token[2:-2]: p for token, p in found} for found in self._whisper.model.detect_language(encoded)]

    def tokens(self, text: str) -> list[int]:
        """Return the tokens of a text."""
        return list(self._tokenizer("en").encode(text))

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        multilingual = self._whisper.model.is_multilingual
        return Tokenizer(self._whisper.hf_tokenizer, multilingual, task="transcribe", language=language)

    def write(
        self, encoded: Any, lengths_s: Sequence[float], language: str, prompt: Sequence[int], *, no_loops: bool = False
    ) -> list[WindowText]:
        """Return what the model writes for a batch of encoded windows.

        Args:
            encoded: output of `encode`.
            lengths_s: seconds of sound in each window.
            language: of all windows.
            prompt: tokens offered as what was said before (hotwords); may be empty.
            no_loops: forbid that any four tokens repeat; for a window that fell into a loop.
        """
        tokenizer = self._tokenizer(language)
        start = [*([tokenizer.sot_prev, *prompt] if prompt else []), *tokenizer.sot_sequence]
        results = self._whisper.model.generate(
            encoded, [start] * len(lengths_s), beam_size=self._settings.beam_size, max_length=MAX_TOKENS,
            return_scores=True, return_no_speech_prob=True, suppress_tokens=_suppressed(tokenizer),
            max_initial_timestamp_index=FIRST_TIMESTAMP, no_repeat_ngram_size=4 if no_loops else 0,
        )  # fmt: skip
        spoken = [[t for t in r.sequences_ids[0] if t < tokenizer.eot] for r in results]
        frames = [_frames(length) for length in lengths_s]
        aligned = self._align(tokenizer, encoded, spoken, frames)
        return [_window_text(tokenizer, r, words) for r, words in zip(results, aligned, strict=True)]

    def score(
        self,
        features: NDArray[np.float32],
        length_s: float,
        language: str,
        texts: Sequence[str],
        encoded: Callable[[], Any] | None = None,
    ) -> list[list[float]]:
        """Return for each of some texts the log likelihood of each character, given one window and no prompt.

        A token's likelihood is that of the last character that it holds a part of.

        Args:
            features: of the window.
            length_s: seconds of sound in it.
            language: of the texts.
            texts: not empty.
            encoded: returns the output of `encode` for this window alone, where that is there.
        """
        import math

        tokenizer = self._tokenizer(language)
        coded = [tokenizer.tokenizer.encode(text, add_special_tokens=False) for text in texts]
        tokens = [list(code.ids) for code in coded]
        if self.device == "cpu":
            sound = self._without_padding(encoded() if encoded else self.encode([features]), length_s)
            found = [self._alignment(tokenizer, sound, [spoken], [NO_TIMES])[0] for spoken in tokens]
        else:  # where a batch takes hardly longer than one text
            sound = self.encode([features] * len(tokens))
            found = self._alignment(tokenizer, sound, tokens, [NO_TIMES] * len(tokens))
        scores = [[0.0] * len(text) for text in texts]
        for score, code, aligned in zip(scores, coded, found, strict=True):
            for (start, stop), probability in zip(code.offsets, aligned.text_token_probs, strict=True):
                score[max(start, stop - 1)] += math.log(max(probability, 1e-9))
        return scores

    @staticmethod
    def _without_padding(encoded: Any, length_s: float) -> Any:
        """Return an encoded window without the silence behind its sound: half the time, nearly the same scores."""
        import numpy as np
        from ctranslate2 import StorageView

        frames = int(length_s / TIMESTAMP_S) + 1
        return StorageView.from_array(np.ascontiguousarray(np.array(encoded)[:, :frames]))

    def _align(
        self, tokenizer: Any, encoded: Any, spoken: list[list[int]], frames: list[int]
    ) -> list[list[tuple[list[int], Word]]]:
        """Return for each window its words with their tokens, timed by cross-attention (as OpenAI's Whisper does)."""
        import numpy as np

        if not any(spoken):
            return [[] for _ in spoken]
        if self.device == "cpu" and len(spoken) > 1:  # a shorter text beside a longer one gets other probabilities
            parts = enumerate(zip(spoken, frames, strict=True))
            return [self._align(tokenizer, _rows(encoded, [i]), [text], [length])[0] for i, (text, length) in parts]
        found = self._alignment(tokenizer, encoded, spoken, frames)
        return [
            _words(tokenizer, tokens, np.array(a.alignments).reshape(-1, 2), a.text_token_probs, length / 100)
            for a, tokens, length in zip(found, spoken, frames, strict=True)
        ]

    def _alignment(self, tokenizer: Any, encoded: Any, tokens: list[list[int]], frames: list[int]) -> list[Any]:
        return list(self._whisper.model.align(encoded, tokenizer.sot_sequence, tokens, frames))


def _rows(encoded: Any, numbers: Sequence[int]) -> Any:
    """Return some windows of a batch that was encoded on a CPU."""
    import numpy as np
    from ctranslate2 import StorageView

    return StorageView.from_array(np.asarray(encoded)[list(numbers)])


def _frames(length_s: float) -> int:
    """Return the number of a window's feature frames (10 ms each) that hold its sound."""
    return min(int(length_s / 0.01), 3000)


def _words(
    tokenizer: Any, tokens: list[int], pairs: NDArray[Any], probabilities: list[float], length_s: float
) -> list[tuple[list[int], Word]]:
    import numpy as np

    if not tokens or not len(pairs):
        return []
    jumps = np.pad(np.diff(pairs[:, 0]), (1, 0), constant_values=1).astype(bool)
    times = np.append(pairs[jumps, 1] * TIMESTAMP_S, length_s)  # of each token's begin
    texts, parts = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    words, at = [], 0
    for text, part in zip(texts, parts, strict=True):
        if part == [tokenizer.eot]:
            break
        begin, end = (float(times[min(i, len(times) - 1)]) for i in (at, at + len(part)))
        sure = probabilities[at : at + len(part)]
        words.append((part, Word(text, begin, max(begin, end), float(np.mean(sure)) if sure else 0.0)))
        at += len(part)
    return words


def _window_text(tokenizer: Any, result: Any, words: list[tuple[list[int], Word]]) -> WindowText:
    import math

    tokens = result.sequences_ids[0]
    first = tokenizer.timestamp_begin
    # Positions among the text tokens at which the model wrote a timestamp between two stretches of text.
    stops, count = set(), 0
    for token in tokens:
        if token >= first:
            stops.add(count)
        elif token < tokenizer.eot:
            count += 1
    breaks, at = set(), 0
    for index, (part, _) in enumerate(words):
        if index and at in stops:
            breaks.add(index)
        at += len(part)
    ends = [word.end_s for _, word in words]
    covered = (tokens[-1] - first) * TIMESTAMP_S if tokens and tokens[-1] >= first else max(ends, default=0.0)
    text = "".join(word.text for _, word in words)
    mean = result.scores[0] * len(tokens) / (len(tokens) + 1)
    return WindowText(
        tuple(word for _, word in words), frozenset(breaks), covered, math.exp(min(0.0, mean)),
        float(result.no_speech_prob), compression_ratio(text),
    )  # fmt: skip


def compression_ratio(text: str) -> float:
    """Return the length of a text over its compressed length (zlib); above 2.4 it repeats itself (Whisper paper)."""
    raw = text.encode("utf-8")
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def gpu_count() -> int:
    """Return how many CUDA devices CTranslate2 can use."""
    import ctranslate2

    try:
        return int(ctranslate2.get_cuda_device_count())
    except RuntimeError:
        return 0


def _suppressed(tokenizer: Any) -> list[int]:
    special = (tokenizer.transcribe, tokenizer.translate, tokenizer.sot, tokenizer.sot_prev, tokenizer.sot_lm)
    return sorted({*tokenizer.non_speech_tokens, *special, tokenizer.no_speech})
