"""The cache folder, where the default models are assembled once from their packages.

``$COMPLAINTS_CACHE``, else the operating system's cache folder of the user. A finished model folder holds a stamp with
its files' SHA-256, sizes and times, so that a later start compares sizes and times instead of hashing 600 MB again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from complaints.errors import ModelMissing
from complaints.fingerprints import bytes_digest, canonical_json
from complaints.messages import message
from complaints.models.catalogue import PackagedModel
from complaints.system import CACHE_VARIABLE, cache_root

STAMP_NAME = "complaints-model.json"


@dataclass(frozen=True, slots=True)
class FileState:
    """What is remembered of a file: a file of the same size and time is taken to have the same SHA-256."""

    size_bytes: int
    mtime_ns: int
    sha256: str


def model_folder(model: PackagedModel) -> Path:
    """Return where a default model is kept, assembled or not; another fingerprint is another folder."""
    return cache_root() / "models" / f"{model.name}-{model.fingerprint[:12]}"


def file_states(folder: Path, names: list[str], known: dict[str, FileState]) -> dict[str, FileState]:
    """Return the state of each named file, hashing only those whose size or time differ from what is known.

    Raises:
        OSError: a file is missing or cannot be read.
    """
    states = {}
    for name in names:
        status = (folder / name).stat()
        before = known.get(name)
        if before and (before.size_bytes, before.mtime_ns) == (status.st_size, status.st_mtime_ns):
            states[name] = before
        else:
            states[name] = FileState(status.st_size, status.st_mtime_ns, bytes_digest(folder / name))
    return states


def read_states(path: Path) -> tuple[str, dict[str, FileState]]:
    """Return the fingerprint and file states of a stamp; an absent or damaged one gives an empty text and none."""
    try:
        content = json.loads(path.read_bytes())
        return str(content["fingerprint"]), {name: FileState(**state) for name, state in content["files"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return "", {}


def write_states(path: Path, fingerprint: str, states: dict[str, FileState]) -> None:
    """Write a stamp in one step, so that no reader ever sees half of it."""
    content = {"fingerprint": fingerprint, "files": {name: asdict(state) for name, state in states.items()}}
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(canonical_json(content) + "\n", encoding="utf-8")
    draft.replace(path)


def is_intact(model: PackagedModel) -> bool:
    """Return whether the assembled folder is there with the content that was assembled."""
    folder = model_folder(model)
    fingerprint, known = read_states(folder / STAMP_NAME)
    if fingerprint != model.fingerprint:
        return False
    try:
        states = file_states(folder, sorted(known), known)
    except OSError:
        return False
    if any(states[name].sha256 != known[name].sha256 for name in known):
        return False
    if states != known:
        # A copied cache has new times. It may lie on a read-only disk: then it is hashed at every start.
        with suppress(OSError):
            write_states(folder / STAMP_NAME, fingerprint, states)
    return True


def assembled(model: PackagedModel, build: Callable[[Path], None]) -> Path:
    """Return the model's folder, assembling it first where it is missing or damaged.

    Several processes may ask at once: one builds, the others wait for it. The folder appears in one step, finished.

    Args:
        model: what to assemble.
        build: writes the model's files into the empty folder that it is given.

    Raises:
        ModelMissing: a package is missing or altered, or the cache folder cannot be written.
    """
    folder = model_folder(model)
    if is_intact(model):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f".{folder.name}.lock")):
            if not is_intact(model):
                _assemble(model, folder, build)
    except OSError as error:
        raise ModelMissing(
            "models.not_assembled",
            str(folder),
            job=message(f"models.job.{model.job}"),
            error=error.strerror or error,
            megabytes=model.disk_bytes >> 20,
            variable=CACHE_VARIABLE,
        ) from error
    return folder


def _assemble(model: PackagedModel, folder: Path, build: Callable[[Path], None]) -> None:
    draft, old = folder.with_name(f".{folder.name}.draft"), folder.with_name(f".{folder.name}.old")
    # Under the lock, whatever lies there is left from a process that died.
    for leftover in (draft, old):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        draft.mkdir()
        build(draft)
        names = sorted(path.relative_to(draft).as_posix() for path in draft.rglob("*") if path.is_file())
        write_states(draft / STAMP_NAME, model.fingerprint, file_states(draft, names, {}))
        if folder.exists():
            folder.rename(old)
        draft.rename(folder)
    finally:
        for leftover in (draft, old):
            shutil.rmtree(leftover, ignore_errors=True)
