"""multilingual-e5-small from its 4-bit file to a folder that sentence-transformers loads.

The file (little-endian throughout)::

    magic "E5S1", u32 version
    i32 hidden, layers, heads, feed_forward, vocabulary, positions, token_types; f32 layer_norm_eps; i32 block
    i32 pieces, bos, eos, pad, unk; u64 blob_bytes
    u32 offsets[pieces + 1]; f32 scores[pieces]; u8 blob[blob_bytes]      the tokenizer (read from elsewhere)
    i32 rules; u32 rule_bytes; u8 rules[rule_bytes]                       its normalisation
    i32 tensors, then for each: u16 n, name[n], u8 type, u32 values, u64 offset, u64 bytes
    the tensors at their offsets from the start of the file

Biases, layer norms, positions and token types are float32. Matrices are rows of blocks of 32 values in 18 bytes: a
float16 scale, then 16 bytes whose low halves are values 0 to 15 and whose high halves are values 16 to 31; a value is
(half - 8) * scale.

The model: Wang et al., Multilingual E5 Text Embeddings, 2024 (arXiv:2402.05672).
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from complaints.errors import ModelMissing
from complaints.messages import Message, message

MAGIC = b"E5S1"
VERSION = 1
BLOCK_VALUES = 32
BLOCK_BYTES = 18
MAX_TOKENS = 512
HEADER = struct.Struct("<I7ifi5iQ")

# Names in the file and in BertModel: the float32 ones, then the matrices in blocks.
LAYER_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
LAYER_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class Header:
    """The shape of the model, as the file gives it."""

    version: int
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_eps: float
    block: int
    pieces: int
    bos: int
    eos: int
    pad: int
    unk: int
    blob_bytes: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """An entry of the file's directory; `offset` counts from the start of the file."""

    values: int
    offset: int
    size_bytes: int


class WeightsFile:
    """The 4-bit file: header, directory, and tensors on demand.

    Raises:
        ModelMissing: the file is cut off, or is not of the layout above.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._bytes = path.read_bytes()
        if self._bytes[:4] != MAGIC:
            raise self._unreadable(message("models.fault.magic"))
        try:
            self.header = Header(*HEADER.unpack_from(self._bytes, 4))
            self._check_header()
            self._tensors = self._directory()
        except (struct.error, UnicodeDecodeError) as error:
            raise self._unreadable(message("models.fault.cut_off")) from error

    def vector(self, name: str, *shape: int) -> NDArray[np.float32]:
        """Return a float32 tensor in the given shape; a missing tensor or another length raises ModelMissing."""
        count = math.prod(shape)
        tensor = self._tensor(name, 4 * count)
        return np.frombuffer(self._bytes, "<f4", count, tensor.offset).reshape(shape).astype(np.float32)

    def matrix(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        """Return a matrix of blocks as float32, shape (rows, columns)."""
        count = rows * columns // BLOCK_VALUES
        tensor = self._tensor(name, count * BLOCK_BYTES)
        blocks = np.frombuffer(self._bytes, np.uint8, count * BLOCK_BYTES, tensor.offset).reshape(count, BLOCK_BYTES)
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
        halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
        return (halves * scales).astype(np.float32).reshape(rows, columns)

    def token_types(self) -> NDArray[np.float32]:
        """Return the token type embeddings, shape (token_types, hidden); rows that the file leaves out are zero."""
        known = self._tensors["emb.type"].values // self.header.hidden if "emb.type" in self._tensors else 0
        full = np.zeros((self.header.token_types, self.header.hidden), np.float32)
        full[:known] = self.vector("emb.type", known, self.header.hidden)
        return full

    def _check_header(self) -> None:
        header = self.header
        if header.version != VERSION or header.block != BLOCK_VALUES:
            raise self._unreadable(message("models.fault.version", version=header.version, block=header.block))
        if min(header.hidden, header.layers, header.heads, header.feed_forward, header.vocabulary) < 1:
            raise self._unreadable(message("models.fault.shape"))
        if header.hidden % BLOCK_VALUES or header.feed_forward % BLOCK_VALUES or header.hidden % header.heads:
            raise self._unreadable(message("models.fault.blocks"))

    def _directory(self) -> dict[str, Tensor]:
        header = self.header
        position = 4 + HEADER.size + 4 * (header.pieces + 1) + 4 * header.pieces + header.blob_bytes
        _, rule_bytes = struct.unpack_from("<iI", self._bytes, position)
        position += 8 + rule_bytes
        (count,) = struct.unpack_from("<i", self._bytes, position)
        position += 4
        tensors = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._bytes, position)
            name = self._bytes[position + 2 : position + 2 + length].decode("ascii")
            _, values, offset, size_bytes = struct.unpack_from("<BIQQ", self._bytes, position + 2 + length)
            position += 2 + length + 21
            if offset + size_bytes > len(self._bytes):
                raise self._unreadable(message("models.fault.cut_off"))
            tensors[name] = Tensor(values, offset, size_bytes)
        return tensors

    def _tensor(self, name: str, size_bytes: int) -> Tensor:
        tensor = self._tensors.get(name)
        if tensor is None:
            raise self._unreadable(message("models.fault.no_tensor", name=name))
        if tensor.size_bytes != size_bytes:
            raise self._unreadable(
                message("models.fault.tensor_size", name=name, size=tensor.size_bytes, expected=size_bytes)
            )
        return tensor

    def _unreadable(self, fault: Message) -> ModelMissing:
        return ModelMissing("models.weights_unreadable", str(self.path), fault=fault)


def bert_tensors(weights: WeightsFile) -> dict[str, NDArray[np.float32]]:
    """Return the file's tensors under the names that transformers' BertModel gives them."""
    header = weights.header
    hidden, feed_forward = header.hidden, header.feed_forward
    tensors = {
        "embeddings.word_embeddings.weight": weights.matrix("emb.word", header.vocabulary, hidden),
        "embeddings.position_embeddings.weight": weights.vector("emb.pos", header.positions, hidden),
        "embeddings.token_type_embeddings.weight": weights.token_types(),
        "embeddings.LayerNorm.weight": weights.vector("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": weights.vector("emb.ln.b", hidden),
        # Nothing reads the pooler. Left out, the loader would fill it at random, and two conversions would differ.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    shapes = {"fi": (feed_forward, hidden), "fo": (hidden, feed_forward)}
    for layer in range(header.layers):
        prefix = f"encoder.layer.{layer}."
        for short, name in LAYER_MATRICES.items():
            rows, columns = shapes.get(short, (hidden, hidden))
            tensors[f"{prefix}{name}.weight"] = weights.matrix(f"l{layer}.{short}.w", rows, columns)
            tensors[f"{prefix}{name}.bias"] = weights.vector(f"l{layer}.{short}.b", rows)
        for short, name in LAYER_NORMS.items():
            tensors[f"{prefix}{name}.weight"] = weights.vector(f"l{layer}.{short}.w", hidden)
            tensors[f"{prefix}{name}.bias"] = weights.vector(f"l{layer}.{short}.b", hidden)
    return tensors


def write_transformer(weights_path: Path, tokenizer_path: Path, folder: Path) -> None:
    """Write a sentence-transformers folder (float32 safetensors, tokenizer, mean pooling, normalisation).

    Args:
        weights_path: the 4-bit file.
        tokenizer_path: the tokenizer.json of the same model.
        folder: an existing folder to write into.

    Raises:
        ModelMissing: the weights file is not of the layout that this module knows.
        OSError: the folder cannot be written.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    weights = WeightsFile(weights_path)
    try:
        save_file(bert_tensors(weights), str(folder / "model.safetensors"), metadata={"format": "pt"})
    except SafetensorError as error:
        # Its word for a full disk too.
        raise OSError(str(error)) from error
    # It is written for its owner alone; a cache may be shared.
    (folder / "model.safetensors").chmod(0o644)
    (folder / "tokenizer.json").write_bytes(tokenizer_path.read_bytes())
    for name, content in _configuration(weights.header).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_int8(folder: Path) -> None:
    """Write the CTranslate2 int8 version of a transformer folder into its sub-folder ``ct2``."""
    from ctranslate2.converters import TransformersConverter
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    TransformersConverter(str(folder)).convert(str(folder / "ct2"), quantization="int8")


def _configuration(header: Header) -> dict[str, Any]:
    special = {
        "bos": "<s>",
        "eos": "</s>",
        "unk": "<unk>",
        "pad": "<pad>",
        "cls": "<s>",
        "sep": "</s>",
        "mask": "<mask>",
    }
    modules = "sentence_transformers.base.modules"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": header.hidden,
            "intermediate_size": header.feed_forward,
            "layer_norm_eps": float(f"{header.layer_norm_eps:.6g}"),
            "max_position_embeddings": header.positions,
            "num_attention_heads": header.heads,
            "num_hidden_layers": header.layers,
            "position_embedding_type": "absolute",
            "type_vocab_size": header.token_types,
            "vocab_size": header.vocabulary,
            "bos_token_id": header.bos,
            "eos_token_id": header.eos,
            "pad_token_id": header.pad,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            **{f"{name}_token": token for name, token in special.items()},
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{modules}.transformer.Transformer"},
            {
                "idx": 1,
                "name": "1",
                "path": "1_Pooling",
                "type": "sentence_transformers.sentence_transformer.modules.pooling.Pooling",
            },
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{modules}.normalize.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "default_prompt_name": "query",
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": header.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
        "2_Normalize/config.json": {},
    }
