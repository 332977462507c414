"""What doctor says of models."""

from __future__ import annotations

from pathlib import Path

from complaints.models import check_models
from tests.complaints.models.folders import embedding_folder


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
    assert "default" in str(speech.how_to_get)


def test_doctor_notices_a_model_that_does_not_load(cache: Path, tmp_path: Path) -> None:
    folder = embedding_folder(tmp_path / "own")
    assert check_models(embedding=str(folder))[1].present
    assert not check_models(embedding=str(folder), load=True)[1].present
