"""A sentence-transformers model whose transformer runs in CTranslate2 (int8, CPU).

Imports PyTorch at its top, because a module of sentence-transformers is a PyTorch class: import it inside functions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules.input_module import InputModule
from sentence_transformers.base.modules.normalize import Normalize
from sentence_transformers.sentence_transformer.modules.pooling import Pooling
from tokenizers import Tokenizer


class CTranslate2Transformer(InputModule):
    """The first module: texts to token embeddings.

    Args:
        folder: holds tokenizer.json and the sub-folder ``ct2``.
        threads: processor threads.
        max_tokens: longer texts are cut.
        pad_id: the token that fills up; the encoder is told the true lengths and never looks at it.
    """

    def __init__(self, folder: Path, threads: int, max_tokens: int, pad_id: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.max_seq_length = max_tokens
        self._pad_id = pad_id
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)
        self._encoder = ctranslate2.Encoder(
            str(folder / "ct2"), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads
        )

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Return ``input_ids`` and ``attention_mask``, both (texts, tokens), padded as ``processing_kwargs`` says."""
        multiple = ((kwargs.get("processing_kwargs") or {}).get("text") or {}).get("pad_to_multiple_of", 1)
        encoded = [encoding.ids for encoding in self.tokenizer.encode_batch([(prompt or "") + text for text in inputs])]
        width = -(-max(map(len, encoded)) // multiple) * multiple
        ids = np.full((len(encoded), width), self._pad_id, np.int32)
        for row, tokens in enumerate(encoded):
            ids[row, : len(tokens)] = tokens
        lengths = np.array([len(tokens) for tokens in encoded])
        mask = (np.arange(width)[None, :] < lengths[:, None]).astype(np.int64)
        return {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Add ``token_embeddings``, (texts, tokens, dimension), float32."""
        lengths = features["attention_mask"].sum(dim=1).to(torch.int32)
        output = self._encoder.forward_batch(
            ctranslate2.StorageView.from_array(features["input_ids"].numpy()),
            ctranslate2.StorageView.from_array(lengths.numpy()),
        )
        features["token_embeddings"] = torch.from_numpy(np.array(output.last_hidden_state))
        return features

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Refused: the folder that it was read from is the saved form."""
        raise NotImplementedError("a CTranslate2 model is read only; save the folder that it came from")


def int8_sentence_transformer(folder: Path, threads: int) -> SentenceTransformer:
    """Return a model of a folder that `complaints.models.e5` wrote: CTranslate2, mean pooling, normalisation.

    Args:
        folder: the embedding model's folder with its sub-folder ``ct2``.
        threads: processor threads.
    """
    config = json.loads((folder / "config.json").read_bytes())
    sentence = json.loads((folder / "sentence_bert_config.json").read_bytes())
    prompts = json.loads((folder / "config_sentence_transformers.json").read_bytes())
    transformer = CTranslate2Transformer(folder, threads, int(sentence["max_seq_length"]), int(config["pad_token_id"]))
    return SentenceTransformer(
        modules=[transformer, Pooling(int(config["hidden_size"]), pooling_mode="mean"), Normalize()],
        device="cpu",
        prompts=prompts["prompts"],
        default_prompt_name=prompts["default_prompt_name"],
    )
