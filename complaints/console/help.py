"""The texts of --help, from the catalogue: ``help.COMMAND``, ``help.COMMAND.PARAMETER`` or ``help.option.PARAMETER``.

Commands are made once, when their modules are imported; what they say is put in when the reader's language is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer
from typer.main import get_command

from complaints.messages import knows, message, render

ROOT = "complaints"
HELP_OPTIONS = ("-h", "--help")


def localised(app: typer.Typer, language: str, arguments: Sequence[str] = HELP_OPTIONS) -> Any:
    """Return the command line with all texts of its --help in zh or en.

    Args:
        app: the command line.
        language: zh or en.
        arguments: what was given; without a --help among them the panels' titles are left, which cost an import.
    """
    root = get_command(app)
    _put(root, (), language)
    if set(HELP_OPTIONS) & set(arguments):
        _put_titles(language)
    return root


def _put(command: Any, path: tuple[str, ...], language: str) -> None:
    name = ".".join(path) or ROOT
    command.help = render(message(f"help.{name}"), language)
    command.short_help = None
    if command.epilog:
        command.epilog = render(message("help.example", command=command.epilog), language)
    for parameter in command.params:
        own, shared = f"help.{name}.{parameter.name}", f"help.option.{parameter.name}"
        parameter.help = render(message(own if knows(own) else shared), language)
    _put_help_option(command, path, language)
    for each, inner in getattr(command, "commands", {}).items():
        _put(inner, (*path, each), language)


def _put_help_option(command: Any, path: tuple[str, ...], language: str) -> None:
    settings = getattr(command, "context_settings", {}) or {}
    if path:
        settings = settings | {"help_option_names": list(HELP_OPTIONS)}
    option = command.get_help_option(typer.Context(command, info_name=(path or (ROOT,))[-1], **settings))
    if option is not None:
        option.help = render(message("help.option.help"), language)


def _put_titles(language: str) -> None:
    from typer import rich_utils

    rich_utils.OPTIONS_PANEL_TITLE = render(message("help.title.options"), language)
    rich_utils.COMMANDS_PANEL_TITLE = render(message("help.title.commands"), language)
    rich_utils.ARGUMENTS_PANEL_TITLE = render(message("help.title.arguments"), language)
    rich_utils.ERRORS_PANEL_TITLE = render(message("help.title.errors"), language)
    rich_utils.DEFAULT_STRING = render(message("help.default", default="{}"), language)
    rich_utils.REQUIRED_LONG_STRING = render(message("help.required"), language)
