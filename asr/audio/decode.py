"""Decoding: any listed format in, 16 kHz samples a channel on disk out, in a child process with limits.

The child may crash or hang inside a codec; that costs the one file. The work itself is in `asr.audio.decode_child`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from asr.audio.decode_child import Request, serve_decoding
from asr.audio.samples import Audio
from complaints.errors import ItemRefused
from complaints.system import Child, ChildDied, ChildStalled

RECYCLE_FILES = 200  # codecs leak; a fresh process after so many files bounds what they hold


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What one recording may cost.

    Args:
        audio_s: seconds of audio; what is longer is cut there.
        wall_s: seconds that decoding may take.
        memory_bytes: address space beyond what the child holds before it opens a file.
    """

    audio_s: float = 3 * 3600.0
    wall_s: float = 300.0
    memory_bytes: int = 1 << 30


@dataclass
class Decoder:
    """Decodes files one after another in a child process of its own; a context manager that ends the child."""

    limits: DecodeLimits = field(default_factory=DecodeLimits)

    def __post_init__(self) -> None:
        self._child = Child(serve_decoding, self.limits.memory_bytes, recycle=RECYCLE_FILES, name="complaints-asr")

    def __enter__(self) -> Decoder:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the child end."""
        self._child.close()

    def kill(self) -> None:
        """End the child at once."""
        self._child.kill()

    def decode(self, path: Path, folder: Path, where: str) -> Audio:
        """Decode one recording, going by its content; by its name only where raw GSM or Dialogic ADPCM says nothing.

        Args:
            path: the recording.
            folder: where the samples are written (one file a channel); the caller removes it.
            where: how errors name the recording, without persons in it.

        Raises:
            ItemRefused: ``file_missing``, ``unreadable``, ``empty_file``, ``not_audio``, ``no_audio_stream``,
                ``unknown_codec``, ``too_many_channels``, ``decoder_died``, ``decode_timeout``, ``decoder_memory`` or
                ``disk_full``.
        """
        check_readable(path, where)
        request = Request(str(path), str(folder), self.limits.audio_s, where)
        try:
            result = self._child.ask(request, self.limits.wall_s)
        except ChildStalled:
            raise ItemRefused("asr.decode_timeout", where, seconds=self.limits.wall_s) from None
        except ChildDied as death:
            raise ItemRefused("asr.decoder_died", where, code=death.args[0]) from None
        return Audio(tuple(Path(name) for name in result.files), result.samples, result.partial_why, result.treatment)


def check_readable(path: Path, where: str) -> None:
    """Raise ItemRefused when a file is not there, is empty or may not be read."""
    try:
        size_bytes = path.stat().st_size
        readable = os.access(path, os.R_OK)
    except OSError:
        raise ItemRefused("asr.file_missing", where) from None
    if size_bytes == 0:
        raise ItemRefused("asr.empty_file", where)
    if not readable:
        raise ItemRefused("asr.unreadable.forbidden", where)
