"""From a setting to a model folder on disk: the default packages, a folder, or a name on the model hub."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from complaints.errors import ModelMissing
from complaints.fingerprints import bytes_digest
from complaints.messages import message
from complaints.models import folders
from complaints.models.cache import assembled
from complaints.models.catalogue import (
    E5_TOKENIZER,
    E5_WEIGHTS,
    EMBEDDING,
    SPEECH,
    WHISPER_FILES,
    WHISPER_MODEL_BIN_SHA256,
    WHISPER_PARTS,
    install_command,
    verified,
)

DEFAULT = "default"
HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
EMBEDDING_FILES = ["*.json", "*.safetensors", "*.txt", "*.model"]


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on disk.

    Args:
        name: for people: the setting, or the default model's name.
        path: its folder.
        fingerprint: 64 hexadecimal digits; the same digits mean the same model.
    """

    name: str
    path: Path
    fingerprint: str


def speech_model(setting: str, *, allow_hub: bool = False) -> ModelFolder:
    """Return the folder of a Whisper model in CTranslate2 format.

    Args:
        setting: ``default`` (the model packages), an existing folder, or a name on the model hub.
        allow_hub: whether a hub name may be downloaded; otherwise only an earlier download is used.

    Raises:
        ModelMissing: it is not there, is damaged, is no Whisper model, or could run code.
    """
    if setting == DEFAULT:
        return ModelFolder(SPEECH.name, assembled(SPEECH, _build_speech), SPEECH.fingerprint)
    return _named("asr.model", setting, _download_speech, folders.require_speech_files, allow_hub)


def embedding_model(setting: str, *, allow_hub: bool = False) -> ModelFolder:
    """Return the folder of a sentence embedding model; a sub-folder ``ct2`` may hold its CTranslate2 version.

    Args:
        setting: ``default`` (the model packages), an existing folder, or a name on the model hub.
        allow_hub: whether a hub name may be downloaded; otherwise only an earlier download is used.

    Raises:
        ModelMissing: it is not there, is damaged, is no embedding model, or could run code.
    """
    if setting == DEFAULT:
        return ModelFolder(EMBEDDING.name, assembled(EMBEDDING, _build_embedding), EMBEDDING.fingerprint)
    return _named("embeddings.model", setting, _download_embedding, folders.require_embedding_files, allow_hub)


def keep_offline() -> None:
    """Forbid the model libraries every network access for the rest of this process; call before importing them."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


def _build_speech(folder: Path) -> None:
    with (folder / "model.bin").open("wb") as stream:
        for part in WHISPER_PARTS:
            stream.write(verified(SPEECH, part).read_bytes())
    if bytes_digest(folder / "model.bin") != WHISPER_MODEL_BIN_SHA256:
        raise ModelMissing(
            "models.joined_wrongly", str(folder / "model.bin"), command=install_command(SPEECH, again=True)
        )
    for source in WHISPER_FILES:
        (folder / source.name).write_bytes(verified(SPEECH, source).read_bytes())


def _build_embedding(folder: Path) -> None:
    from complaints.models import e5

    e5.write_transformer(verified(EMBEDDING, E5_WEIGHTS), verified(EMBEDDING, E5_TOKENIZER), folder)
    e5.write_int8(folder)


def _named(
    key: str, setting: str, download: Callable[[str, bool], str], require: Callable[[Path], None], allow_hub: bool
) -> ModelFolder:
    path = Path(setting).expanduser()
    if not path.is_dir():
        path = _from_hub(key, setting, download, allow_hub)
    folders.refuse_code(path)
    require(path)
    return ModelFolder(setting, path, folders.folder_fingerprint(path))


def _from_hub(key: str, setting: str, download: Callable[[str, bool], str], allow_hub: bool) -> Path:
    if not HUB_NAME.fullmatch(setting) or setting.startswith((".", "~")):
        raise ModelMissing("models.no_folder", f"{key} = {setting}")
    try:
        return Path(download(setting, not allow_hub))
    # The hub's client has no common base for its errors but these; ValueError is its word for an impossible name.
    except (OSError, ValueError) as error:
        fault = message("models.fault.not_downloaded" if not allow_hub else "models.fault.hub", error=error)
        raise ModelMissing(
            "models.not_fetched", f"{key} = {setting}", fault=fault, section=key.split(".")[0]
        ) from error


def _download_speech(name: str, local_files_only: bool) -> str:
    from faster_whisper.utils import download_model

    return str(download_model(name, local_files_only=local_files_only))


def _download_embedding(name: str, local_files_only: bool) -> str:
    from huggingface_hub import snapshot_download

    # No .bin, no .py: what could run code is not even fetched.
    return snapshot_download(name, local_files_only=local_files_only, allow_patterns=EMBEDDING_FILES)
