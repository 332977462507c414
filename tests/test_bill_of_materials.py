"""The bill of materials; `make build` installs what makes it and runs these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import sbom

pytest.importorskip("cyclonedx_py", reason="make build installs cyclonedx-bom and runs these")
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return sbom.bill()


def test_the_bill_of_materials_names_what_the_program_runs_on_and_nothing_else(bill: dict[str, Any]) -> None:
    names = {sbom.plain_name(part["name"]) for part in bill["components"]}
    assert {"torch", "numpy", "jinja2", "markupsafe"} <= names
    assert names & {"pytest", "ruff", "mkdocs", "cyclonedx-bom", "complaint-mining"} == set()


def test_the_bill_of_materials_joins_every_package_to_the_program(bill: dict[str, Any]) -> None:
    below = {row["ref"]: row["dependsOn"] for row in bill["dependencies"]}
    waiting, met = [bill["metadata"]["component"]["bom-ref"]], set()
    while waiting:
        here = waiting.pop()
        waiting += [ref for ref in below[here] if ref not in met]
        met.add(here)
    assert met == set(below)


def test_the_bill_of_materials_holds_the_models_with_the_digests_that_are_required(bill: dict[str, Any]) -> None:
    digests = {part["name"]: part["hashes"][0]["content"] for part in bill["components"] if "hashes" in part}
    lines = (ROOT / "models.txt").read_text(encoding="utf-8")
    assert digests == sbom.models()
    assert len(digests) == lines.count("--hash=")


def test_every_package_of_the_bill_of_materials_has_a_licence(bill: dict[str, Any]) -> None:
    assert [part["name"] for part in bill["components"] if not part.get("licenses")] == []
