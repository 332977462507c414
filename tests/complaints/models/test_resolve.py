"""What a setting names: the default model, a user's folder, a hub's name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from complaints.errors import ModelMissing
from complaints.models import embedding_model, speech_model
from complaints.models.cache import STAMP_NAME


def test_users_speech_folder_is_taken_with_the_same_fingerprint(cache: Path, tmp_path: Path) -> None:
    default = speech_model("default")
    own = tmp_path / "own"
    shutil.copytree(default.path, own, ignore=shutil.ignore_patterns(STAMP_NAME))
    found = speech_model(str(own))
    assert (found.path, found.fingerprint) == (own, default.fingerprint)


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
