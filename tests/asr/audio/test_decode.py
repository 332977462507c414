"""Decoding: every format by its content, what is broken refused or marked, and no file harms the next."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from asr.audio import decode_child as decoding
from asr.audio.decode import DecodeLimits, Decoder
from asr.audio.decode_child import Decoded, Request, serve_decoding
from complaints.errors import ItemRefused
from complaints.system import Child
from tests.asr.sounds import noise, silence, tone, write_wav

Make = Callable[..., Decoder]


def encode(
    path: Path,
    codec: str,
    container: str,
    channels: list[NDArray[Any]],
    rate: int = 16000,
    source_rate: int = 16000,
    options: dict[str, str] | None = None,
) -> Path:
    """Write channels, sampled at `source_rate`, in a format."""
    rate = {"libopus": 48000, "mp3": 48000, "libopencore_amrnb": 8000}.get(codec, rate)
    with av.open(str(path), "w", format=container, options=options or {}) as out:
        stream = cast(av.AudioStream, out.add_stream(codec, rate=rate))
        stream.layout = "stereo" if len(channels) == 2 else "mono"
        stream.bit_rate = 12_200 if codec == "libopencore_amrnb" else 64_000
        samples = (np.stack(channels) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples, format="s16p", layout=stream.layout.name)
        frame.sample_rate = source_rate
        graph = av.AudioResampler(
            format=stream.format, layout=stream.layout.name, rate=rate, frame_size=stream.frame_size
        )
        for block in [*graph.resample(frame), *graph.resample(None)]:
            out.mux(stream.encode(block))
        out.mux(stream.encode(None))
    return path


def test_the_name_does_not_decide(tmp_path: Path, decoder: Make) -> None:
    source = encode(tmp_path / "a.flac", "flac", "flac", [tone(1)])
    source.rename(tmp_path / "a.mp3")
    assert decoder().decode(tmp_path / "a.mp3", tmp_path, "a").duration_s == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty_file"),
        ("全是文字，不是录音。\n".encode() * 500, "not_audio"),
        (bytes(np.random.default_rng(1).integers(0, 256, 50_000, dtype=np.uint8)), "not_audio"),
        (b"#EXTM3U\n#EXTINF:10,\nother.wav\n", "not_audio"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "not_audio"),
    ],
    ids=["empty", "text", "random", "playlist", "bare header"],
)
def test_what_is_no_recording_is_refused(content: bytes, reason: str, tmp_path: Path, decoder: Make) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    with pytest.raises(ItemRefused) as refusal:
        decoder().decode(path, tmp_path, "a.mp3")
    assert refusal.value.reason == reason


def test_a_codec_that_nobody_knows_costs_the_one_file(tmp_path: Path, decoder: Make) -> None:
    source = write_wav(tmp_path / "a.wav", [noise(1)])
    content = bytearray(source.read_bytes())
    content[20:22] = b"\x99\x99"  # the format tag of a maker's own codec
    source.write_bytes(content)
    with pytest.raises(ItemRefused) as refusal:
        decoder().decode(source, tmp_path, "a.wav")
    assert refusal.value.reason == "unknown_codec"


def test_a_decoder_that_fails_in_an_unforeseen_way_costs_the_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_wav(tmp_path / "a.wav", [noise(1)])
    monkeypatch.setattr(decoding, "_decoded", lambda *_: None.channels)  # type: ignore[attr-defined]
    with pytest.raises(ItemRefused, match="AttributeError") as refusal:
        decoding.decode_file(decoding.Request(str(source), str(tmp_path), 60.0, "a.wav"))
    assert refusal.value.reason == "decoder_died"


def test_a_missing_file_is_refused(tmp_path: Path, decoder: Make) -> None:
    with pytest.raises(ItemRefused) as refusal:
        decoder().decode(tmp_path / "gone.wav", tmp_path, "gone.wav")
    assert refusal.value.reason == "file_missing"


def test_a_truncated_stream_yields_what_it_holds(call: Path, tmp_path: Path, decoder: Make) -> None:
    cut = tmp_path / "cut.ogg"
    cut.write_bytes(call.read_bytes()[:60_000])
    audio = decoder().decode(cut, tmp_path, "cut.ogg")
    assert audio.partial_why == "truncated"
    assert 5 < audio.duration_s < 30


def test_a_truncated_wav_is_marked(tmp_path: Path, decoder: Make) -> None:
    whole = write_wav(tmp_path / "a.wav", [noise(10)])
    whole.write_bytes(whole.read_bytes()[:100_000])
    assert decoder().decode(whole, tmp_path, "a.wav").partial_why == "truncated"


def test_damage_in_the_middle_keeps_the_rest(call: Path, tmp_path: Path, decoder: Make) -> None:
    data = bytearray(call.read_bytes())
    data[60_000:62_000] = bytes(2_000)
    (tmp_path / "hole.ogg").write_bytes(bytes(data))
    audio = decoder().decode(tmp_path / "hole.ogg", tmp_path, "hole.ogg")
    assert audio.duration_s > 40


def test_a_long_recording_is_cut_and_marked(tmp_path: Path, decoder: Make) -> None:
    source = encode(tmp_path / "bomb.flac", "flac", "flac", [silence(120)])  # tiny on disk, long when decoded
    audio = decoder(audio_s=30.0).decode(source, tmp_path, "bomb")
    assert (audio.duration_s, audio.partial_why) == (30.0, "too_long")
    assert audio.files[0].stat().st_size == 30 * 16000 * 2


def test_a_slow_decode_is_ended(tmp_path: Path, decoder: Make) -> None:
    source = write_wav(tmp_path / "a.wav", [noise(60)])
    with pytest.raises(ItemRefused) as refusal:
        decoder(wall_s=0.0).decode(source, tmp_path, "a")
    assert refusal.value.reason == "decode_timeout"


def test_a_killed_decoder_costs_that_file_only(tmp_path: Path, decoder: Make) -> None:
    source = write_wav(tmp_path / "a.wav", [noise(600)])
    one = decoder()
    one.decode(source, tmp_path, "a")  # starts the child
    child = one._child._process
    assert child is not None
    threading.Timer(0.05, child.kill).start()
    with pytest.raises(ItemRefused) as refusal:
        for _ in range(50):
            one.decode(source, tmp_path, "a")
    assert refusal.value.reason == "decoder_died"
    assert one.decode(source, tmp_path, "a").duration_s == 600.0


def test_an_unwritable_folder_is_the_disks_fault(tmp_path: Path, decoder: Make) -> None:
    source = write_wav(tmp_path / "a.wav", [noise(1)])
    gone = tmp_path / "gone"
    gone.mkdir()
    shutil.rmtree(gone)
    with pytest.raises(ItemRefused) as refusal:
        decoder().decode(source, gone, "a")
    assert refusal.value.reason == "disk_full"


def serve_with_small_files(memory_bytes: int) -> Callable[[Request, object], Decoded]:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    return serve_decoding(memory_bytes)


def test_a_limit_on_the_size_of_files_is_the_disks_fault_too(tmp_path: Path) -> None:
    large = write_wav(tmp_path / "large.wav", [noise(120)])
    decoder = Decoder()
    decoder._child = Child(serve_with_small_files, DecodeLimits().memory_bytes)
    with pytest.raises(ItemRefused) as refusal:
        decoder.decode(large, tmp_path, "large.wav")
    decoder.kill()
    assert refusal.value.reason == "disk_full"


def test_a_file_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    with Decoder(DecodeLimits(memory_bytes=1 << 20)) as decoder, pytest.raises(ItemRefused) as refusal:
        decoder.decode(write_wav(tmp_path / "a.wav", [silence(600)]), tmp_path, "a.wav")
    assert refusal.value.reason in {"decoder_memory", "decoder_died"}
