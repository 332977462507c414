"""Wrong use in the words of the reader, and as JSON for machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli import main

WRONG = [
    (["nosuch"], "usage.no_command"),
    (["issue", "renam"], "usage.no_command"),
    (["run", "--frob"], "usage.no_option"),
    (["run", "--only", "xyz"], "usage.bad_value"),
    (["run", "--as-of", "gestern"], "usage.bad_value"),
    (["simulate", "d", "--plants", "-3"], "usage.bad_value"),
    (["purge", "--before", "gestern"], "usage.bad_value"),
    (["run", "--as-of"], "usage.value_missing"),
    (["run", "--quiet=3"], "usage.no_value_taken"),
    (["run", "a", "b"], "usage.too_many"),
    (["explain"], "usage.missing"),
    (["cause", "confirm", "K1"], "usage.missing"),
]


@pytest.mark.parametrize(("arguments", "code"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_use_is_an_error_of_three_parts_for_machines(
    arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*arguments[:-1], "--json", arguments[-1]] if code == "usage.value_missing" else [*arguments, "--json"])
    told = json.loads(capsys.readouterr().err)
    assert (ended.value.code, told["code"]) == (2, code)
    assert told.keys() == {"code", "message", "where", "hint"}
    assert told["hint"]


@pytest.mark.parametrize("arguments", [words for words, _ in WRONG], ids=" ".join)
def test_wrong_use_is_told_in_chinese_in_a_chinese_workspace(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "complaints.toml").write_text('[general]\nlanguage = "zh"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main(arguments)
    told = capsys.readouterr().err
    assert any("一" <= character <= "鿿" for character in told)
    assert not any(word in told for word in ("Usage", "Error", "Invalid", "Missing", "value"))


def test_a_group_without_a_command_shows_its_help_and_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["review"])
    shown = capsys.readouterr()
    assert (ended.value.code, shown.err) == (2, "")
    assert "import" in shown.out


def test_a_command_that_ends_well_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
