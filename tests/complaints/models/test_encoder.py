"""The sentence encoder: unit vectors that depend on their own text alone, close to the float32 model."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from complaints.errors import ModelMissing, SettingsError
from complaints.models import embedding_model
from complaints.models.encoder import BUCKET_TOKENS, Encoder, open_encoder, same_length_batches

SENTENCES = [
    "冷车启动时发动机抖动，仪表盘亮故障灯",
    "车机频繁黑屏死机，导航用不了",
    "空调不制冷，吹出来的都是热风",
    "低速过减速带时底盘有咯吱异响",
    "刹车踏板发软，制动距离变长",
    "变速箱一挡升二挡顿挫明显",
    "冰箱冷藏室结冰，压缩机一直不停",
    "洗衣机脱水的时候晃得厉害，还漏水",
    "The engine stalls at traffic lights when it is warm.",
    "Touch screen freezes and the reversing camera stays black.",
    "The dishwasher leaves water in the bottom after every cycle.",
    "Door seal whistles above 100 km/h",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder("default", "cpu")


@pytest.fixture(scope="module")
def float32_encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The same model without its int8 version, so that PyTorch runs it."""
    folder = tmp_path_factory.mktemp("models") / "float32"
    ignored = shutil.ignore_patterns("ct2", "complaints-model.json")
    # Links, not copies: half a gigabyte.
    shutil.copytree(
        embedding_model("default").path, folder, ignore=ignored, copy_function=lambda a, b: Path(b).symlink_to(a)
    )
    return open_encoder(str(folder), "cpu")


def mixed_texts(count: int) -> list[str]:
    """Texts from a few to over 512 tokens."""
    choose = random.Random(7)
    return ["，".join(choose.choices(SENTENCES, k=choose.choice([1, 1, 1, 2, 3, 5, 60]))) for _ in range(count)]


def test_shape_and_length_of_the_vectors(encoder: Encoder) -> None:
    vectors = encoder.encode(SENTENCES)
    assert vectors.shape == (len(SENTENCES), encoder.dimension) == (len(SENTENCES), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_int8_agrees_with_float32(encoder: Encoder, float32_encoder: Encoder) -> None:
    cosines = (encoder.encode(SENTENCES) * float32_encoder.encode(SENTENCES)).sum(axis=1)
    assert cosines.min() >= 0.998


def test_related_complaints_are_closer_than_unrelated_ones(encoder: Encoder) -> None:
    screen, black, brake = encoder.encode(["中控屏死机", "车机屏幕黑屏没反应", "踩刹车有尖叫声"])
    assert screen @ black > screen @ brake


@pytest.mark.parametrize("engine", ["encoder", "float32_encoder"])
def test_vector_does_not_depend_on_its_neighbours(engine: str, request: pytest.FixtureRequest) -> None:
    encoder: Encoder = request.getfixturevalue(engine)
    texts = mixed_texts(40)
    together = encoder.encode(texts)
    order = random.Random(3).sample(range(len(texts)), len(texts))
    np.testing.assert_array_equal(encoder.encode([texts[index] for index in order]), together[order])
    np.testing.assert_array_equal(np.vstack([encoder.encode([text]) for text in texts]), together)


def test_vector_does_not_depend_on_the_threads(encoder: Encoder) -> None:
    texts = mixed_texts(20)
    np.testing.assert_array_equal(open_encoder("default", "cpu", threads=2).encode(texts), encoder.encode(texts))


def test_vectors_lose_nothing_in_16_bits(encoder: Encoder) -> None:
    vectors = encoder.encode(SENTENCES)
    np.testing.assert_array_equal(vectors.astype(np.float16).astype(np.float32), vectors)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.parametrize(
    "text",
    ["", " \t\n", "\x00\x01", "\ud800", "\u202e\ufeff\U0010ffff", "é" * 50, "🚗" * 700, "异响" * 50_000],
    ids=["empty", "blank", "control", "lone surrogate", "directions", "accents", "emoji", "100,000 characters"],
)
def test_odd_text_has_a_unit_vector(encoder: Encoder, text: str) -> None:
    assert np.linalg.norm(encoder.encode([text])[0]) == pytest.approx(1, abs=1e-3)


def test_text_beyond_512_tokens_does_not_count(encoder: Encoder) -> None:
    start = "发动机异响，" * 600
    one, other = encoder.encode([start + "空调漏水", start + "车门关不上"])
    np.testing.assert_array_equal(one, other)


def test_engines_have_different_fingerprints(encoder: Encoder, float32_encoder: Encoder) -> None:
    assert encoder.fingerprint != float32_encoder.fingerprint


def test_fingerprint_is_the_same_in_another_session(encoder: Encoder) -> None:
    assert open_encoder("default", "cpu").fingerprint == encoder.fingerprint


def test_missing_model_is_reported_as_missing() -> None:
    with pytest.raises(ModelMissing, match="/no/such/model"):
        open_encoder("/no/such/model", "cpu")


def test_broken_folder_is_reported_as_missing(tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"broken")
    with pytest.raises(ModelMissing, match="does not load"):
        open_encoder(str(tmp_path), "cpu")


def test_gpu_that_is_not_there_is_a_wrong_setting() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(SettingsError, match="GPU"):
        open_encoder("default", "cuda")


def test_batches_hold_every_text_once_and_one_padded_length() -> None:
    counts = [random.Random(seed).randint(1, 512) for seed in range(500)]
    batches = list(same_length_batches(counts))
    assert sorted(index for batch in batches for index in batch) == list(range(500))
    assert all(len({-(-counts[index] // BUCKET_TOKENS) for index in batch}) == 1 for batch in batches)


def test_import_costs_no_torch() -> None:
    heavy = ("torch", "ctranslate2", "transformers")
    code = f"import sys, complaints.models.encoder; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
