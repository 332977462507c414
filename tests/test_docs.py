"""The documentation: generated pages are what the code gives, links lead somewhere, commands exist."""

from __future__ import annotations

import csv
import doctest
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
import typer

import cli
from complaints.records import PUBLIC_TABLES

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
STATISTICS = sorted((ROOT / "docs" / "methods" / "statistics").glob("*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.M | re.S)
INLINE = re.compile(r"`(complaints [a-z][^`\n]*)`")


def test_reference_pages_are_what_the_code_gives() -> None:
    ran = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"run docs/generate.py: {ran.stdout}{ran.stderr}"


def test_every_column_of_a_public_table_says_what_it_is_in_both_languages() -> None:
    with (ROOT / "docs" / "columns.csv").open(encoding="utf-8", newline="") as stream:
        said = {(row["table"], row["column"]) for row in csv.DictReader(stream) if row["en"] and row["zh"]}
    assert said == {(name, field.name) for name, record in PUBLIC_TABLES.items() for field in fields(record)}


@pytest.mark.parametrize("guide", sorted((ROOT / "docs" / "guides").glob("*.md")), ids=lambda path: path.stem)
def test_a_guide_stands_in_both_languages(guide: Path) -> None:
    other = guide.name.replace(".zh.md", ".md") if ".zh." in guide.name else guide.name.replace(".md", ".zh.md")
    assert (guide.parent / other).is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target.partition("#")[0] for target in LINK.findall(page.read_text(encoding="utf-8"))]
    missing = [t for t in targets if t and "://" not in t and not (page.parent / t).exists()]
    assert missing == []


@pytest.mark.parametrize("page", STATISTICS, ids=lambda path: path.stem)
def test_a_statistic_says_formula_assumptions_limits_place_and_example(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.M) == ["Formula", "Assumes", "Limits", "In the code", "Example"]
    place = text.split("## In the code")[1].split("## Example")[0]
    files = re.findall(r"`(\w+/[\w/]+\.py)`", place)
    assert files
    code = "\n".join((ROOT / file).read_text(encoding="utf-8") for file in files)
    names = [name for name in re.findall(r"`(\w+)`", place) if name.isidentifier()]
    assert [name for name in names if not re.search(rf"\b{name}\b", code)] == []


@pytest.mark.parametrize("page", STATISTICS, ids=lambda path: path.stem)
def test_the_worked_example_of_a_statistic_gives_what_the_page_says(page: Path) -> None:
    example = "\n".join(BLOCK.findall(page.read_text(encoding="utf-8").split("## Example")[1]))
    said: list[str] = []
    found = doctest.DocTestRunner().run(
        doctest.DocTestParser().get_doctest(example, {}, page.stem, str(page), 0), out=said.append
    )
    assert (found.failed, found.attempted > 0) == (0, True), "".join(said)


def test_every_page_of_a_statistic_is_in_the_menu() -> None:
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [page.name for page in STATISTICS if f"methods/statistics/{page.name}" not in menu] == []


def named(page: Path) -> Iterator[str]:
    """Yield the calls of the program that a page shows."""
    text = page.read_text(encoding="utf-8")
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            call = line.split("#")[0].split("&&")[0].strip()
            if call.startswith("complaints "):
                yield call
    yield from INLINE.findall(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_and_options_that_a_page_names_exist(page: Path) -> None:
    strange = []
    for call in named(page):
        found = typer.main.get_command(cli.app)
        words = shlex.split(call.replace("…", " "))[1:]
        while words and hasattr(found, "commands"):
            if re.search(r"[|/\[]", words[0]) or words[0].startswith("-"):
                break
            if words[0] not in found.commands:
                strange.append(call)
                break
            found = found.commands[words.pop(0)]
        else:
            known = {option for p in found.params for option in (*p.opts, *p.secondary_opts)} | {"--help"}
            strange += [f"{call}: {w}" for w in words if w.startswith("-") and w.split("=")[0].strip("[]") not in known]
    assert strange == []
