"""A CTranslate2 speech model with its weights as integers of seven bits, for processors.

In eight bits they overflow without notice: where a processor lacks VNNI, the products of two neighbouring inputs (0 to
255) and weights (-127 to 127) are added up in 16 bits, which saturate (VPMADDUBSW in Intel's manual; oneDNN's guide to
int8 inference names the same remedy). 2 x 255 x 64 is the most that fits. What a weight loses in steps, the sums gain:
they are right, and the same on every processor.
"""

from __future__ import annotations

import shutil
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from complaints.errors import ModelMissing
from complaints.fingerprints import digest
from complaints.models.cache import STAMP_NAME, assembled
from complaints.models.catalogue import PackagedModel
from complaints.models.folders import folder_fingerprint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEVELS = 64  # on each side of zero
FORMAT = 6  # of CTranslate2's model.bin since its version 2
RECIPE = 1  # raise this when the conversion changes what it writes
FLOAT32, INT8, FLOAT16 = 0, 1, 4  # CTranslate2's codes of types
SCALE = "_scale"


@dataclass(frozen=True, slots=True)
class _Variable:
    """A variable in the file: its name, shape, code of its type, and where its bytes lie."""

    name: str
    shape: tuple[int, ...]
    code: int
    at: int
    size: int

    @property
    def is_wide(self) -> bool:
        """Whether it holds weights of a matrix; convolutions and everything else stay as they are."""
        matrix = self.name.endswith("weight") and len(self.shape) == 2 and "conv" not in self.name
        return matrix and self.code in (FLOAT32, FLOAT16, INT8)


def narrowed(folder: Path) -> Path:
    """Return the folder of the same model with narrow weights, made once in the cache; the same folder where it is of
    another format than this knows.

    Raises:
        ModelMissing: the file breaks off, or the cache folder cannot be written.
    """
    source = folder / "model.bin"
    with source.open("rb") as stream:
        if stream.read(4) != struct.pack("<I", FORMAT):
            return folder
    fingerprint = digest("narrow", RECIPE, folder_fingerprint(folder))
    model = PackagedModel("speech", f"{folder.name}-narrow", (), fingerprint, source.stat().st_size)

    def build(target: Path) -> None:
        for file in folder.iterdir():
            if file.is_file() and file.name not in ("model.bin", STAMP_NAME) and not file.name.startswith("."):
                shutil.copyfile(file, target / file.name)
        try:
            with source.open("rb") as stream, (target / "model.bin").open("wb") as out:
                _narrow(stream, out)
        except (struct.error, ValueError, KeyError) as error:
            raise ModelMissing("models.damaged", str(source), error=error) from None

    return assembled(model, build)


def _narrow(stream: IO[bytes], out: IO[bytes]) -> None:
    head = _number(stream, "I"), _text(stream), _number(stream, "I")
    variables = [_skipped(stream) for _ in range(_number(stream, "I"))]
    aliases = [(_text(stream), _text(stream)) for _ in range(_number(stream, "I"))]
    wide = {variable.name for variable in variables if variable.is_wide}
    scales = {v.name: v for v in variables if v.name.removesuffix(SCALE) in wide and v.name.endswith(SCALE)}
    kept = [variable for variable in variables if variable.name not in scales]
    out.write(struct.pack("<I", head[0]) + _named(head[1]) + struct.pack("<II", head[2], len(kept) + len(wide)))
    for variable in kept:
        if not variable.is_wide:
            _write(out, variable.name, variable.shape, variable.code, _bytes(stream, variable))
            continue
        for name, array in _quantised(variable, stream, scales).items():
            _write(out, name, array.shape, INT8 if array.dtype.itemsize == 1 else FLOAT32, array.tobytes())
    known = set(aliases)
    aliases += [a for a in ((x + SCALE, y + SCALE) for x, y in aliases if y in wide) if a not in known]
    out.write(struct.pack("<I", len(aliases)) + b"".join(_named(x) + _named(y) for x, y in aliases))


def _quantised(variable: _Variable, stream: IO[bytes], scales: dict[str, _Variable]) -> dict[str, NDArray[np.generic]]:
    """Return the rows as integers, and what each was multiplied by (CTranslate2 divides by it)."""
    import numpy as np

    kind = {FLOAT32: np.float32, FLOAT16: np.float16, INT8: np.int8}[variable.code]
    rows = np.frombuffer(_bytes(stream, variable), kind).reshape(variable.shape).astype(np.float32)
    if variable.code == INT8:
        before = np.frombuffer(_bytes(stream, scales[variable.name + SCALE]), np.float32)
        rows = rows / before[:, None]
    most = np.abs(rows).max(axis=1)
    scale = (LEVELS / np.where(most > 0, most, 1)).astype(np.float32)
    return {variable.name: np.rint(rows * scale[:, None]).astype(np.int8), variable.name + SCALE: scale}


def _number(stream: IO[bytes], code: str) -> int:
    value: int = struct.unpack("<" + code, stream.read(struct.calcsize(code)))[0]
    return value


def _text(stream: IO[bytes]) -> str:
    """Read a name: its length with the closing zero (u16), then its bytes."""
    return stream.read(_number(stream, "H"))[:-1].decode("utf-8")


def _named(name: str) -> bytes:
    raw = name.encode("utf-8") + b"\0"
    return struct.pack("<H", len(raw)) + raw


def _skipped(stream: IO[bytes]) -> _Variable:
    name = _text(stream)
    shape = tuple(_number(stream, "I") for _ in range(_number(stream, "B")))
    code, size = _number(stream, "B"), _number(stream, "I")
    at = stream.tell()
    stream.seek(size, 1)
    return _Variable(name, shape, code, at, size)


def _bytes(stream: IO[bytes], variable: _Variable) -> bytes:
    stream.seek(variable.at)
    found = stream.read(variable.size)
    if len(found) != variable.size:
        raise ValueError(f"{variable.name} is incomplete")
    return found


def _write(out: IO[bytes], name: str, shape: tuple[int, ...], code: int, content: bytes) -> None:
    out.write(_named(name) + struct.pack(f"<B{len(shape)}I", len(shape), *shape))
    out.write(struct.pack("<BI", code, len(content)) + content)
