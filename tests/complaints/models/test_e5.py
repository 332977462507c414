"""Weights that are cut off are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.errors import ModelMissing
from complaints.models.catalogue import (
    E5_WEIGHTS,
    EMBEDDING,
    locate,
)
from complaints.models.e5 import WeightsFile


@pytest.mark.parametrize("length", [3, 40, 5_000_000, 71_000_000])
def test_cut_off_weights_file_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "cut.bin"
    path.write_bytes(locate(EMBEDDING, E5_WEIGHTS).read_bytes()[:length])
    with pytest.raises(ModelMissing, match=r"cut off|E5S1"):
        WeightsFile(path)
