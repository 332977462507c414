"""The language in which a command speaks (the workspace's, else that of this computer's user), and its errors."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Sequence
from pathlib import Path

import typer

from complaints.errors import ComplaintsError
from complaints.messages import LANGUAGES, message
from complaints.workspace import console_language

WORKSPACE_VARIABLE = "COMPLAINTS_WORKSPACE"


def asked_language(arguments: Sequence[str]) -> str:
    """Return zh or en for a command line, before it is parsed and without reading more than the workspace's settings.

    Args:
        arguments: of the command, without its name; -w/--workspace names the workspace, else COMPLAINTS_WORKSPACE does,
            else it is the current folder.
    """
    try:
        content = tomllib.loads((_workspace(arguments) / "complaints.toml").read_bytes().decode("utf-8-sig"))
        language = content.get("general", {}).get("language", LANGUAGES[0])  # the setting's default
    except (OSError, ValueError, AttributeError):
        return console_language()
    return language if language in LANGUAGES else console_language()


def print_error(error: ComplaintsError, arguments: Sequence[str]) -> None:
    """Print an error in the language of a command line, for a person or, where it holds --json, for a machine."""
    language = asked_language(arguments)
    if "--json" in arguments:
        typer.echo(json.dumps(error.as_json(language), ensure_ascii=False), err=True)
    else:
        typer.echo(f"complaints: {error.render(language)}", err=True)


def print_unforeseen(error: Exception, arguments: Sequence[str]) -> None:
    """Print an error that nobody foresaw by its type and place, and the run's log; its message may quote somebody."""
    from complaints.run_log import last_log, place_of

    log = last_log()
    hint = message("error.unforeseen.log", log=log) if log else None
    print_error(
        ComplaintsError("error.unforeseen", hint=hint, error=type(error).__name__, place=place_of(error)), arguments
    )


def _workspace(arguments: Sequence[str]) -> Path:
    for at, given in enumerate(arguments):
        if given in ("-w", "--workspace") and at + 1 < len(arguments):
            return Path(arguments[at + 1])
        if given.startswith("--workspace="):
            return Path(given.removeprefix("--workspace="))
        if given.startswith("-w") and len(given) > len("-w") and not given.startswith("--"):
            return Path(given[2:])
    return Path(os.environ.get(WORKSPACE_VARIABLE, ""))
