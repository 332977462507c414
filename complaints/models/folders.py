"""Model folders that a user names: what is allowed in them, and their fingerprint.

A model from a stranger must not run code. PyTorch's own weight files are pickles, which run code when they are read,
and a folder may bring Python files; both are refused. What stays is read as data: safetensors, CTranslate2, JSON, text.
"""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from pathlib import Path

from complaints.errors import ModelMissing
from complaints.fingerprints import digest
from complaints.models.cache import STAMP_NAME, file_states, read_states, write_states
from complaints.models.catalogue import content_fingerprint
from complaints.system import cache_root

CODE_SUFFIXES = frozenset({".py", ".pyc", ".pyd", ".so", ".dll", ".dylib"})
PICKLE_SUFFIXES = frozenset({".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".dill", ".mar"})
MODULE_NAMESPACES = (
    "sentence_transformers.models.",
    "sentence_transformers.base.modules.",
    "sentence_transformers.sentence_transformer.modules.",
)


def ctranslate2_architecture(path: Path) -> str | None:
    """Return the architecture that a CTranslate2 model.bin names in its head (``WhisperSpec``), None for other files.

    The head is a u32 version, a u16 length and the name with its terminating zero; a pickle or a zip has none.
    """
    with path.open("rb") as stream:
        head = stream.read(6)
        if len(head) < 6:
            return None
        version, length = struct.unpack("<IH", head)
        name = stream.read(length) if length <= 128 else b""
    if not 1 <= version <= 64 or len(name) != length or not name.endswith(b"Spec\x00"):
        return None
    return name[:-1].decode("ascii", "replace")


def refuse_code(folder: Path) -> None:
    """Refuse a model folder that could run code when it is loaded.

    Raises:
        ModelMissing: it holds pickled weights, Python files, or names classes from outside sentence-transformers.
    """
    for name in _files(folder):
        path, suffix = folder / name, Path(name).suffix.lower()
        if suffix in CODE_SUFFIXES:
            raise ModelMissing("models.holds_code", str(path))
        if suffix in PICKLE_SUFFIXES or (suffix == ".bin" and ctranslate2_architecture(path) is None):
            raise ModelMissing("models.holds_pickle", str(path))
    _refuse_foreign_modules(folder / "modules.json")


def folder_fingerprint(folder: Path) -> str:
    """Return a fingerprint (64 hexadecimal digits) of a folder's files; only files that changed are hashed again.

    Hidden files, Markdown and our own stamp do not count: they change nothing of what the model does.
    """
    memory = cache_root() / "fingerprints" / f"{digest(str(folder.resolve()))[:16]}.json"
    _, known = read_states(memory)
    states = file_states(folder, _files(folder), known)
    fingerprint = content_fingerprint({name: state.sha256 for name, state in states.items()})
    if states != known:
        # The memory only saves time: without it the folder is hashed at every start.
        with suppress(OSError):
            write_states(memory, fingerprint, states)
    return fingerprint


def require_speech_files(folder: Path) -> None:
    """Check that a folder has what a CTranslate2 Whisper model needs to load without a network.

    Raises:
        ModelMissing: a file is missing, or model.bin is of another architecture.
    """
    missing = [name for name in ("model.bin", "config.json", "tokenizer.json") if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in ("vocabulary.json", "vocabulary.txt")):
        missing.append("vocabulary.json")
    if missing:
        raise ModelMissing("models.no_whisper_folder", str(folder), missing=missing)
    architecture = ctranslate2_architecture(folder / "model.bin")
    if architecture != "WhisperSpec":
        raise ModelMissing("models.no_whisper", str(folder / "model.bin"), architecture=architecture)


def require_embedding_files(folder: Path) -> None:
    """Check that a folder looks like a sentence-transformers or transformers model with safetensors weights.

    Raises:
        ModelMissing: its configuration, weights or tokenizer are missing.
    """
    wanted = {
        "config.json": (folder / "config.json").is_file(),
        "*.safetensors": any(folder.rglob("*.safetensors")),
        "tokenizer.json": (folder / "tokenizer.json").is_file(),
    }
    if missing := [name for name, found in wanted.items() if not found]:
        raise ModelMissing("models.no_sentence_transformer", str(folder), missing=missing)


def _refuse_foreign_modules(path: Path) -> None:
    if not path.is_file():
        return
    try:
        types = [str(module["type"]) for module in json.loads(path.read_bytes())]
    except (ValueError, TypeError, KeyError) as error:
        raise ModelMissing("models.modules_unreadable", str(path)) from error
    for name in types:
        if not name.startswith(MODULE_NAMESPACES):
            raise ModelMissing("models.foreign_class", str(path), module=name)


def _files(folder: Path) -> list[str]:
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return sorted(
        name.as_posix()
        for name in names
        if name.suffix.lower() != ".md"
        and name.name != STAMP_NAME
        and not any(part.startswith(".") for part in name.parts)
    )
