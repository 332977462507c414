"""--help: every command and parameter has its text in both languages, and a Chinese reader reads Chinese."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import cli
from complaints.console.help import localised


def commands(found: Any) -> Iterator[Any]:
    yield found
    for inner in getattr(found, "commands", {}).values():
        yield from commands(inner)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_and_parameter_has_a_text(language: str) -> None:
    texts = [(c.name, c.help) for c in commands(localised(cli.app, language))]
    texts += [(p.name, p.help) for c in commands(localised(cli.app, language)) for p in c.params]
    assert [name for name, text in texts if not text or text.startswith("help")] == []


def test_help_is_chinese_where_the_workspace_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    (tmp_path / "complaints.toml").write_text('[general]\nlanguage = "zh"\n', encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main(["purge", "-w", str(tmp_path), "--help"])
    printed = capsys.readouterr().out.split("\n", 2)[2]
    assert "永久删除" in printed
    assert [line for line in printed.splitlines() if re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", line)] == []


def test_help_needs_no_catalogue_reader() -> None:
    localised(cli.app, "zh")  # compiled now, if it never was
    code = "import sys, cli; from complaints.console import localised; localised(cli.app, 'zh')"
    loaded = subprocess.run(
        [sys.executable, "-c", f"{code}; print([m for m in ('babel', 'pydantic', 'duckdb') if m in sys.modules])"],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert loaded.stdout.strip() == "[]"
