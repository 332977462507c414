"""One sentence encoder for classify and cluster: a text in, a unit vector out.

sentence-transformers is the interface. On a CPU the transformer inside it is replaced by CTranslate2's int8 version,
where the model folder has one: a multiple of the speed at a cosine of 0.999 to float32.

A text's vector must not depend on the texts that happen to be encoded beside it. Padding changes the rounding of the
attention, and int8 amplifies that. So every text is padded to a multiple of 16 tokens, and only texts of the same
padded length share a batch; then the bits are the same for every batch and number of threads.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from complaints.errors import ComplaintsError, ModelMissing, SettingsError
from complaints.fingerprints import digest
from complaints.models.resolve import ModelFolder, embedding_model, keep_offline

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUCKET_TOKENS = 16
MAX_TOKENS = 512
# Token slots in a batch, padding included: small enough to stay in the processor's cache.
BATCH_TOKENS = 768
# Texts whose token lists are in memory at once.
WINDOW_TEXTS = 4096
# Raise this when the same model begins to give other vectors: cached ones are then computed anew.
ENCODER_VERSION = 1
E5_NAME = re.compile(r"(^|[-_/])e5[-_](small|base|large)\b", re.IGNORECASE)
PADDING = {"text": {"pad_to_multiple_of": BUCKET_TOKENS}}


class Encoder:
    """A loaded sentence encoder; make one with `open_encoder`.

    Args:
        model: the sentence-transformers model.
        prompt: what is put before every text, such as ``query: ``; may be empty.
        count_tokens: token counts of texts that bear the prompt, cut at the model's maximum.
        fingerprint: 64 hexadecimal digits of all that the vectors depend on: model, engine, prompt.
        model_fingerprint: of the model's files alone.
        device: that it runs on, cpu or cuda.
    """

    def __init__(
        self,
        model: SentenceTransformer,
        prompt: str,
        count_tokens: Callable[[list[str]], list[int]],
        fingerprint: str,
        model_fingerprint: str,
        device: str,
    ) -> None:
        self.device = device
        self._model, self._prompt, self._count_tokens = model, prompt, count_tokens
        self.fingerprint, self.model_fingerprint = fingerprint, model_fingerprint
        self.dimension = int(model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector a text, in the texts' order.

        Args:
            texts: any strings, empty ones too; what is beyond 512 tokens does not count.

        Returns:
            Shape (len(texts), dimension), each row of length 1 to within 0.001: the values are rounded to float16, so
            that storing them in 16 bits loses nothing. A row depends on its text alone.
        """
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), WINDOW_TEXTS):
            window = [_decodable(text) for text in texts[start : start + WINDOW_TEXTS]]
            counts = self._count_tokens([self._prompt + text for text in window])
            for rows in same_length_batches(counts):
                batch = self._model.encode(
                    [window[row] for row in rows],
                    prompt=self._prompt,
                    batch_size=len(rows),
                    show_progress_bar=False,
                    convert_to_numpy=True,
                    normalize_embeddings=True,
                    processing_kwargs=PADDING,
                )
                vectors[[start + row for row in rows]] = batch.astype(np.float16)
        return vectors


def open_encoder(
    setting: str = "default", device: str = "auto", *, threads: int = 1, allow_hub: bool = False
) -> Encoder:
    """Load the sentence encoder.

    Args:
        setting: ``default`` (the model packages), a sentence-transformers folder, or a name on the model hub.
        device: ``auto`` (a GPU when there is one), ``cpu`` or ``cuda``.
        threads: processor threads.
        allow_hub: whether a hub name may be downloaded.

    Raises:
        ModelMissing: the model is not there, does not load, or could run code.
        SettingsError: a GPU is asked for and PyTorch finds none.
    """
    folder = embedding_model(setting, allow_hub=allow_hub)
    if not allow_hub:
        keep_offline()
    try:
        return _opened(folder, device, threads)
    except ComplaintsError:
        raise
    # The libraries' errors for a broken file have no common base; tokenizers raises bare Exception.
    except Exception as error:
        raise ModelMissing("models.embedding_broken", str(folder.path), error=error) from error


def same_length_batches(token_counts: Sequence[int]) -> Iterator[list[int]]:
    """Yield batches of indexes whose texts pad to the same multiple of `BUCKET_TOKENS`, the shortest first."""
    buckets: dict[int, list[int]] = {}
    for index, count in enumerate(token_counts):
        buckets.setdefault(-(-count // BUCKET_TOKENS) * BUCKET_TOKENS, []).append(index)
    for padded, indexes in sorted(buckets.items()):
        size = max(1, BATCH_TOKENS // max(padded, 1))
        for start in range(0, len(indexes), size):
            yield indexes[start : start + size]


@lru_cache(maxsize=1)  # classify and cluster of one night share it
def _opened(folder: ModelFolder, device: str, threads: int) -> Encoder:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    # What the libraries tell of a model is for its makers, not for the users of this program.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    if device == "cuda" and not torch.cuda.is_available():
        raise SettingsError("models.no_gpu", "embeddings.device = cuda")
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu" and (folder.path / "ct2" / "model.bin").is_file():
        from complaints.models.ct2 import int8_sentence_transformer

        engine, model = "ctranslate2 int8", int8_sentence_transformer(folder.path, threads)
    else:
        engine, model = "torch", SentenceTransformer(str(folder.path), device=device, local_files_only=True)
        if device == "cpu":
            torch.set_num_threads(threads)
        model.max_seq_length = min(model.max_seq_length or MAX_TOKENS, MAX_TOKENS)
    prompt = _prompt(model, folder)
    fingerprint = digest("encoder", ENCODER_VERSION, folder.fingerprint, engine, device, prompt)
    return Encoder(model, prompt, _token_counter(model), fingerprint, folder.fingerprint, device)


def _prompt(model: SentenceTransformer, folder: ModelFolder) -> str:
    """The model's own default; an E5 model without one gets what it was trained with for comparing like with like."""
    if model.default_prompt_name is not None:
        return model.prompts.get(model.default_prompt_name) or ""
    return "query: " if E5_NAME.search(folder.name) or E5_NAME.search(folder.path.name) else ""


def _token_counter(model: SentenceTransformer) -> Callable[[list[str]], list[int]]:
    tokenizer: Any = model.tokenizer
    if hasattr(tokenizer, "encode_batch"):
        return lambda texts: [len(encoding.ids) for encoding in tokenizer.encode_batch(texts)]
    return lambda texts: [
        len(ids) for ids in tokenizer(texts, truncation=True, max_length=model.max_seq_length)["input_ids"]
    ]


def _decodable(text: str) -> str:
    # A lone surrogate is no character; the tokenizer refuses the whole batch for it.
    return text.encode("utf-8", "replace").decode("utf-8")
