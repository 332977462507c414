"""The command line: exit codes, messages and machine-readable answers, through the real program."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
import complaints


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "cli", *arguments], capture_output=True, encoding="utf-8", check=False)


def exit_code(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return int(ended.value.code or 0)


@pytest.mark.parametrize("command", ["init", "demo", "run", "status", "export", "doctor"])
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(command, "--help") == 0
    assert "Example: complaints" in capsys.readouterr().out.replace("`", "")


def test_the_version_of_the_program_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("--version") == 0
    assert capsys.readouterr().out == f"complaints {complaints.__version__}\n"


def test_an_unknown_command_is_wrong_use_and_the_nearest_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("rnu") == 2
    assert "Did you mean run?" in capsys.readouterr().err


def commands(found: Any = None, name: str = "complaints") -> Iterator[tuple[str, Any]]:
    found = found or typer.main.get_command(cli.app)
    for each, inner in getattr(found, "commands", {}).items():
        yield from commands(inner, f"{name} {each}")
    if not hasattr(found, "commands"):
        yield name, found


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_answers_machines_too(name: str, command: Any) -> None:
    assert "--json" in {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion_completes_commands(shell: str) -> None:
    asked = {"COMP_WORDS": "complaints re", "COMP_CWORD": "1", "_TYPER_COMPLETE_ARGS": "complaints re"}
    asked |= {"_TYPER_COMPLETE_FISH_ACTION": "get-args", "_COMPLAINTS_COMPLETE": f"complete_{shell}"}
    command = [sys.executable, "-c", "import cli; cli.app(prog_name='complaints')"]
    ran = subprocess.run(command, env=os.environ | asked, capture_output=True, encoding="utf-8", check=False)
    assert {"review", "report"} <= set(re.findall(r"[a-z]+", ran.stdout))


def test_without_a_command_it_says_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code() == 0
    assert "complaints demo" in capsys.readouterr().out


def test_a_misspelt_workspace_names_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exit_code("init", "plant-a")
    assert exit_code("run", "-w", "plant-b") == 2
    assert "nearest is plant-a" in capsys.readouterr().err


def test_a_misspelt_value_of_a_setting_names_the_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code("init", str(tmp_path / "w"))
    (tmp_path / "w" / "complaints.toml").write_text('[asr]\ndevice = "cudda"\n', encoding="utf-8")
    assert exit_code("run", "-w", str(tmp_path / "w")) == 4
    assert "您是不是要写 cuda？" in capsys.readouterr().err


def test_doctor_speaks_the_language_of_the_workspace_and_names_a_misspelt_master_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code("init", str(tmp_path / "w"), "--language", "zh")
    (tmp_path / "w" / "master" / "staton.csv").write_text("station_id,name\nST1,x\n", encoding="utf-8")
    capsys.readouterr()
    assert exit_code("doctor", "-w", str(tmp_path / "w")) == 0
    assert "请改名为 stations.csv" in capsys.readouterr().out


def test_a_folder_that_is_no_workspace_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("run", "-w", str(tmp_path)) == 2
    assert "complaints init" in capsys.readouterr().err


@pytest.mark.parametrize(("language", "first"), [("zh", "工作区已建立："), ("en", "Workspace laid out in ")])
def test_init_says_what_comes_next_in_the_language_of_the_workspace(
    language: str, first: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code("init", str(tmp_path / "w"), "--language", language) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{first}{tmp_path / 'w'}"
    assert [line.isascii() for line in said] == [language == "en"] * 3


def test_init_lays_out_a_workspace_once(tmp_path: Path) -> None:
    assert exit_code("init", str(tmp_path / "w")) == 0
    assert (tmp_path / "w" / "master" / "templates" / "stations.csv").is_file()
    assert exit_code("init", str(tmp_path / "w")) == 2


def test_invalid_settings_end_with_4_and_name_the_nearest_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code("init", str(tmp_path / "w"))
    (tmp_path / "w" / "complaints.toml").write_text("[asr]\nbeam = 1\n", encoding="utf-8")
    assert exit_code("run", "-w", str(tmp_path / "w")) == 4
    assert "asr.beam_size" in capsys.readouterr().err


def test_two_files_for_one_master_table_end_with_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code("init", str(tmp_path / "w"))
    for name in ("stations.csv", "stations.tsv"):
        (tmp_path / "w" / "master" / name).write_text(
            "station_id,name\nST1,x\n".replace(",", "\t" if "tsv" in name else ","), encoding="utf-8"
        )
    assert exit_code("run", "-w", str(tmp_path / "w")) == 4
    message = capsys.readouterr().err
    assert "stations.csv" in message
    assert "stations.tsv" in message


def test_status_of_a_fresh_workspace_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code("init", str(tmp_path / "w"))
    capsys.readouterr()
    assert exit_code("status", "-w", str(tmp_path / "w"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["tables"]["cases"] == 0


def test_export_before_any_run_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code("init", str(tmp_path / "w"))
    assert exit_code("export", str(tmp_path / "out"), "-w", str(tmp_path / "w")) == 2
    assert "complaints run" in capsys.readouterr().err


def test_only_and_from_exclude_each_other(tmp_path: Path) -> None:
    exit_code("init", str(tmp_path / "w"))
    assert exit_code("run", "-w", str(tmp_path / "w"), "--only", "asr", "--from", "asr") == 2


def test_a_living_run_ends_the_second_with_6(tmp_path: Path) -> None:
    from complaints.workspace.layout import Workspace

    exit_code("init", str(tmp_path / "w"), "--language", "en")
    with Workspace(tmp_path / "w").lock():
        found = call("run", "-w", str(tmp_path / "w"))
    assert (found.returncode, "another run" in found.stderr) == (6, True)


def test_an_unforeseen_error_is_told_without_its_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("电话13900001234")

    exit_code("init", str(tmp_path / "w"))
    monkeypatch.setattr("complaints.console.status.read_status", fail)
    assert exit_code("status", "-w", str(tmp_path / "w")) == 1
    message = capsys.readouterr().err
    assert "ValueError" in message
    assert "test_cli.py" in message
    assert "13900001234" not in message


def test_a_master_file_without_a_required_column_ends_with_4_before_anything_is_heard(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code("init", str(tmp_path / "w"))
    (tmp_path / "w" / "master" / "genealogy.csv").write_text("serial,tool\nA,T1\n", encoding="utf-8")
    (tmp_path / "w" / "inbox" / "t.csv").write_text("text\n过减速带异响\n", encoding="utf-8")
    assert exit_code("run", "-w", str(tmp_path / "w")) == 4
    assert "master/genealogy.csv" in capsys.readouterr().err
    assert not (tmp_path / "w" / "data" / "complaints.duckdb").exists()


def test_doctor_names_the_broken_master_file_and_ends_with_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code("init", str(tmp_path / "w"))
    (tmp_path / "w" / "master" / "stations.csv").write_text("name\nx\n", encoding="utf-8")
    assert exit_code("doctor", "-w", str(tmp_path / "w")) == 4
    assert "station_id" in capsys.readouterr().out
