"""The room's own data: the CSV tables in classify/data."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from complaints.fingerprints import digest

FOLDER = Path(str(files("classify"))) / "data"


@cache
def table(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of classify/data/NAME.csv by column."""
    text = (FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))


@cache
def tables_digest(folder: Path = FOLDER) -> str:
    """Return a digest of all tables in a folder: what was read by other tables has to be read again."""
    return digest(*((path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.iterdir())))
