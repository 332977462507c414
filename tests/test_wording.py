"""What a Chinese workspace says about real faults is Chinese: errors, doctor, status, quarantine."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import cli
from complaints.workspace import Workspace, init_workspace

Cause = Callable[[Path], tuple[str, ...]]
# Three words in a row: names, options, commands and paths are no sentence.
SENTENCE = re.compile(r"(?<![\w./=-])[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}\b")
COMMANDS = re.compile(r"complaints [a-z]+( [a-z]+)*( -w \S+)?")


def english(text: str) -> list[str]:
    """Return the English sentences of a text."""
    return [found.group() for found in SENTENCE.finditer(COMMANDS.sub("", text))]


def settings(text: str) -> Cause:
    def cause(root: Path) -> tuple[str, ...]:
        (root / "complaints.toml").write_text(f'[general]\nlanguage = "zh"\n{text}\n', encoding="utf-8")
        return ("run", "-w", str(root))

    return cause


def two_tables(root: Path) -> tuple[str, ...]:
    for suffix in ("csv", "jsonl"):
        (root / "master" / f"stations.{suffix}").write_text("", encoding="utf-8")
    return ("run", "-w", str(root))


def no_column(root: Path) -> tuple[str, ...]:
    (root / "master" / "stations.csv").write_text("工位,产线\nS1,A\n", encoding="utf-8")
    return ("run", "-w", str(root))


def unknown_kind(root: Path) -> tuple[str, ...]:
    (root / "master" / "dictionary.csv").write_text("term,kind\n咕噜响,noise\n", encoding="utf-8")
    return ("run", "-w", str(root))


def command(*given: str) -> Cause:
    return lambda root: (*given, "-w", str(root))


FAULTS = {
    "an unknown setting": settings("[asr]\nbeam = 1"),
    "a value out of range": settings("[asr]\nbeam_size = 0"),
    "a word that is no choice": settings('[asr]\ndevice = "gpu"'),
    "a text for a number": settings('[asr]\nbeam_size = "many"'),
    "a number for a text": settings("[asr]\nmodel = 3"),
    "two files for one table": two_tables,
    "a missing column": no_column,
    "a kind that is none": unknown_kind,
    "nothing to explain yet": command("explain", "T1"),
    "nothing to export yet": command("export", "tables"),
    "nothing to forget yet": command("purge", "--before", "2024-01-01"),
    "no key yet": command("key", "rotate"),
    "options that exclude each other": command("run", "--only", "asr", "--from", "asr"),
    "no site yet": command("report", "pdf", "ST-1", "s.pdf"),
    "no workbook": command("review", "import", "none.xlsx"),
    "a wrong suffix": command("review", "export", "doubtful.xls"),
    "no such issue": command("issue", "close", "I1", "--reason", "x"),
    "no such warning": command("warning", "close", "W1", "--reason", "x"),
    "no such cause": command("cause", "confirm", "A1", "--reason", "x"),
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return init_workspace(tmp_path / "w", "zh").root


@pytest.mark.parametrize("fault", FAULTS)
def test_an_error_is_chinese(fault: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(FAULTS[fault](root))
    said = capsys.readouterr().err
    assert ended.value.code
    assert re.search("[一-龥]", said)
    assert english(said) == []


def test_an_error_under_json_has_its_code_and_three_parts(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["explain", "T1", "--json", "-w", str(root)])
    said = json.loads(capsys.readouterr().err)
    assert said.keys() == {"code", "message", "where", "hint"}
    assert said["code"] == "snapshot.no_run"
    assert re.search("[一-龥]", said["message"])


def test_what_doctor_finds_is_chinese(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "master" / "staions.csv").write_text("x\n", encoding="utf-8")
    (root / "complaints.toml").write_text('[asr]\nmodel = "/no/such"\n', encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main(["doctor", "-w", str(root)])
    assert english(capsys.readouterr().out.replace("pip install", "")) == []


def test_quarantined_inputs_are_told_in_the_workspaces_language_and_kept_for_both(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox = Workspace(root).inbox
    (inbox / "t.csv").write_text("text,channel\n异响,电话\n,网站\n漏油,电话,多,余\n", encoding="utf-8")
    (inbox / "empty.wav").write_bytes(b"")
    (inbox / "none.csv").write_text("姓名,电话\n王,1\n", encoding="utf-8")
    lines = (root / "complaints.toml").read_text(encoding="utf-8")
    settled = lines.replace("settling_seconds = 5.0", "settling_seconds = 0.0")
    (root / "complaints.toml").write_text(settled, encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main(["run", "--only", "intake", "-w", str(root), "--quiet"])
    with Workspace(root).open_store(read_only=True) as store:
        rows = store.query("SELECT reason, detail, message FROM quarantine")
    assert {reason for reason, _, _ in rows} == {"empty_file", "missing_column", "no_text", "too_many_cells"}
    assert [text for _, detail, _ in rows for text in english(detail)] == []
    assert all(json.loads(message)["key"].startswith("error.") for _, _, message in rows)
    capsys.readouterr()
    with pytest.raises(SystemExit):
        cli.main(["status", "-w", str(root)])
    assert english(capsys.readouterr().out) == []
