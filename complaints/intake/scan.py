"""Walking inbox/: which files are recordings, tables or sidecars, and which are left for later or refused."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from complaints.errors import ItemRefused
from complaints.records import RECORDING_SUFFIXES
from complaints.tables import TABLE_SUFFIXES

SIDECAR = "calls.csv"
# Names that programs give to files which they are still writing.
UNFINISHED_PREFIXES = (".", "~$", "~")
# Endings by which files that are no inputs are counted; another one may be a part of somebody's name.
USUAL_ENDINGS = frozenset(
    (
        "7z", "avi", "avif", "bmp", "bz2", "css", "db", "dbf", "doc", "docm", "docx", "dps", "eml", "et", "exe", "gif",
        "gz", "heic", "htm", "html", "ini", "jfif", "jpeg", "jpg", "js", "log", "md", "mdb", "mht", "mkv", "mov", "mpg",
        "mpp", "msg", "numbers", "odt", "ofd", "one", "pages", "pdf", "png", "pps", "ppt", "pptx", "ps1", "pst", "py",
        "rar", "rtf", "sav", "sh", "sql", "sqlite", "svg", "tar", "tif", "tiff", "toml", "txt", "vcf", "vsd", "vsdx",
        "webp", "wmv", "wpd", "wps", "xml", "xps", "xz", "yaml", "yml", "zip",
    )
)  # fmt: skip
UNFINISHED_SUFFIXES = (".part", ".partial", ".crdownload", ".tmp", ".filepart", ".download")


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A file of the inbox. `path` is relative to the workspace; size in bytes."""

    path: Path
    kind: str  # recording | table | sidecar
    size: int
    mtime_ns: int


@dataclass
class Scan:
    """What a walk over the inbox saw, in order of path; `other` counts files that are no inputs by `other_kind`."""

    files: list[Found] = field(default_factory=list)
    refused: list[tuple[Path, ItemRefused]] = field(default_factory=list)
    unfinished: int = 0
    other: Counter[str] = field(default_factory=Counter)

    def add(self, more: Scan) -> None:
        """Take in what a walk over another folder saw."""
        self.files += more.files
        self.refused += more.refused
        self.unfinished += more.unfinished
        self.other += more.other


def scan_inbox(root: Path, inbox: Path, max_bytes: float, settling_s: float) -> Scan:
    """Walk the inbox and wait, once and at most `settling_s` seconds, until fresh files have settled.

    A file that changed while it was watched is left for the next run and counted as unfinished.

    Args:
        root: the workspace; found paths are relative to it.
        inbox: its inbox folder.
        max_bytes: a larger file is refused.
        settling_s: how long a file must lie unchanged.
    """
    first = _walk(root, inbox, max_bytes)
    # A clock set back gives files from the future; waiting for those would never end.
    ages = [time.time() - found.mtime_ns / 1e9 for found in first.files]
    young = [settling_s - age for age in ages if 0 <= age < settling_s]
    if not young:
        return first
    time.sleep(max(young))
    second, before = _walk(root, inbox, max_bytes), set(first.files)
    settled = [found for found in second.files if found in before]
    second.unfinished += len(second.files) - len(settled)
    second.files = settled
    return second


def _walk(root: Path, inbox: Path, max_bytes: float) -> Scan:
    scan = Scan()
    for path in _entries(inbox):
        relative = path.relative_to(root)
        if (readable := as_text(relative)) != str(relative):
            refusal = ItemRefused("intake.undecodable_name")
            scan.refused.append((Path(readable), refusal))
            continue
        name = path.name.lower()
        if unfinished(name):
            scan.unfinished += 1
            continue
        if path.is_symlink() and not _inside(path, inbox):
            scan.refused.append((relative, ItemRefused("intake.link_outside")))
            continue
        kind = kind_of(name)
        if kind is None or not path.is_file() or (name.endswith(".txt") and not _has_columns(path)):
            scan.other[other_kind(name)] += 1
            continue
        status = path.stat()
        if status.st_size > max_bytes:
            scan.refused.append((relative, ItemRefused("intake.too_large", megabytes=status.st_size / 1e6)))
            continue
        scan.files.append(Found(relative, kind, status.st_size, status.st_mtime_ns))
    return scan


def as_text(path: Path) -> str:
    """Return a path as text that can be stored; bytes of its names that are no UTF-8 as ``\\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _entries(inbox: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(inbox, followlinks=False):
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        folders[:] = sorted(n for n in folders if n not in links and not n.startswith("."))
        for name in sorted([*names, *links]):
            yield Path(folder) / name


def _inside(path: Path, inbox: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(inbox.resolve())
    except (OSError, RuntimeError):  # a dangling link, or a circle of links
        return False


def _has_columns(path: Path) -> bool:
    """Tell whether a text has tabs, as the tables have that Excel saves under .txt; other texts are notes."""
    try:
        with path.open("rb") as stream:
            return b"\t" in stream.read(1 << 16)
    except OSError:
        return True  # reading it says what is wrong


def unfinished(name: str) -> bool:
    """Tell whether a name (in lower case) is one that programs give to what they are still writing."""
    return name.startswith(UNFINISHED_PREFIXES) or name.endswith(UNFINISHED_SUFFIXES)


def other_kind(name: str) -> str:
    """Return the kind of a file that is no input: its ending if that is a usual one (else it may be a name), or
    "other"."""
    ending = name.rpartition(".")[2]
    return ending if ending in USUAL_ENDINGS and "." in name else "other"


def kind_of(name: str) -> str | None:
    """Return what a file's name (in lower case) says it is: sidecar, recording, table, or None for something else."""
    if name == SIDECAR:
        return "sidecar"
    if name.endswith(RECORDING_SUFFIXES):
        return "recording"
    return "table" if name.endswith(TABLE_SUFFIXES) else None
