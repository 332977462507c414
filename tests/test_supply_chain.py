"""Dependencies: each has a reason, and an audit that looked nothing up never says that all is well."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from benchmarks.audit import judged

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WANTED = [*PROJECT["dependencies"], *(one for extra in PROJECT["optional-dependencies"].values() for one in extra)]


def test_every_dependency_stands_on_the_page_with_a_reason() -> None:
    page = (ROOT / "docs" / "reference" / "supply-chain.md").read_text(encoding="utf-8")
    rows = {row[1]: row[4] for line in page.splitlines() if len(row := [c.strip(" `") for c in line.split("|")]) == 6}
    names = [re.split(r"[<>=\\[]", requirement)[0] for requirement in WANTED]
    assert [name for name in names if not rows.get(name)] == []


def test_an_audit_that_looked_nothing_up_says_so() -> None:
    skipped = {"dependencies": [{"name": "a", "skip_reason": "not found"}]}
    assert judged(json.dumps(skipped))[0].startswith("NOT CHECKED")
    assert judged("")[0].startswith("NOT CHECKED")


def test_a_known_hole_fails_the_audit() -> None:
    package = {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1"}]}
    told, code = judged(json.dumps({"dependencies": [package, {"name": "b", "skip_reason": "x"}]}))
    assert (code, "1 of 2" in told, "PYSEC-1" in told) == (1, True, True)
