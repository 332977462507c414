"""Models are assembled once, whole, where the variable says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from complaints.errors import ModelMissing
from complaints.fingerprints import bytes_digest
from complaints.models import speech_model
from complaints.models.cache import STAMP_NAME, is_intact, model_folder
from complaints.models.catalogue import (
    SPEECH,
    WHISPER_MODEL_BIN_SHA256,
)
from complaints.system import cache_root


def test_speech_model_is_joined_from_its_parts(cache: Path) -> None:
    model = speech_model("default")
    assert bytes_digest(model.path / "model.bin") == WHISPER_MODEL_BIN_SHA256
    assert {path.name for path in model.path.iterdir()} == {
        "model.bin",
        "config.json",
        "tokenizer.json",
        "vocabulary.json",
        STAMP_NAME,
    }


def test_model_lies_in_the_named_cache(cache: Path) -> None:
    assert speech_model("default").path.is_relative_to(cache)


def test_cache_defaults_to_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("COMPLAINTS_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_root() == tmp_path / "complaints"


def test_assembled_model_is_not_written_again(cache: Path) -> None:
    first = speech_model("default")
    before = {path: path.stat().st_ino for path in first.path.iterdir()}
    assert speech_model("default") == first
    assert {path: path.stat().st_ino for path in first.path.iterdir()} == before


def test_damaged_cache_is_assembled_anew(cache: Path) -> None:
    folder = speech_model("default").path
    (folder / "model.bin").write_bytes(b"damaged")
    assert not is_intact(SPEECH)
    assert bytes_digest(speech_model("default").path / "model.bin") == WHISPER_MODEL_BIN_SHA256


def test_copied_cache_with_new_times_is_still_intact(cache: Path) -> None:
    for path in speech_model("default").path.iterdir():
        os.utime(path, (1, 1))
    assert is_intact(SPEECH)


def test_leftover_of_a_dead_process_does_not_hinder(cache: Path) -> None:
    draft = model_folder(SPEECH).with_name(f".{model_folder(SPEECH).name}.draft")
    draft.mkdir(parents=True)
    (draft / "half.bin").write_bytes(b"half")
    folder = speech_model("default").path
    assert not draft.exists()
    assert not (folder / "half.bin").exists()


def test_processes_that_start_together_get_the_same_whole_model(cache: Path) -> None:
    code = "from complaints.models import speech_model; print(speech_model('default').path)"
    runs = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = {run.communicate()[0].strip() for run in runs}
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert answers == {str(model_folder(SPEECH))}
    assert is_intact(SPEECH)


def test_cache_that_cannot_be_written_names_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("COMPLAINTS_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelMissing, match="COMPLAINTS_CACHE"):
        speech_model("default")
