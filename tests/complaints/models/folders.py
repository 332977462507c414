"""Folders of models as strangers hand them over."""

from __future__ import annotations

from pathlib import Path


def embedding_folder(folder: Path) -> Path:
    """A folder that has all an embedding model needs but sense."""
    folder.mkdir(parents=True)
    for name in ("config.json", "tokenizer.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    (folder / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    return folder


class Bomb:
    """Unpickled, it writes the file that it was given."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)
