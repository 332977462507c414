"""Recordings and tables at other places (s3, oss, hdfs, smb, sftp, …): what is new there is copied beside the store.

What is fetched lies in data/fetched/, a folder a location, and is taken in like what lies in the inbox. A file that was
taken is not fetched again while its size and time there stay the same, also when its copy is gone. A place is not
trusted: names are checked, sizes limited, links left alone, and whatever fails costs that file or that place only.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from complaints.errors import ItemRefused
from complaints.fingerprints import digest
from complaints.intake.scan import kind_of, unfinished
from complaints.messages import message
from complaints.run_log import place_of

BLOCK_BYTES = 1 << 20
MAX_DEPTH = 16  # folders below a location
MAX_NAME_BYTES = 255
GIVE_UP = 3  # files one after another that cannot be fetched: then it is the place
# Where the kinds of places tell when a file was last changed.
TIMES = ("mtime", "LastModified", "last_modified", "modified", "modification_time", "last_write_time", "created")


@dataclass
class Fetched:
    """What became of the locations. `refused` paths are relative to the workspace."""

    refused: list[tuple[Path, ItemRefused]] = field(default_factory=list)
    failed: dict[str, ItemRefused] = field(default_factory=dict)
    files: int = 0
    unfinished: int = 0


@dataclass(frozen=True, slots=True)
class _Remote:
    name: str  # as the place calls it
    parts: tuple[str, ...]  # below the location
    size: int | None
    mtime_ns: int | None
    is_link: bool


def fetch(
    root: Path, folder: Path, locations: Sequence[str], known: Mapping[str, tuple[int, int]], max_bytes: float,
    settling_s: float,
) -> Fetched:  # fmt: skip
    """Copy what is new at the locations.

    Args:
        root: the workspace.
        folder: for the copies.
        locations: fsspec addresses of folders; keys and passwords stand in fsspec's own configuration.
        known: size and time (nanoseconds) of what was taken before, by its copy's path under the workspace.
        max_bytes: a larger file is refused.
        settling_s: a file that changed less than so many seconds ago is left for later.
    """
    done = Fetched()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for location in locations:
        place = folder / folder_name(location)
        try:
            _fetch_from(location, _Copies(root, place, known, max_bytes, settling_s, done))
        except ItemRefused as refusal:
            done.failed[location] = refusal
        # Each kind of place has errors of its own; their texts may hold keys, their types do not.
        except Exception as error:
            package = error.msg if isinstance(error, ImportError) else ""
            hint = message("intake.package_missing", package=package) if package else None
            done.failed[location] = ItemRefused(
                "intake.location_unreachable", location, hint=hint, error=type(error).__name__, place=place_of(error)
            )
    return done


def folder_name(location: str) -> str:
    """Return the name of a location's folder: readable, and another one for another location."""
    readable = re.sub(r"[^0-9A-Za-z]+", "-", location).strip("-")[:40]
    return f"{readable}-{digest(location)[:8]}"


def _fetch_from(location: str, copies: _Copies) -> None:
    from fsspec.core import url_to_fs

    place, root = url_to_fs(location)
    place.invalidate_cache()
    if not place.exists(root):
        raise ItemRefused("intake.location_unreachable.no_folder", location)
    missed = 0
    for remote in _listed(place, root.rstrip("/")):
        try:
            copies.take(place, remote)
            missed = 0
        except ItemRefused as refusal:
            copies.refuse(remote, refusal)
        except Exception as error:
            missed += 1
            if missed == GIVE_UP:
                raise
            copies.refuse(remote, ItemRefused("intake.not_fetched", error=type(error).__name__, place=place_of(error)))


def _listed(place: Any, root: str) -> Iterator[_Remote]:
    """Yield the files of a place, in order; folders that are links, or lie elsewhere, are not entered."""
    for folder, folders, files in place.walk(root, maxdepth=MAX_DEPTH, detail=True, topdown=True, on_error="raise"):
        for name in [name for name, facts in folders.items() if _is_link(facts) or name.startswith(".")]:
            del folders[name]
        base = str(folder).rstrip("/")
        if base != root and not base.startswith(f"{root}/"):
            folders.clear()
            continue
        between = [part for part in base[len(root) :].split("/") if part]
        for name, facts in sorted(files.items()):
            yield _Remote(facts["name"], (*between, name), facts.get("size"), _time_ns(facts), _is_link(facts))


def _is_link(facts: Mapping[str, Any]) -> bool:
    return bool(facts.get("islink")) or facts.get("type") == "link"


def _time_ns(facts: Mapping[str, Any]) -> int | None:
    for name in TIMES:
        value = facts.get(name)
        if isinstance(value, datetime):
            return int(value.timestamp()) * 1_000_000_000
        if isinstance(value, int | float):
            return int(value) * 1_000_000_000
    return None


@dataclass(frozen=True)
class _Copies:
    """The copies of one location."""

    root: Path
    folder: Path
    known: Mapping[str, tuple[int, int]]
    max_bytes: float
    settling_s: float
    done: Fetched

    def refuse(self, remote: _Remote, refusal: ItemRefused) -> None:
        """Note a refusal under a name that can be shown."""
        shown = "/".join("".join(c if c.isprintable() else "?" for c in part) for part in remote.parts)
        self.done.refused.append((self.folder.relative_to(self.root) / shown.lstrip("/"), refusal))

    def take(self, place: Any, remote: _Remote) -> None:
        """Copy a file if it is one for us and new.

        Raises:
            ItemRefused: its name or size will not do, or it is a link.
        """
        if unfinished(remote.parts[-1].lower()):
            self.done.unfinished += 1
            return
        if kind_of(remote.parts[-1].lower()) is None:
            return
        self._check(remote)
        target = self.folder.joinpath(*remote.parts)
        if self._is_known(target, remote):
            return
        if remote.mtime_ns is not None and 0 <= time.time() - remote.mtime_ns / 1e9 < self.settling_s:
            self.done.unfinished += 1
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = target.with_name(f".{digest(target.name)[:16]}.part")
        try:
            size = self._stream(place, remote, part)
            if remote.size is not None and size != remote.size:  # it changed while it was read
                self.done.unfinished += 1
                return
            if remote.mtime_ns is not None:
                os.utime(part, ns=(remote.mtime_ns, remote.mtime_ns))
            part.replace(target)
            self.done.files += 1
        finally:
            part.unlink(missing_ok=True)

    def _check(self, remote: _Remote) -> None:
        for part in remote.parts:
            bad = part in ("", ".", "..") or "/" in part or "\\" in part or not part.isprintable()
            if bad or len(part.encode("utf-8", "replace")) > MAX_NAME_BYTES:
                raise ItemRefused("intake.unsafe_name")
        if remote.is_link:
            raise ItemRefused("intake.link_outside.remote")
        if remote.size is not None and remote.size > self.max_bytes:
            raise self._too_large(remote.size)

    def _too_large(self, size: int) -> ItemRefused:
        return ItemRefused("intake.too_large", megabytes=size / 1e6)

    def _is_known(self, target: Path, remote: _Remote) -> bool:
        states = [self.known.get(str(target.relative_to(self.root)))]
        with suppress(FileNotFoundError):
            status = target.stat()
            states.append((status.st_size, status.st_mtime_ns))
        return any(
            state is not None and remote.size in (None, state[0]) and remote.mtime_ns in (None, state[1])
            for state in states
        )

    def _stream(self, place: Any, remote: _Remote, part: Path) -> int:
        size = 0
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as target, place.open(remote.name, "rb") as source:
            while block := source.read(BLOCK_BYTES):
                size += len(block)
                if size > self.max_bytes:  # whatever the listing said
                    raise self._too_large(size)
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        return size
