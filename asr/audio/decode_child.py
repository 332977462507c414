"""What happens inside the decoder's child process: PyAV, resampling, limits."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asr.audio.samples import MONO_NAMES, SAMPLE_RATE, STEREO_NAMES
from complaints.errors import ItemRefused

if TYPE_CHECKING:
    import av
    import numpy as np
    from numpy.typing import NDArray

# FFmpeg's names of the containers that a telephone system writes. Everything else is refused before it is opened:
# playlists and scripts (hls, concat, sdp) would make FFmpeg read other files or addresses.
CONTAINERS = "wav,w64,mp3,mov,mp4,m4a,aac,ogg,flac,amr,amrnb,amrwb,asf,matroska,webm,caf,au"
MAX_CHANNELS = 8
SAME_CHANNEL_DB = -40.0  # left minus right this far below left: one signal on two channels, not two speakers
FLUSH_SAMPLES = 1 << 20
OGG_PAGE_BYTES = 65_307  # the longest page there is


@dataclass(frozen=True, slots=True)
class Request:
    """One file to decode: where it is, where its samples go, seconds to keep, and its name in messages."""

    path: str
    folder: str
    audio_s: float
    where: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """The samples' files, samples a channel, and why they are not all (empty when they are)."""

    files: tuple[str, ...]
    samples: int
    partial_why: str


def serve_decoding(memory_bytes: int) -> Callable[[Request, object], Decoded]:
    """Set the process's limits and return the function that answers requests."""
    import av
    import numpy as np  # noqa: F401  (imported before the limit is measured)

    av.logging.set_level(av.logging.PANIC)
    _limit_memory(memory_bytes)
    return lambda request, _: decode_file(request)


def _limit_memory(memory_bytes: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # no such limit on this platform
        import resource

        import psutil

        ceiling = psutil.Process().memory_info().vms + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def decode_file(request: Request) -> Decoded:
    """Decode one file to 16 kHz 16-bit samples, one file a channel.

    Raises:
        ItemRefused: not audio, no audio stream, no decoder or one that fails, more memory needed than allowed, or no
            room for the samples.
    """
    import av

    try:
        with Path(request.path).open("rb") as stream:
            return _decode_stream(stream, request)
    except MemoryError:
        raise ItemRefused("decoder_memory", "decoding needs more memory than allowed", request.where) from None
    except av.error.FFmpegError:
        raise _not_audio(request) from None
    except FileNotFoundError:
        raise ItemRefused("file_missing", "the recording is no longer there", request.where) from None
    except OSError as error:
        raise ItemRefused("unreadable", f"the file cannot be read ({error.strerror})", request.where) from None
    except ItemRefused:
        raise
    except Exception as error:
        # What a hostile file brings a codec's binding to costs that file, not the night.
        hint = "The recording is damaged or hostile; convert it to WAV and deliver it again"
        raise ItemRefused("decoder_died", f"the decoder failed ({type(error).__name__})", request.where, hint) from None


def _decode_stream(stream: Any, request: Request) -> Decoded:
    import av

    # A stream, not a path: FFmpeg would also guess by the name's ending.
    options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "none"}
    with av.open(stream, mode="r", options=options, metadata_errors="ignore") as container:
        if not container.streams.audio:
            hint = "Deliver the sound track as a recording"
            raise ItemRefused("no_audio_stream", "the file holds no audio stream", request.where, hint)
        track = container.streams.audio[0]
        if track.codec_context is None:
            hint = "Convert the recording to WAV and deliver it again"
            raise ItemRefused("unknown_codec", "no decoder is known for the recording's sound", request.where, hint)
        channels = track.codec_context.channels
        if channels < 1:
            raise _not_audio(request)  # bytes that look like a format by chance
        if channels > MAX_CHANNELS:
            raise ItemRefused("too_many_channels", f"the recording has {channels} channels", request.where)
        track.thread_type = "NONE"
        names = STEREO_NAMES if channels == len(STEREO_NAMES) else MONO_NAMES
        files = tuple(Path(request.folder) / f"{name}.s16" for name in names)
        try:
            samples, why = _write(container, track, files, int(request.audio_s * SAMPLE_RATE))
        except av.error.FFmpegError:
            raise
        except OSError as error:
            hint = "Free disk space; the next night tries again"
            what = f"the samples cannot be written ({error.strerror})"
            raise ItemRefused("disk_full", what, request.where, hint) from None
        promised_s = float(container.duration or 0) / av.time_base
        container_name = container.format.name
    if samples == 0:
        raise _not_audio(request)
    if not why and promised_s < request.audio_s and samples / SAMPLE_RATE < 0.9 * promised_s - 1.0:
        why = "truncated"  # the container's header promises more than the stream held
    complete = {"ogg": _ogg_ends, "wav": _wav_ends}.get(container_name)
    if not why and complete is not None and not complete(Path(request.path)):
        why = "truncated"
    if len(files) == len(STEREO_NAMES) and _same_signal(files, samples):
        return Decoded((str(files[0].rename(files[0].with_name("mix.s16"))),), samples, why)
    return Decoded(tuple(str(file) for file in files), samples, why)


def _not_audio(request: Request) -> ItemRefused:
    hint = "Deliver it as wav, mp3, m4a, aac, ogg, opus, flac, amr, wma or webm"
    return ItemRefused("not_audio", "the file's content is no recording that can be decoded", request.where, hint)


def _write(
    container: av.container.InputContainer, track: av.AudioStream, files: tuple[Path, ...], most: int
) -> tuple[int, str]:
    import av

    layout = "stereo" if len(files) == len(STEREO_NAMES) else "mono"
    resampler = av.AudioResampler(format="s16p", layout=layout, rate=SAMPLE_RATE)
    damage: list[str] = []
    written = 0
    with contextlib.ExitStack() as stack:
        outs = [stack.enter_context(file.open("wb", buffering=FLUSH_SAMPLES)) for file in files]
        for block in _resampled(_frames(container, track, damage), resampler):
            room = most - written
            for out, channel in zip(outs, block, strict=True):
                out.write(channel[:room].tobytes())
            written += min(room, block.shape[1])
            if written >= most:
                return written, "too_long"
    return written, damage[0] if damage else ""


def _frames(
    container: av.container.InputContainer, track: av.AudioStream, damage: list[str]
) -> Iterator[av.AudioFrame]:
    """Yield the frames that decode; what does not is noted in `damage` and skipped."""
    import av

    packets = container.demux(track)
    while True:
        try:
            packet = next(packets, None)
        except av.error.FFmpegError:
            damage.append("truncated")  # the container broke off; nothing behind it can be found
            return
        if packet is None:
            return
        try:
            yield from packet.decode()
        except av.error.EOFError:
            return
        except av.error.FFmpegError:
            damage.append("damaged")


def _resampled(frames: Iterator[av.AudioFrame], resampler: av.AudioResampler) -> Iterator[NDArray[np.int16]]:
    import av

    for frame in frames:
        frame.pts = None  # gaps and jumps of damaged streams would make the resampler refuse
        try:
            blocks = resampler.resample(frame)
        except (av.error.FFmpegError, ValueError):
            continue  # a frame that changed its form in mid-stream
        for block in blocks:
            yield _samples(block)
    for block in resampler.resample(None):
        yield _samples(block)


def _ogg_ends(path: Path) -> bool:
    """Tell whether an Ogg file's last page is marked as the stream's last (RFC 3533, header type flag 0x04)."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - OGG_PAGE_BYTES))
        tail = stream.read()
    at = tail.rfind(b"OggS")
    return at < 0 or (len(tail) > at + 5 and bool(tail[at + 5] & 0x04))


def _wav_ends(path: Path) -> bool:
    """Tell whether a WAV file is as long as its header says; 0 and the highest number mean that the writer streamed."""
    with path.open("rb") as stream:
        head = stream.read(8)
    size_bytes = int.from_bytes(head[4:8], "little")
    return head[:4] != b"RIFF" or size_bytes in (0, 0xFFFFFFFF) or path.stat().st_size >= size_bytes + 7


def _samples(block: av.AudioFrame) -> NDArray[np.int16]:
    import numpy as np

    return np.asarray(block.to_ndarray(), dtype=np.int16)


def _same_signal(files: tuple[Path, ...], samples: int) -> bool:
    """Tell whether two channels carry one signal (a mono call saved as stereo), reading them in pieces."""
    import numpy as np

    of_left = of_difference = 0.0
    with files[0].open("rb") as left, files[1].open("rb") as right:
        for _ in range(0, samples, FLUSH_SAMPLES):
            a = np.fromfile(left, dtype=np.int16, count=FLUSH_SAMPLES).astype(np.float64)
            b = np.fromfile(right, dtype=np.int16, count=FLUSH_SAMPLES).astype(np.float64)
            of_left += float(a @ a)
            of_difference += float((a - b) @ (a - b))
    return of_difference <= of_left * 10 ** (SAME_CHANNEL_DB / 10) and of_left > 0
