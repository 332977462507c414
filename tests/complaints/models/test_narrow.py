"""Speech models with narrow weights: what is written, and what is left alone."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from complaints.errors import ModelMissing
from complaints.models import narrow, narrowed
from complaints.models.narrow import LEVELS

LINEAR, CONVOLUTION, BIAS = "decoder/linear_0/weight", "encoder/conv1/weight", "decoder/linear_0/bias"
ALIASES = [("decoder/projection/weight", LINEAR)]
CODES = {"float32": 0, "int8": 1, "float16": 4}
Arrays = dict[str, NDArray[np.generic]]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is made out of the user's cache."""
    monkeypatch.setenv("COMPLAINTS_CACHE", str(tmp_path / "cache"))


def _text(name: str) -> bytes:
    return struct.pack("<H", len(name) + 1) + name.encode() + b"\0"


def model(folder: Path, arrays: Arrays, aliases: list[tuple[str, str]], version: int = 6) -> Path:
    """Write a model's folder in CTranslate2's format."""
    content = struct.pack("<I", version) + _text("WhisperSpec") + struct.pack("<II", 3, len(arrays))
    for name, array in arrays.items():
        content += _text(name) + struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape)
        content += struct.pack("<BI", CODES[str(array.dtype)], array.nbytes) + array.tobytes()
    content += struct.pack("<I", len(aliases)) + b"".join(_text(a) + _text(b) for a, b in aliases)
    folder.mkdir()
    (folder / "model.bin").write_bytes(content)
    (folder / "config.json").write_text("{}", encoding="utf-8")
    return folder


def read(folder: Path) -> tuple[Arrays, list[tuple[str, str]]]:
    """Read a model back."""
    kinds = {code: kind for kind, code in CODES.items()}
    with (folder / "model.bin").open("rb") as stream:
        narrow._number(stream, "I"), narrow._text(stream), narrow._number(stream, "I")
        found = [narrow._skipped(stream) for _ in range(narrow._number(stream, "I"))]
        aliases = [(narrow._text(stream), narrow._text(stream)) for _ in range(narrow._number(stream, "I"))]
        arrays = {v.name: np.frombuffer(narrow._bytes(stream, v), kinds[v.code]).reshape(v.shape) for v in found}
    return arrays, aliases


def weights(kind: type[np.generic] = np.float16) -> Arrays:
    rng = np.random.default_rng(7)
    rows = rng.normal(size=(6, 32)).astype(kind)
    rows[3] = 0
    return {LINEAR: rows, CONVOLUTION: rng.normal(size=(4, 2, 3)).astype(kind), BIAS: rng.normal(size=6).astype(kind)}


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_the_weights_of_matrices_fit_seven_bits_and_are_what_they_were(tmp_path: Path, kind: type[np.generic]) -> None:
    before = weights(kind)
    after, _ = read(narrowed(model(tmp_path / "m", before, ALIASES)))
    scale = after[LINEAR + "_scale"].astype(np.float32)[:, None]
    back = after[LINEAR].astype(np.float32) / scale
    assert after[LINEAR].dtype == np.int8
    assert np.abs(after[LINEAR].astype(int)).max() == LEVELS
    assert (np.abs(back - before[LINEAR].astype(np.float32)) <= 0.501 / scale).all()


def test_what_is_no_matrix_stays_as_it_is(tmp_path: Path) -> None:
    before = weights()
    after, _ = read(narrowed(model(tmp_path / "m", before, ALIASES)))
    assert [after[name].tobytes() for name in (CONVOLUTION, BIAS)] == [
        before[name].tobytes() for name in (CONVOLUTION, BIAS)
    ]


def test_a_second_name_of_a_matrix_is_one_of_its_scale_too(tmp_path: Path) -> None:
    _, aliases = read(narrowed(model(tmp_path / "m", weights(), ALIASES)))
    assert aliases == [*ALIASES, ("decoder/projection/weight_scale", LINEAR + "_scale")]


def test_a_model_stored_in_eight_bits_is_narrowed_by_its_own_scales(tmp_path: Path) -> None:
    rows = np.array([[127, -64, 0, 1], [-127, 127, 32, 5]], np.int8)
    scale = np.array([254.0, 12.7], np.float32)
    stored: Arrays = {LINEAR: rows, LINEAR + "_scale": scale}
    after, _ = read(narrowed(model(tmp_path / "m", stored, [])))
    assert sorted(after) == [LINEAR, LINEAR + "_scale"]
    assert after[LINEAR].tolist() == [[64, -32, 0, 1], [-64, 64, 16, 3]]
    assert after[LINEAR + "_scale"] == pytest.approx([128.0, 6.4], rel=1e-6)


def test_a_model_is_narrowed_once(tmp_path: Path) -> None:
    folder = model(tmp_path / "m", weights(), ALIASES)
    first = (narrowed(folder) / "model.bin").stat().st_ino
    assert (narrowed(folder) / "model.bin").stat().st_ino == first


def test_a_model_of_another_format_is_used_as_it_is(tmp_path: Path) -> None:
    folder = model(tmp_path / "m", weights(), ALIASES, version=5)
    assert narrowed(folder) == folder


def test_a_model_that_breaks_off_is_named(tmp_path: Path) -> None:
    folder = model(tmp_path / "m", weights(), ALIASES)
    content = (folder / "model.bin").read_bytes()
    (folder / "model.bin").write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelMissing, match="breaks off or is damaged"):
        narrowed(folder)
