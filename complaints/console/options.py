"""What the commands share: their common options, and how they say what they did."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from complaints import __version__

Folder = Annotated[Path, typer.Option("-w", "--workspace")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q")]
Json = Annotated[bool, typer.Option("--json")]
Reason = Annotated[str, typer.Option()]
By = Annotated[str, typer.Option(show_default="the user of this computer")]


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"complaints {__version__}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True)]


class Language(StrEnum):
    """Languages of the reports."""

    zh = "zh"
    en = "en"


class StageName(StrEnum):
    """The stages of a night."""

    intake = "intake"
    asr = "asr"
    classify = "classify"
    cluster = "cluster"
    mapping = "mapping"
    reports = "reports"


class EngineName(StrEnum):
    """Where the heavy work runs."""

    local = "local"
    ray = "ray"


def expert_name(by: str) -> str:
    """Return who decides: the name given, else the user of this computer."""
    from getpass import getuser

    return by or getuser()
