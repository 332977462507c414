"""The measured night is whole."""

from __future__ import annotations

import pytest

from benchmarks.scale.__main__ import table
from benchmarks.scale.night import Measured
from complaints.run.runner import STAGES
from tests.benchmarks.scale.conftest import NEW, STORED


@pytest.mark.slow
def test_the_night_does_the_new_texts_and_nothing_else(night: Measured) -> None:
    assert (night.stored, night.code) == (STORED, 0)
    assert night.counts["intake"]["new texts"] == night.counts["classify"]["texts_read"] == NEW
    assert "recordings written anew" not in night.counts["asr"]
    assert night.counts["mapping"]["causes"] > 0


@pytest.mark.slow
def test_figures_of_every_stage_are_printed(night: Measured) -> None:
    printed = table([night, night])
    parts = ("start", *STAGES, "snapshot", "all")
    assert all(f"{part} {what}" in printed for part in parts for what in ("wall s", "CPU s", "peak MB"))
    assert all(f"{file} MB, {when}" in printed for file in ("store", "private") for when in ("before", "compacted"))
    assert "1.00x" in printed
