"""Whether the models are there, for `complaints doctor`: a cheap look, or a real load."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from complaints.errors import ModelMissing
from complaints.messages import Message, Text, message
from complaints.models.cache import is_intact, model_folder
from complaints.models.catalogue import EMBEDDING, SPEECH, PackagedModel, install_command, locate
from complaints.models.resolve import DEFAULT, ModelFolder, embedding_model, keep_offline, speech_model


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """What is known of a model.

    Args:
        name: ``speech`` or ``embedding``.
        present: whether it can be used (after a load: whether it loaded).
        path: its folder, None where it is not known yet.
        detail: what was found or what is wrong.
        how_to_get: the command or setting that mends it; empty when nothing has to be mended.
    """

    name: str
    present: bool
    path: Path | None
    detail: Message
    how_to_get: Text


def check_models(
    speech: str = DEFAULT, embedding: str = DEFAULT, *, load: bool = False, allow_hub: bool = False
) -> list[ModelStatus]:
    """Look after the speech and the embedding model; never raises for a missing one.

    Args:
        speech: the setting asr.model.
        embedding: the setting embeddings.model.
        load: assemble and load each model and let it compute something (seconds, and the first time the conversion).
        allow_hub: whether a hub name may be downloaded, when loading.
    """
    fetch = allow_hub and load
    if not fetch:
        keep_offline()
    return [
        _checked(SPEECH, speech, load, lambda: speech_model(speech, allow_hub=fetch), _load_speech),
        _checked(EMBEDDING, embedding, load, lambda: embedding_model(embedding, allow_hub=fetch), _load_embedding),
    ]


def _checked(
    model: PackagedModel,
    setting: str,
    load: bool,
    resolve: Callable[[], ModelFolder],
    try_out: Callable[[Path], Message],
) -> ModelStatus:
    path = None
    try:
        if setting == DEFAULT and not load:
            return _default_status(model)
        found = resolve()
        path = found.path
        detail = try_out(path) if load else message("models.found")
    except ModelMissing as error:
        wrong = message("models.at", where=error.where, what=error.what) if error.where else error.what
        return ModelStatus(model.job, False, path, wrong, error.hint or "")
    # The libraries' errors for a broken file have no common base; tokenizers raises bare Exception.
    except Exception as error:
        mend: Text = install_command(model, again=True) if setting == DEFAULT else message("models.name_another")
        return ModelStatus(model.job, False, path, message("models.does_not_load", error=str(error)), mend)
    return ModelStatus(model.job, True, path, message("models.state", name=found.name, state=detail), "")


def _default_status(model: PackagedModel) -> ModelStatus:
    folder = model_folder(model)
    if is_intact(model):
        return ModelStatus(model.job, True, folder, message("models.assembled", name=model.name), "")
    for source in model.sources:
        locate(model, source)
    return ModelStatus(model.job, True, folder, message("models.installed", name=model.name), "")


def _load_speech(folder: Path) -> Message:
    import numpy as np
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    language, _, _ = model.detect_language(np.zeros(16_000, np.float32))
    return message("models.listens" if language else "models.loads")


def _load_embedding(folder: Path) -> Message:
    from tokenizers import Tokenizer

    tokens = Tokenizer.from_file(str(folder / "tokenizer.json")).encode("query: 发动机异响").tokens
    if (folder / "ct2" / "model.bin").is_file():
        import ctranslate2
        import numpy as np

        encoder = ctranslate2.Encoder(str(folder / "ct2"), device="cpu", compute_type="int8", intra_threads=1)
        shape = np.array(encoder.forward_batch([tokens]).last_hidden_state).shape
    else:
        from sentence_transformers import SentenceTransformer

        shape = SentenceTransformer(str(folder), device="cpu", local_files_only=True).encode(["发动机异响"]).shape
    return message("models.encodes", dimensions=shape[-1])
