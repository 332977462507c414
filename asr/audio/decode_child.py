"""What happens inside the decoder's child process: resampling, channels, limits."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asr.audio.channels import arranged, has_offset, is_one_signal, take_offset_out
from asr.audio.samples import SAMPLE_RATE, STEREO_NAMES
from asr.audio.tracks import Sound, not_audio, opened
from asr.audio.whole import ends_as_said
from complaints.errors import ItemRefused
from complaints.system import limit_memory

if TYPE_CHECKING:
    import av
    import numpy as np
    from numpy.typing import NDArray

FLUSH_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """One file to decode: where it is, where its samples go, seconds to keep, and its name in messages."""

    path: str
    folder: str
    audio_s: float
    where: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """The samples' files, samples a channel, why they are not all (empty when they are), and how they were made.

    `treatment` names what was done beyond plain decoding: ``offset`` (taken out), ``tracks`` (more than one), ``form``
    (rate or channels changed in mid-file), ``turned`` (one signal, its sign turned on one channel). A treatment that
    is changed gets another name, so that what it concerns is heard anew.
    """

    files: tuple[str, ...]
    samples: int
    partial_why: str
    treatment: tuple[str, ...] = ()


def serve_decoding(memory_bytes: int) -> Callable[[Request, object], Decoded]:
    """Set the process's limits and return the function that answers requests."""
    import av
    import numpy as np  # noqa: F401  (imported before the limit is measured)

    av.logging.set_level(av.logging.PANIC)
    limit_memory(memory_bytes)
    return lambda request, _: decode_file(request)


def decode_file(request: Request) -> Decoded:
    """Decode one file to 16 kHz 16-bit samples, one file a channel.

    Raises:
        ItemRefused: not audio, no audio stream, no decoder or one that fails, more memory needed than allowed, or no
            room for the samples.
    """
    import av

    try:
        return _decoded(request)
    except MemoryError:
        raise ItemRefused("asr.decoder_memory", request.where) from None
    except av.error.FFmpegError:
        raise not_audio(request.where) from None
    except FileNotFoundError:
        raise ItemRefused("asr.file_missing", request.where) from None
    except OSError as error:
        raise ItemRefused("asr.unreadable", request.where, error=error.strerror) from None
    except ItemRefused:
        raise
    except Exception as error:
        # What a hostile file brings a codec's binding to costs that file, not the night.
        raise ItemRefused("asr.decoder_died.error", request.where, error=type(error).__name__) from None


def _decoded(request: Request) -> Decoded:
    import av

    path = Path(request.path)
    with opened(path, request.where) as sound:
        try:
            return _made(sound, request)
        except av.error.FFmpegError:
            raise
        except OSError as error:
            raise ItemRefused("asr.disk_full", request.where, error=error.strerror) from None


def _made(sound: Sound, request: Request) -> Decoded:
    folder = Path(request.folder)
    tracks, too_long = _write(sound, folder, int(request.audio_s * SAMPLE_RATE))
    as_mono = any(track.channels_changed for track in tracks)
    files, samples = arranged([track.files for track in tracks], as_mono, folder)
    if samples == 0:
        raise not_audio(request.where)
    treatment = ["tracks"] * (len(tracks) > 1) + ["form"] * any(track.form_changed for track in tracks)
    if any(has_offset(file) for file in files):
        treatment.append("offset")
        for file in files:  # of both, for they may carry one signal
            take_offset_out(file, samples)
    if len(files) == len(STEREO_NAMES) and (sign := is_one_signal(files)):
        files = (files[0].rename(folder / "mix.s16"),)
        treatment += ["turned"] * (sign < 0)
    why = "too_long" if too_long else next(iter(sound.damage), "")
    seconds, promised_s = samples / SAMPLE_RATE, sound.promised_s
    if not why and promised_s < request.audio_s and seconds < 0.9 * promised_s - 1.0:
        why = "truncated"  # the container's header promises more than the stream held
    if not why and not ends_as_said(Path(request.path), sound.container):
        why = "truncated"
    return Decoded(tuple(str(file) for file in files), samples, why, tuple(treatment))


def _write(sound: Sound, folder: Path, most: int) -> tuple[list[_Track], bool]:
    """Write the tracks' samples, at most `most` a channel; return the tracks, and whether that was too little."""
    with contextlib.ExitStack() as stack:
        starts = [int(start_s * SAMPLE_RATE) for start_s in sound.starts_s]
        tracks = [
            stack.enter_context(_Track(number, channels, min(start, most), folder, most))
            for number, (channels, start) in enumerate(zip(sound.channels, starts, strict=True))
        ]
        for number, frame in sound.frames:
            tracks[number].add(frame)
            if all(track.is_full for track in tracks):
                break
        for track in tracks:
            track.finish()
    return tracks, any(track.is_full for track in tracks)


class _Track:
    """The samples of one track on their way into files, one a channel; a context manager that closes them.

    Args:
        number: of the track.
        channels: that it says it has.
        start: samples of silence before it.
        folder: for the files.
        most: samples a channel that are kept.
    """

    def __init__(self, number: int, channels: int, start: int, folder: Path, most: int) -> None:
        kept = len(STEREO_NAMES) if channels == len(STEREO_NAMES) else 1
        self.files = tuple(folder / f"track{number}-{channel}.s16" for channel in range(kept))
        self.form_changed = self.channels_changed = False
        self._written, self._most = start, most
        self._form: tuple[int, str, int] | None = None
        self._resampler: av.AudioResampler | None = None
        self._outs = [file.open("wb", buffering=FLUSH_BYTES) for file in self.files]
        for out in self._outs:
            out.truncate(start * 2)
            out.seek(start * 2)

    def __enter__(self) -> _Track:
        return self

    def __exit__(self, *failure: object) -> None:
        for out in self._outs:
            out.close()

    @property
    def is_full(self) -> bool:
        """Return whether no more samples are kept."""
        return self._written >= self._most

    def add(self, frame: av.AudioFrame) -> None:
        """Write a frame; where its form is not that of the one before, what was before is brought to its end first."""
        form = (frame.sample_rate, frame.format.name, frame.layout.nb_channels)
        if form != self._form:
            self.finish()
            self.form_changed |= self._form is not None
            self.channels_changed |= self._form is not None and self._form[2] != form[2]
            self._form, self._resampler = form, self._new_resampler()
        frame.pts = None  # gaps and jumps of damaged streams would make the resampler refuse
        self._keep(self._resampled(frame))

    def finish(self) -> None:
        """Write what the resampler still holds."""
        if self._resampler is not None:
            self._keep(self._resampled(None))
            self._resampler = None

    def _new_resampler(self) -> av.AudioResampler:
        import av

        layout = "stereo" if len(self.files) == len(STEREO_NAMES) else "mono"
        return av.AudioResampler(format="s16p", layout=layout, rate=SAMPLE_RATE)

    def _resampled(self, frame: av.AudioFrame | None) -> Iterator[NDArray[np.int16]]:
        import av
        import numpy as np

        assert self._resampler is not None
        try:
            for block in self._resampler.resample(frame):
                yield np.asarray(block.to_ndarray(), dtype=np.int16)
        except (av.error.FFmpegError, ValueError):
            return  # a frame that no resampler takes

    def _keep(self, blocks: Iterable[NDArray[np.int16]]) -> None:
        for block in blocks:
            room = self._most - self._written
            if room <= 0:
                return
            for out, channel in zip(self._outs, block, strict=True):
                out.write(channel[:room].tobytes())
            self._written += min(room, block.shape[1])
