"""Fixtures of the asr room: sounds made here, the demo's spoken calls, and the real speech model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asr.audio.decode import DecodeLimits, Decoder
from asr.audio.samples import Audio
from asr.recognition.whisper import Engine, EngineSettings
from complaints.errors import ModelMissing
from complaints.models import speech_model

CALLS = Path(__file__).parents[2] / "complaints" / "demo" / "data" / "inbox" / "calls"


@pytest.fixture(scope="session")
def call() -> Path:
    """A demo call of about 50 s: agent left, customer right."""
    return CALLS / "call_003.ogg"


@pytest.fixture(scope="session")
def spoken(call: Path, tmp_path_factory: pytest.TempPathFactory) -> Audio:
    """The demo call, decoded."""
    with Decoder() as decoder:
        return decoder.decode(call, tmp_path_factory.mktemp("spoken"), "call")


@pytest.fixture(scope="session")
def model_path() -> Path:
    """Folder of the default speech model."""
    try:
        return speech_model("default").path
    except ModelMissing as missing:
        pytest.skip(f"the default speech model is not installed: {missing}")


@pytest.fixture(scope="session")
def engine(model_path: Path) -> Engine:
    """The default speech model with the fastest search."""
    return Engine(EngineSettings(str(model_path), "cpu", beam_size=1))


@pytest.fixture(scope="session")
def one_decoder() -> Iterator[Decoder]:
    """A decoder for all tests that only want a file decoded: a child of its own for each costs a second."""
    with Decoder() as decoder:
        yield decoder


@pytest.fixture
def decode(one_decoder: Decoder, tmp_path: Path) -> Callable[[Path], Audio]:
    """Decodes a recording."""
    return lambda path: one_decoder.decode(path, tmp_path, path.name)


@pytest.fixture
def decoder() -> Iterator[Callable[..., Decoder]]:
    """Makes decoders with given limits and ends their children."""
    made: list[Decoder] = []

    def make(**limits: float) -> Decoder:
        made.append(Decoder(DecodeLimits(**limits)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.kill()
