"""Tracks: a second one is heard too, and a change of rate or channels in mid-file loses nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest

from asr.audio.samples import Audio
from tests.asr.audio.test_decode import encode
from tests.asr.sounds import Sound, noise, silence, tone, write_wav

Decode = Callable[[Path], Audio]


def with_tracks(path: Path, container: str, codec: str, tracks: list[list[Sound]]) -> Path:
    """Write a file of several sound tracks, each with one or two channels at 48,000 samples a second."""
    with av.open(str(path), "w", format=container) as out:
        streams = []
        for channels in tracks:
            stream = cast(av.AudioStream, out.add_stream(codec, rate=48_000))
            stream.layout = "stereo" if len(channels) == 2 else "mono"
            streams.append(stream)
        for stream, channels in zip(streams, tracks, strict=True):
            samples = (np.stack(channels) * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples, format="s16p", layout=stream.layout.name)
            frame.sample_rate = 16_000
            graph = av.AudioResampler(stream.format, stream.layout.name, 48_000, frame_size=stream.frame_size)
            for block in [*graph.resample(frame), *graph.resample(None)]:
                out.mux(stream.encode(block))
            out.mux(stream.encode(None))
    return path


def loud(sound: np.ndarray) -> bool:
    return bool(np.abs(sound).mean() > 0.01)


@pytest.mark.parametrize(("container", "codec"), [("ipod", "aac"), ("matroska", "libopus"), ("mp4", "aac")])
def test_two_tracks_of_one_channel_are_two_channels(container: str, codec: str, tmp_path: Path, decode: Decode) -> None:
    first, second = [np.concatenate([tone(1), silence(2)])], [np.concatenate([silence(1.5), tone(0.5, 700)])]
    source = with_tracks(tmp_path / "a", container, codec, [first, second])
    audio = decode(source)
    assert (audio.layout, audio.treatment, audio.partial_why) == ("stereo", ("tracks",), "")
    assert audio.duration_s == pytest.approx(3, abs=0.1)
    assert [loud(audio.piece(channel, 2000, 14_000)) for channel in (0, 1)] == [True, False]
    assert [loud(audio.piece(channel, 26_000, 31_000)) for channel in (0, 1)] == [False, True]


@pytest.mark.parametrize("more", [[[silence(1), tone(1)]], [[silence(1)], [tone(1)]]], ids=["stereo", "two more"])
def test_more_than_two_channels_are_mixed(more: list[list[Sound]], tmp_path: Path, decode: Decode) -> None:
    source = with_tracks(tmp_path / "a.mka", "matroska", "libopus", [[silence(1)], *more])
    audio = decode(source)
    assert audio.layout == "mono"
    assert loud(audio.piece(0, 4000, 12_000))


def test_one_signal_on_two_tracks_is_one_speaker_track(tmp_path: Path, decode: Decode) -> None:
    source = with_tracks(tmp_path / "a.mka", "matroska", "pcm_s16le", [[noise(1)], [noise(1)]])
    assert decode(source).layout == "mono"


def test_a_track_that_cannot_be_decoded_is_told(tmp_path: Path, decode: Decode) -> None:
    source = with_tracks(tmp_path / "a.mka", "matroska", "libopus", [[tone(1)], [tone(1)]])
    content = source.read_bytes()
    at = content.rindex(b"A_OPUS")
    source.write_bytes(content[:at] + b"A_NONE" + content[at + 6 :])
    audio = decode(source)
    assert (audio.partial_why, loud(audio.piece(0, 4000, 12_000))) == ("track_lost", True)


def test_more_tracks_than_can_be_mixed_are_told(tmp_path: Path, decode: Decode) -> None:
    source = with_tracks(tmp_path / "a.mka", "matroska", "pcm_s16le", [[tone(1)]] * 9)
    assert decode(source).partial_why == "track_lost"


def joined(path: Path, container: str, codec: str, parts: list[tuple[int, list[Sound]]]) -> Path:
    """Write recordings of several rates one behind the other, as a recorder does that is switched in between."""
    content = io.BytesIO()
    for rate, channels in parts:
        frames_alone = {"write_xing": "0", "id3v2_version": "0"} if container == "mp3" else {}
        content.write(encode(path, codec, container, channels, rate=rate, options=frames_alone).read_bytes())
    path.write_bytes(content.getvalue())
    return path


@pytest.mark.parametrize(("container", "codec"), [("adts", "aac"), ("mp3", "libmp3lame")])
@pytest.mark.parametrize("rates", [(16_000, 44_100), (44_100, 8_000)], ids=["up", "down"])
def test_a_change_of_rate_in_mid_file_loses_nothing(
    container: str, codec: str, rates: tuple[int, int], tmp_path: Path, decode: Decode
) -> None:
    parts = [(rates[0], [tone(2, 450)]), (rates[1], [tone(3, 700)])]
    audio = decode(joined(tmp_path / "a", container, codec, parts))
    assert audio.duration_s == pytest.approx(5, abs=0.3)
    assert (audio.treatment, audio.partial_why) == (("form",), "")
    for begin, frequency in ((0.5, 450), (3.5, 700)):
        piece = audio.piece(0, int(begin * 16_000), int((begin + 1) * 16_000))
        assert np.argmax(np.abs(np.fft.rfft(piece))) == pytest.approx(frequency, abs=3)


@pytest.mark.parametrize("stereo_first", [True, False])
def test_a_change_of_channels_in_mid_file_gives_one_channel_with_all(
    stereo_first: bool, tmp_path: Path, decode: Decode
) -> None:
    parts = [(16_000, [silence(2), tone(2)]), (16_000, [tone(2)])]
    source = joined(tmp_path / "a.aac", "adts", "aac", parts if stereo_first else parts[::-1])
    audio = decode(source)
    assert (audio.layout, audio.treatment) == ("mono", ("form",))
    assert all(loud(audio.piece(0, at * 16_000, (at + 1) * 16_000)) for at in (0, 1, 2, 3))


def test_an_ordinary_recording_needs_no_treatment(tmp_path: Path, decode: Decode) -> None:
    source = write_wav(tmp_path / "a.wav", [noise(1), tone(1)])
    assert decode(source).treatment == ()
