"""Wrong use of the command line, as typer finds it, as an error of the three parts in the reader's language.

Typer words its own errors in English and for people alone. What they are about is read from their type and fields,
never from their sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Any

from typer import BadParameter

from complaints.errors import UsageError
from complaints.messages import Message, Text, message
from complaints.nearest_name import meant


def usage_error(error: Any, arguments: Sequence[str]) -> UsageError:
    """Return an error of typer's as one of ours.

    Args:
        error: of use: `typer.BadParameter` or one of the kinds that typer keeps to itself.
        arguments: of the command, without its name.
    """
    context = getattr(error, "ctx", None)
    where = context.command_path.partition(" ")[2] if context is not None else ""
    see = message("usage.see_help", command=f"complaints {where}".strip())
    if hasattr(error, "possibilities"):
        hint = meant(error.option_name, error.possibilities or (), see)
        return UsageError("usage.no_option", where, hint, option=error.option_name)
    if option := getattr(error, "option_name", ""):
        given = any(word.startswith(f"{option}=") for word in arguments)
        return UsageError("usage.no_value_taken" if given else "usage.value_missing", where, see, option=option)
    if isinstance(error, BadParameter):
        return _of_parameter(error, where, see)
    commands = getattr(context.command, "commands", None) if context is not None else None
    if commands is None:
        return UsageError("usage.too_many", where, see)
    return _of_command(where, list(commands), arguments)


def _of_parameter(error: Any, where: str, see: Message) -> UsageError:
    parameter = error.param
    name = _name(parameter)
    if hasattr(error, "param_type"):
        return UsageError("usage.missing", where, see, parameter=name)
    return UsageError("usage.bad_value", where, see, parameter=name, expected=_expected(parameter))


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name).strip("[]{}")


def _expected(parameter: Any) -> Text:
    kind = parameter.type_descriptor.annotation
    kind = kind if isinstance(kind, type) else object
    if issubclass(kind, Enum):
        return message("usage.expected.one_of", names=[str(one.value) for one in kind])
    if issubclass(kind, date):
        return message("usage.expected.day")
    if issubclass(kind, int | float):
        low, high = getattr(parameter, "min", None), getattr(parameter, "max", None)
        if low is not None and high is not None:
            return message("usage.expected.between", low=low, high=high)
        return message("usage.expected.number") if low is None else message("usage.expected.at_least", low=low)
    return message("usage.expected.other")


def _of_command(where: str, commands: list[str], arguments: Sequence[str]) -> UsageError:
    """Return that a command is missing or none: groups take no options with values, so it is the next bare word."""
    words = [word for word in arguments if not word.startswith("-")]
    depth = len(where.split())
    if len(words) <= depth:
        return UsageError("usage.command_missing", where, message("usage.commands", names=commands))
    hint = meant(words[depth], commands, message("usage.commands", names=commands))
    return UsageError("usage.no_command", where, hint, command=words[depth])
