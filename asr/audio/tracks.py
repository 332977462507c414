"""A recording opened: its sound tracks, and their frames in the order in which they stand in the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complaints.errors import ItemRefused
from complaints.records import FORMAT_NAMES

if TYPE_CHECKING:
    import av

# FFmpeg's names of the containers that telephone systems, phones and meeting recorders write. Everything else is
# refused before it is opened: playlists and scripts (hls, concat, sdp) would make FFmpeg read other files or addresses.
CONTAINERS = "wav,w64,mp3,mov,mp4,m4a,aac,ogg,flac,amr,amrnb,amrwb,asf,matroska,webm,caf,au,aiff"
# What these say of their length is what they hold. That of others is FFmpeg's guess from the file's size and first
# frames: it cannot tell that a file broke off, and takes a whole one of varying rate for one that did.
STATES_LENGTH = frozenset({"wav", "w64", "mov", "asf", "matroska", "flac", "caf", "au", "aiff"})
MAX_CHANNELS = 8
VOX_RATE = 8000  # samples a second: Dialogic's cards; the format has no header that could say another one
VOX_BLOCK_BYTES = 4096
# First bytes of files that say what they are, whatever their name.
SIGNATURES = (b"RIFF", b"RF64", b"ID3", b"OggS", b"fLaC", b"#!AMR", b".snd", b"FORM", b"\x1aE\xdf\xa3", b"caff")
GSM_FRAME_BYTES = 33
MP3_HEADER_BYTES = 4096  # of the first frame and its neighbours


@dataclass(slots=True)
class Sound:
    """A recording that can be decoded.

    Args:
        channels: of each track.
        starts_s: when each track begins, in seconds after the first.
        frames: (track, frame) in the order of the file.
        container: FFmpeg's name of the container.
        promised_s: seconds that its header says there are; 0 where it says nothing.
        damage: why frames are missing (``truncated``, ``damaged``, ``track_lost``), in order; grows while frames are
            taken.
    """

    channels: tuple[int, ...]
    starts_s: tuple[float, ...]
    frames: Iterator[tuple[int, av.AudioFrame]]
    container: str
    promised_s: float = 0.0
    damage: list[str] = field(default_factory=list)


@contextmanager
def opened(path: Path, where: str) -> Iterator[Sound]:
    """Open a recording by its content; raw GSM and Dialogic ADPCM, which say nothing, by name as well.

    Args:
        path: the recording.
        where: how errors name it.

    Raises:
        ItemRefused: ``not_audio``, ``no_audio_stream``, ``unknown_codec`` or ``too_many_channels``.
        av.error.FFmpegError: FFmpeg cannot open it.
    """
    import av

    with path.open("rb") as stream:
        head = stream.read(GSM_FRAME_BYTES * 4)
        stream.seek(0)
        if path.suffix.lower() == ".vox" and not _says_what_it_is(head):
            yield _dialogic(stream, where)
            return
        raw = "gsm" if path.suffix.lower() == ".gsm" and _is_gsm(head) else None
        # Raw frames are allowed where their content has been looked at: FFmpeg would believe the name's ending.
        options = {"format_whitelist": raw or CONTAINERS, "protocol_whitelist": "none"}
        with av.open(stream, mode="r", format=raw, options=options, metadata_errors="ignore") as container:
            yield _of_container(container, path, where)


def not_audio(where: str) -> ItemRefused:
    """Return the refusal of what is no recording."""
    return ItemRefused("asr.not_audio", where, formats=FORMAT_NAMES)


def _of_container(container: av.container.InputContainer, path: Path, where: str) -> Sound:
    import av

    tracks = container.streams.audio
    if not tracks:
        raise ItemRefused("asr.no_audio_stream", where)
    known = [track for track in tracks if track.codec_context is not None]
    if not known:
        raise ItemRefused("asr.unknown_codec", where)
    if known[0].codec_context.channels > MAX_CHANNELS:
        raise ItemRefused("asr.too_many_channels", where, channels=known[0].codec_context.channels)
    heard: list[av.AudioStream] = []
    for track in known:
        channels = track.codec_context.channels
        if channels >= 1 and channels + sum(t.codec_context.channels for t in heard) <= MAX_CHANNELS:
            track.codec_context.thread_type = "NONE"
            heard.append(track)
    if not heard:
        raise not_audio(where)  # bytes that look like a format by chance
    begins = [float((track.start_time or 0) * (track.time_base or 0)) for track in heard]
    name = container.format.name.split(",")[0]
    states = name in STATES_LENGTH or (name == "mp3" and _counts_frames(path))
    sound = Sound(
        channels=tuple(track.codec_context.channels for track in heard),
        starts_s=tuple(begin - min(begins) for begin in begins),
        frames=iter(()), container=name, promised_s=float(container.duration or 0) / av.time_base if states else 0.0,
    )  # fmt: skip
    sound.frames = _frames(container, heard, sound.damage)
    if len(heard) < len(tracks):
        sound.damage.append("track_lost")
    return sound


def _frames(
    container: av.container.InputContainer, tracks: list[av.AudioStream], damage: list[str]
) -> Iterator[tuple[int, av.AudioFrame]]:
    """Yield the frames that decode; what does not is noted in `damage` and skipped."""
    import av

    numbers = {track.index: number for number, track in enumerate(tracks)}
    packets = container.demux(tracks)
    ended: set[int] = set()
    while True:
        try:
            packet = next(packets, None)
        except av.error.FFmpegError:
            damage.append("truncated")  # the container broke off; nothing behind it can be found
            return
        if packet is None:
            return
        if packet.stream.index in ended:
            continue
        try:
            for frame in packet.decode():
                if isinstance(frame, av.AudioFrame):
                    yield numbers[packet.stream.index], frame
        except av.error.EOFError:
            ended.add(packet.stream.index)
        except av.error.FFmpegError:
            damage.append("damaged")


def _says_what_it_is(head: bytes) -> bool:
    return head.startswith(SIGNATURES) or head[4:8] == b"ftyp"


def _is_gsm(head: bytes) -> bool:
    """Tell whether every frame begins with the nibble that GSM 06.10 files have there (RFC 3551, 4.5.8.1)."""
    return len(head) >= GSM_FRAME_BYTES and all(byte >> 4 == 0xD for byte in head[::GSM_FRAME_BYTES])


def _counts_frames(path: Path) -> bool:
    """Tell whether an MP3 file's first frame holds the number of its frames (Xing, Info or VBRI)."""
    with path.open("rb") as stream:
        head = stream.read(10)
        if head[:3] == b"ID3":
            size = 0
            for byte in head[6:10]:
                size = size << 7 | byte & 0x7F
            stream.seek(10 + size)
            head = b""
        head += stream.read(MP3_HEADER_BYTES)
    return any(mark in head for mark in (b"Xing", b"Info", b"VBRI"))


def _dialogic(stream: Any, where: str) -> Sound:
    sound = Sound((1,), (0.0,), iter(()), "vox")
    sound.frames = ((0, frame) for frame in _dialogic_frames(stream, where))
    return sound


def _dialogic_frames(stream: Any, where: str) -> Iterator[av.AudioFrame]:
    """Yield the frames of Dialogic ADPCM.

    Raises:
        ItemRefused: ``not_audio``; other bytes than these drive the decoder to its limits, where no voice can be.
    """
    import av
    import numpy as np

    decoder = av.CodecContext.create("adpcm_ima_oki", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate, decoder.layout = VOX_RATE, "mono"
    first = True
    while block := stream.read(VOX_BLOCK_BYTES):
        for frame in decoder.decode(av.Packet(block)):
            samples = frame.to_ndarray().astype(np.float64) / 32768
            if first and float(np.sqrt(np.mean(np.square(samples)))) > 0.5:
                raise not_audio(where)
            first = False
            yield frame
