"""Whether a file is as long as its header says."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

OGG_PAGE_BYTES = 65_307  # the longest page there is
# Sizes that stand for "not known yet": what a writer to a pipe puts there, a few bytes of header more or less.
PLACEHOLDER_BYTES = 0x7FFF_0000
# A size that is wrong by so much counts parts of the header, as known writers do; it is a few milliseconds of sound.
SLIP_BYTES = 64


def ends_as_said(path: Path, container: str) -> bool:
    """Tell whether nothing is cut off a file at its end; True for containers that do not tell.

    Args:
        path: the file.
        container: FFmpeg's name of its container.
    """
    if container == "ogg":
        return _ogg_ends(path)
    return _wav_ends(path) if container == "wav" else True


def _ogg_ends(path: Path) -> bool:
    """Tell whether an Ogg file's last page is marked as the stream's last (RFC 3533, header type flag 0x04)."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - OGG_PAGE_BYTES))
        tail = stream.read()
    at = tail.rfind(b"OggS")
    return at < 0 or (len(tail) > at + 5 and bool(tail[at + 5] & 0x04))


def _wav_ends(path: Path) -> bool:
    """Tell whether the sound of a WAV file is all there; what stands behind it (tags, padding) does not count."""
    size_bytes = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(12)
        if head[:4] != b"RIFF":
            return True
        at = 12
        while (chunk := _chunk(stream, at)) is not None:
            name, at, length = chunk
            if name == b"data":
                is_known = 0 < length < PLACEHOLDER_BYTES
                return not is_known or size_bytes - at >= length - SLIP_BYTES
            at += length + length % 2
    return size_bytes + SLIP_BYTES >= int.from_bytes(head[4:8], "little")


def _chunk(stream: BinaryIO, at: int) -> tuple[bytes, int, int] | None:
    """Return the name, the begin and the length of the chunk at `at`, None at the end."""
    stream.seek(at)
    head = stream.read(8)
    return (head[:4], at + 8, int.from_bytes(head[4:8], "little")) if len(head) == 8 else None
