"""Folders of strangers: what is missing is named, and none of their code runs."""

from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path

import pytest

from complaints.errors import ModelMissing
from complaints.models import embedding_model, speech_model
from complaints.models.folders import ctranslate2_architecture
from tests.complaints.models.folders import Bomb, embedding_folder


def test_fingerprint_of_a_folder_follows_its_content(cache: Path, tmp_path: Path) -> None:
    folder = embedding_folder(tmp_path / "own")
    before = embedding_model(str(folder)).fingerprint
    assert embedding_model(str(folder)).fingerprint == before
    (folder / "config.json").write_text('{"hidden_size": 8}', encoding="utf-8")
    assert embedding_model(str(folder)).fingerprint != before


def test_incomplete_speech_folder_names_what_is_missing(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"model\.bin, config\.json, tokenizer\.json, vocabulary\.json is missing"):
        speech_model(str(tmp_path))


def test_embedding_folder_without_weights_is_refused(cache: Path, tmp_path: Path) -> None:
    folder = embedding_folder(tmp_path / "own")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelMissing, match="safetensors is missing"):
        embedding_model(str(folder))


@pytest.mark.parametrize("name", ["pytorch_model.bin", "weights.pt", "sub/model.ckpt", "scaler.pkl"])
def test_pickled_weights_are_refused_unread(cache: Path, tmp_path: Path, name: str) -> None:
    folder = embedding_folder(tmp_path / "own")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(pickle.dumps(Bomb(tmp_path / "exploded")))
    with pytest.raises(ModelMissing, match="pickle") as caught:
        embedding_model(str(folder))
    assert caught.value.where == str(folder / name)
    assert not (tmp_path / "exploded").exists()


def test_zipped_pickle_named_bin_is_no_ctranslate2_model(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps([1]))
    assert ctranslate2_architecture(path) is None


def test_code_in_a_model_folder_is_refused(cache: Path, tmp_path: Path) -> None:
    folder = embedding_folder(tmp_path / "own")
    (folder / "modeling.py").write_text("raise SystemExit", encoding="utf-8")
    with pytest.raises(ModelMissing, match="code"):
        embedding_model(str(folder))


@pytest.mark.parametrize("kind", ["os.system", "modeling.Custom", "sentence_transformers.util.misc.import_from_string"])
def test_modules_from_elsewhere_are_refused(cache: Path, tmp_path: Path, kind: str) -> None:
    folder = embedding_folder(tmp_path / "own")
    (folder / "modules.json").write_text(json.dumps([{"idx": 0, "path": "", "type": kind}]), encoding="utf-8")
    with pytest.raises(ModelMissing, match="none of sentence-transformers' own"):
        embedding_model(str(folder))
