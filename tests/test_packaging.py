"""The installed distribution: its general import names are its own alone, and starting it is cheap."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import distribution, entry_points, packages_distributions
from pathlib import Path

import pytest

NAMES = ["asr", "classify", "cli", "cluster", "complaints", "mapping", "reports"]
ROOT = Path(__file__).parents[1]
HEAVY = ["altair", "ctranslate2", "duckdb", "faster_whisper", "hdbscan", "pandas", "sklearn", "spacy", "torch"]


@pytest.mark.parametrize("name", NAMES)
def test_import_name_is_claimed_by_no_other_distribution(name: str) -> None:
    assert set(packages_distributions().get(name, ["complaint-mining"])) == {"complaint-mining"}


def test_command_line_starts_without_the_heavy_libraries() -> None:
    code = f"import sys, cli; print([name for name in {HEAVY} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_command_calls_the_command_line() -> None:
    (command,) = entry_points(group="console_scripts", name="complaints")
    assert command.value == "cli:main"


def test_licence_is_apache() -> None:
    assert distribution("complaint-mining").metadata["License-Expression"] == "Apache-2.0"


@pytest.mark.parametrize("package", [name for name in NAMES if name != "cli"])
def test_every_data_file_is_shipped(package: str) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    folder = ROOT / package
    found = {path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}}
    # A closing "**" means folders to pathlib, everything below to setuptools.
    patterns = [pattern.replace("**", "**/*") for pattern in declared.get(package, []) + declared["*"]]
    assert found - {path for pattern in patterns for path in folder.glob(pattern)} == set()
