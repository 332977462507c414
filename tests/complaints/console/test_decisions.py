"""A decision is made of a row of a table: its arguments, its effect on an expert's store, its sentence, its facts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer

from complaints.console.decisions import Argument, DecisionCommand, add_decisions
from complaints.workspace.layout import Workspace


class Book:
    """What experts decided."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, tuple[str, ...]]] = []

    @contextmanager
    def deciding(self, workspace: Workspace, who: str, day: date, reason: str) -> Iterator[Book]:
        self.who, self.reason = who, reason
        yield self


def _split(book: Book, issue: str, given: Mapping[str, Any]) -> dict[str, Any]:
    book.rows.append((issue, book.who, book.reason, tuple(given["cases"])))
    return {"issue": issue, "cases": len(given["cases"])}


SPLIT = DecisionCommand(
    "split",
    "I1 T1 --reason other",
    _split,
    lambda issue, given, done: f"{issue}: {done['cases']} of {len(given['cases'])}",
    (Argument("cases", Annotated[list[str], typer.Argument(metavar="CASE...")]),),
)
UNDO = DecisionCommand(
    "undo", "I1", lambda book, issue, given: {"issue": issue}, lambda *_: "undone", needs_reason=False
)


def call(book: Book, *arguments: str) -> int:
    app = typer.Typer()
    add_decisions(app, "issue", lambda: book.deciding, (SPLIT, UNDO))
    with pytest.raises(SystemExit) as ended:
        app(args=list(arguments))
    return int(ended.value.code or 0)


def test_a_decision_takes_its_arguments_the_reason_and_the_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Book()
    assert call(book, "split", "I1", "T1", "T2", "--reason", "other pump", "--by", "Li", "-w", str(tmp_path)) == 0
    assert book.rows == [("I1", "Li", "other pump", ("T1", "T2"))]
    assert capsys.readouterr().out == "I1: 2 of 2\n"


def test_a_machine_is_given_the_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(Book(), "split", "I1", "T1", "--reason", "x", "-w", str(tmp_path), "--json")
    assert json.loads(capsys.readouterr().out) == {"issue": "I1", "cases": 1}


def test_a_reason_is_asked_for_unless_the_decision_needs_none(tmp_path: Path) -> None:
    assert call(Book(), "split", "I1", "T1", "-w", str(tmp_path)) == 2
    assert call(Book(), "undo", "I1", "-w", str(tmp_path)) == 0


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    call(Book(), "split", "--help")
    printed = capsys.readouterr().out
    assert "complaints issue split I1 T1 --reason other" in printed
