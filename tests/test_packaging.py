"""The installed distribution: its general import names are its own alone, and starting it is cheap."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import distribution, entry_points, packages_distributions
from pathlib import Path

import pytest

import complaints

NAMES = ["asr", "classify", "cli", "cluster", "complaints", "mapping", "reports"]
PACKAGES = [name for name in NAMES if name != "cli"]
ROOT = Path(__file__).parents[1]
SHIPPED = ["README.md", "README.zh.md", "CHANGELOG.md", "SECURITY.md", "constraints.txt", "models.txt"]
HEAVY = ["altair", "ctranslate2", "duckdb", "faster_whisper", "hdbscan", "pandas", "sklearn", "spacy", "torch"]
SLOW = ["complaints.records", "multiprocessing"]  # thirty dataclasses; what only a child process needs


@pytest.mark.parametrize("name", NAMES)
def test_import_name_is_claimed_by_no_other_distribution(name: str) -> None:
    assert set(packages_distributions().get(name, ["complaint-mining"])) == {"complaint-mining"}


def test_command_line_starts_without_the_heavy_libraries() -> None:
    code = f"import sys, cli; print([name for name in {HEAVY + SLOW} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_command_calls_the_command_line() -> None:
    (command,) = entry_points(group="console_scripts", name="complaints")
    assert command.value == "cli:main"


def test_the_version_stands_in_the_code_alone(wheel: Path) -> None:
    assert wheel.name.split("-")[1] == complaints.__version__
    assert "version" not in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_licence_is_apache() -> None:
    assert distribution("complaint-mining").metadata["License-Expression"] == "Apache-2.0"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_data_file_is_shipped(package: str) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    folder = ROOT / package
    found = {path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}}
    # A closing "**" means folders to pathlib, everything below to setuptools.
    patterns = [pattern.replace("**", "**/*") for pattern in declared.get(package, []) + declared["*"]]
    assert found - {path for pattern in patterns for path in folder.glob(pattern)} == set()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make build` makes of this checkout: the source distribution, and the wheel built from it."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "cli.py", "LICENSE", "NOTICE", "MANIFEST.in", *SHIPPED):
        shutil.copy(ROOT / name, source)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (made,) = built.glob("*.whl")
    return made


def test_the_source_distribution_holds_what_an_installation_needs(built: Path) -> None:
    (made,) = built.glob("*.tar.gz")
    with tarfile.open(made) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "NOTICE", *SHIPPED} - names == set()


def test_the_wheel_holds_every_file_of_the_rooms_and_nothing_else(wheel: Path) -> None:
    rooms = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == rooms | {"cli.py"}


def test_the_unpacked_wheel_lays_out_and_examines_a_demo_outside_the_repository(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    zipfile.ZipFile(wheel).extractall(site)
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r}); import complaints, cli; from pathlib import Path\n"
        "from complaints.demo import lay_out; from complaints.workspace.create import init_workspace\n"
        "import reports.site.environment, reports.wording.messages\n"
        "assert Path(complaints.__file__).is_relative_to(sys.path[0]), complaints.__file__\n"
        "init_workspace(Path('demo'), 'en'); lay_out(Path('demo'))\n"
        "cli.main(['doctor', '-w', 'demo', '--json'])"
    )
    ran = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "master/genealogy.parquet: " in ran.stdout
