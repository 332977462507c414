"""A session prints in the language of its workspace, or facts for machines, or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from complaints.console.session import Session
from complaints.errors import UsageError
from complaints.messages import message
from complaints.workspace.create import init_workspace

CLOSED = message("warning.said.close", warning="W1")


@pytest.mark.parametrize(("language", "printed"), [("zh", "已关闭"), ("en", "closed")])
def test_a_result_is_printed_in_the_language_of_the_workspace(
    language: str, printed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init_workspace(tmp_path / "w", language)
    Session(tmp_path / "w").print_result({}, CLOSED)
    assert printed in capsys.readouterr().out


def test_a_machine_is_given_the_facts_even_when_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Session(tmp_path, quiet=True, as_json=True).print_result({"warning_id": "W1"}, CLOSED)
    assert json.loads(capsys.readouterr().out) == {"warning_id": "W1"}


@pytest.mark.parametrize(("quiet", "as_json"), [(True, False), (False, True)])
def test_a_silent_session_prints_no_sentence(
    quiet: bool, as_json: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Session(tmp_path, quiet, as_json).echo(CLOSED)
    assert capsys.readouterr().out == ""


def test_settings_and_dictionary_are_those_of_a_workspace_alone(tmp_path: Path) -> None:
    init_workspace(tmp_path / "w", "en")
    assert Session(tmp_path / "w").settings.general.language == "en"
    for name in ("settings", "dictionary"):
        with pytest.raises(UsageError):
            getattr(Session(tmp_path / "none"), name)
