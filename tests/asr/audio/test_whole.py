"""A whole recording is not called partial, however its header counts; one that broke off is."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from asr.audio.samples import Audio
from tests.asr.audio.test_decode import encode
from tests.asr.sounds import noise, silence, tone

Decode = Callable[[Path], Audio]
SOUND = (noise(4) * 20_000).astype("<i2").tobytes()
LIST = b"LIST" + struct.pack("<I", 26) + b"INFOISFT" + struct.pack("<I", 14) + b"a recorder 1.0"


def wav(riff: int | None, data: int | None, sound: bytes = SOUND, before: bytes = b"", behind: bytes = b"") -> bytes:
    """Return a WAV file whose header says `riff` and `data` bytes, whatever there is; None: what there is."""
    form = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 16_000, 32_000, 2, 16)
    body = form + before + b"data" + struct.pack("<I", len(sound) if data is None else data) + sound + behind
    return b"RIFF" + struct.pack("<I", len(body) if riff is None else riff) + body


WHOLE = {
    "as it should be": wav(None, None),
    "zeros": wav(0, 0),
    "all ones": wav(0xFFFFFFFF, 0xFFFFFFFF),
    "highest positive": wav(0x7FFFFFFF, 0x7FFFFFFF),
    "highest less the header": wav(0x7FFFFFFF, 0x7FFFFFFF - 36),
    "all ones less the header": wav(0xFFFFFFFF, 0xFFFFFFFF - 44),
    "riff alone unknown": wav(0x7FFFFFFF, None),
    "data alone unknown": wav(None, 0x80000000),
    "28 bytes too many": wav(len(SOUND) + 64, len(SOUND) + 28),
    "header counted twice": wav(len(SOUND) + 80, len(SOUND) + 44),
    "riff counts the file": wav(len(SOUND) + 44, None),
    "odd chunk, padded": wav(None, None, before=b"note" + struct.pack("<I", 3) + b"abc\0"),
    "odd sound, not padded": wav(len(SOUND) + 38, None, sound=SOUND + b"\0"),
    "tags behind": wav(None, None, behind=LIST),
    "tags behind that riff leaves out": wav(len(SOUND) + 36, None, behind=LIST),
    "tags behind that are cut off": wav(len(SOUND) + 36 + len(LIST), None, behind=LIST[:12]),
    "tags before": wav(None, None, before=LIST),
}
CUT = {
    "half": wav(None, None)[: len(SOUND) // 2],
    "the last second": wav(None, None)[:-32_000],
    "a twentieth of a second": wav(None, None)[:-1_600],
    "with tags before": wav(None, None, before=LIST)[:-1_600],
    "with tags that were behind": wav(None, None, behind=LIST)[: -len(LIST) - 1_600],
}


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE.keys())
def test_a_whole_wav_is_whole(content: bytes, tmp_path: Path, decode: Decode) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    audio = decode(tmp_path / "a.wav")
    assert audio.partial_why == ""
    assert audio.duration_s == pytest.approx(4, abs=0.01)


@pytest.mark.parametrize("content", CUT.values(), ids=CUT.keys())
def test_a_wav_that_broke_off_is_partial(content: bytes, tmp_path: Path, decode: Decode) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    assert decode(tmp_path / "a.wav").partial_why == "truncated"


def test_a_length_that_is_guessed_from_the_first_frames_is_no_promise(tmp_path: Path, decode: Decode) -> None:
    # Silence in few bytes, then noise in many: at the rate of the first frames the file would last far longer.
    quiet = encode(tmp_path / "quiet.aac", "aac", "adts", [silence(10)]).read_bytes()
    source = encode(tmp_path / "a.aac", "aac", "adts", [np.clip(noise(10, 0.3), -1, 1)])
    source.write_bytes(quiet + source.read_bytes())
    audio = decode(source)
    assert (audio.partial_why, round(audio.duration_s)) == ("", 20)


@pytest.mark.parametrize(("codec", "container"), [("mp3", "mp3"), ("flac", "flac"), ("pcm_s16be", "au")])
def test_a_container_that_states_its_length_is_held_to_it(
    codec: str, container: str, tmp_path: Path, decode: Decode
) -> None:
    source = encode(tmp_path / "a", codec, container, [tone(20)])
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    assert decode(source).partial_why in ("truncated", "damaged")
