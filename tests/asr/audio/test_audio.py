"""Every format of the one list is decoded: its seconds, its channels, its sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from asr.audio.samples import SAMPLE_RATE, Audio
from complaints.errors import ItemRefused
from complaints.records import RECORDING_FORMATS
from tests.asr.audio.test_decode import encode
from tests.asr.sounds import Sound, noise, tone
from tests.asr.telephone_codecs import dialogic, gsm

Decode = Callable[[Path], Audio]
# Ending: FFmpeg's encoder and container.
WRITERS = {
    "wav": ("pcm_s16le", "wav"), "mp3": ("mp3", "mp3"), "m4a": ("aac", "ipod"), "aac": ("aac", "adts"),
    "ogg": ("libopus", "ogg"), "opus": ("libopus", "ogg"), "flac": ("flac", "flac"), "wma": ("wmav2", "asf"),
    "webm": ("libopus", "webm"), "mp4": ("aac", "mp4"), "au": ("pcm_s16be", "au"), "aif": ("pcm_s16be", "aiff"),
    "mp2": ("mp2", "mp2"), "amr": ("libopencore_amrnb", "amr"), "3gp": ("libopencore_amrnb", "3gp"),
}  # fmt: skip
RAW = {"gsm": gsm, "vox": dialogic}
ONE_CHANNEL = {"amr", "3gp", *RAW}


def written(path: Path, channels: list[Sound]) -> Path:
    """Write a recording in the format that its ending names."""
    name = path.suffix[1:]
    if name in RAW:
        path.write_bytes(RAW[name](channels[0]))
        return path
    return encode(path, *WRITERS[name], channels)


def pitch(audio: Audio) -> float:
    """Return the strongest frequency of the middle second, in Hz."""
    piece = audio.piece(0, SAMPLE_RATE // 2, SAMPLE_RATE * 3 // 2)
    return float(np.argmax(np.abs(np.fft.rfft(piece))) * SAMPLE_RATE / len(piece))


@pytest.mark.parametrize("name", RECORDING_FORMATS)
def test_every_format_gives_its_seconds_and_its_sound(name: str, tmp_path: Path, decode: Decode) -> None:
    audio = decode(written(tmp_path / f"a.{name}", [tone(2)]))
    assert audio.duration_s == pytest.approx(2, abs=0.15)
    assert pitch(audio) == pytest.approx(450, abs=3)
    assert audio.partial_why == ""


@pytest.mark.parametrize("name", [name for name in RECORDING_FORMATS if name not in ONE_CHANNEL])
def test_every_format_of_two_channels_keeps_them_apart(name: str, tmp_path: Path, decode: Decode) -> None:
    audio = decode(written(tmp_path / f"a.{name}", [tone(2), noise(2, 0.02)]))
    assert audio.layout == "stereo"
    assert abs(audio.piece(0, 8000, 24000)).mean() > 4 * abs(audio.piece(1, 8000, 24000)).mean()


def test_every_ending_may_be_written_in_capitals(tmp_path: Path, decode: Decode) -> None:
    source = written(tmp_path / "a.vox", [tone(2)]).rename(tmp_path / "A.VOX")
    assert pitch(decode(source)) == pytest.approx(450, abs=3)


@pytest.mark.parametrize("name", RAW)
def test_a_recording_under_the_name_of_a_raw_format_is_what_its_content_says(
    name: str, tmp_path: Path, decode: Decode
) -> None:
    source = written(tmp_path / "a.flac", [tone(1)]).rename(tmp_path / f"a.{name}")
    assert decode(source).duration_s == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    "content",
    ["全是文字，不是录音。\n".encode() * 500, b"a list of words\n" * 400, np.random.default_rng(2).bytes(20_000)],
    ids=["Chinese text", "English text", "random"],
)
@pytest.mark.parametrize("name", RAW)
def test_other_bytes_are_no_raw_sound(name: str, content: bytes, tmp_path: Path, decode: Decode) -> None:
    (tmp_path / f"a.{name}").write_bytes(content)
    with pytest.raises(ItemRefused) as refusal:
        decode(tmp_path / f"a.{name}")
    assert refusal.value.reason == "not_audio"
    assert "vox" in str(refusal.value.hint)


def test_a_short_raw_recording_is_known_by_its_name(tmp_path: Path, decode: Decode) -> None:
    source = written(tmp_path / "a.gsm", [tone(0.5)])
    assert decode(source).duration_s == pytest.approx(0.5, abs=0.05)
