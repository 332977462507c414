"""Every command of README and the guides runs, in order and as written, in a folder of its page.

The night itself is the session's demo night: where a page runs its first night over plant-a, that night's stores lie
ready, so that the command takes little time and all that follows has something to show.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import cli
from complaints import open_workspace
from tests.demo_night import Demo

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs" / "guides").glob("*.md"))]
BLOCK = re.compile(r"^```([a-z]*)\n(.*?)^```", re.M | re.S)
# Lines that are not run here, and why.
NOT_RUN = {
    "make ": "sets up what these tests stand in",
    ". .venv/bin/activate": "these tests run in that environment",
    "pip install": "installs packages: done by hand for a release",
    "python3 -m venv": "a second machine without a network: done by hand for a release",
    "/tmp/build/": "a second machine without a network: done by hand for a release",
    "/opt/complaints/": "a second machine without a network: done by hand for a release",
    "complaints run -w plant-a --engine ray": "needs the package ray: tests/complaints/run/test_ray.py",
    "cp models.txt": "a second machine without a network: done by hand for a release",
}
# Commands that end otherwise here than in a plant that has been at it for months, and what they say then.
ELSE = {
    "complaints train": (2, "classify.min_labels"),
    "complaints evaluate": (2, "complaints train"),
}
ONCE = ("complaints run", "complaints doctor", "complaints dictionary suggest", "complaints train")


def lines(page: Path) -> list[str]:
    """Return the command lines of a page's blocks, without comments."""
    blocks = [body for kind, body in BLOCK.findall(page.read_text(encoding="utf-8")) if kind in ("", "sh")]
    found = [re.sub(r"\s+#.*", "", line).strip() for block in blocks for line in block.splitlines()]
    return [line for line in found if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def done() -> set[str]:
    """Costly commands that another page has run."""
    return set()


@pytest.fixture
def folder(demo_night: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the files of one's own that the pages speak of."""
    source = demo_night.workspace
    shutil.copytree(source.inbox / "calls", tmp_path / "RECORDINGS")
    shutil.copy(source.inbox / "texts" / "hotline_2026q1.csv", tmp_path / "COMPLAINTS.csv")
    for file in source.master.iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def prepared(demo: Demo, folder: Path) -> None:
    """Lay the demo's finished night into plant-a, where it is not there yet."""
    plant = folder / "plant-a"
    if (plant / "site").exists():
        return
    shutil.rmtree(plant, ignore_errors=True)
    shutil.copytree(demo.workspace.root, plant, symlinks=True)


def filled(line: str, folder: Path) -> str:
    """Put real ids in the place of a page's names in capitals."""
    plant = open_workspace(folder / "plant-a")
    first = {
        "ISSUE_ID": "SELECT issue_id AS id FROM issues ORDER BY cases DESC, id LIMIT 1",
        "CAUSE_ID": "SELECT cause_id AS id FROM causes WHERE rank = 1 AND verdict = 'supported' ORDER BY id LIMIT 1",
        "SUPPLIER": "SELECT supplier AS id FROM suppliers ORDER BY id LIMIT 1",
    }
    for name, sql in first.items():
        line = re.sub(rf"\b{name}\b", plant.rows(sql)[0]["id"], line)
    return line


def ran(line: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run one line; the program in this process, anything else in a shell."""
    if not line.startswith("complaints"):
        shell = subprocess.run(["bash", "-c", line], capture_output=True, encoding="utf-8", check=False)
        return shell.returncode, shell.stdout + shell.stderr
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        cli.main(shlex.split(line)[1:])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out + said.err


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_commands_of_a_page_run_in_order(
    page: Path, folder: Path, demo_night: Demo, done: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for line in lines(page):
        if any(line.startswith(start) for start in NOT_RUN):
            continue
        if "plant-a" in line and line.startswith("complaints") and line.split()[1] not in ("init", "doctor"):
            prepared(demo_night, folder)
            line = filled(line, folder)
        if line in done:
            continue
        code, said = ran(line, capsys)
        expected, words = next((end for start, end in ELSE.items() if line.startswith(start)), (0, ""))
        assert (code, words in said) == (expected, True), f"{line}\n{said}"
        if line.startswith(ONCE):
            done.add(line)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_python_of_a_page_runs(page: Path, folder: Path, demo_night: Demo) -> None:
    names: dict[str, Any] = {}
    for kind, body in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "python":
            prepared(demo_night, folder)
            exec(compile(body, str(page), "exec"), names)


def test_every_reason_for_not_running_a_line_is_still_needed() -> None:
    known = [line for page in PAGES for line in lines(page)]
    assert [start for start in NOT_RUN if not any(line.startswith(start) for line in known)] == []
