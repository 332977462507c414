"""Every foreseeable failure, its exit code and its message: what is wrong, where, and what to do about it."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any, Self

from complaints.messages import Message, Text, knows, message, render


class ExitCode(IntEnum):
    """Exit codes of the command line; other people's scripts depend on them."""

    OK = 0
    OTHER = 1
    USAGE = 2
    QUARANTINED = 3
    CONFIGURATION = 4
    MODEL = 5
    LOCKED = 6
    INTERRUPTED = 130


class ComplaintsError(Exception):
    """A foreseeable failure with a message in three parts: what is wrong, where, what to do about it.

    Args:
        key: names the failure in the catalogue of messages: ``KEY.what`` is a sentence without a full stop,
            ``KEY.hint`` (not every failure has one) what the user can do. It is the `code` of an error under --json.
        where: the file, row, column, setting or second it concerns; empty when it is nowhere in particular.
        hint: what the user can do, where that is not ``KEY.hint``.
        values: the named values of both sentences.
    """

    exit_code = ExitCode.OTHER

    def __init__(self, key: str, where: Text = "", hint: Text | None = None, **values: Any) -> None:
        self.key, self.where = key, where
        self.values = {name: _kept(value) for name, value in values.items()}
        values = self.values
        self._hint = hint
        self.what = message(f"{key}.what", **values)
        if hint is None and knows(f"{key}.hint"):
            hint = message(f"{key}.hint", **values)
        self.hint = hint or None
        super().__init__(key)

    def __str__(self) -> str:
        """Return the error in English, for logs."""
        return self.render("en")

    def render(self, language: str) -> str:
        """Return the error for a person, in zh or en."""
        return render(self.whole(), language)

    def whole(self) -> Message:
        """Return the three parts as one message."""
        if not self.where:
            return self.detail()
        if self.hint is None:
            return message("error.where.what", where=self.where, what=self.what)
        return message("error.where.what.hint", where=self.where, what=self.what, hint=self.hint)

    def detail(self) -> Message:
        """Return what is wrong and what to do, without the place: where that stands in a column of its own."""
        if self.hint is None:
            return message("error.what", what=self.what)
        return message("error.what.hint", what=self.what, hint=self.hint)

    def at(self, where: Text) -> Self:
        """Return the same failure at another place."""
        return type(self)(self.key, where, self._hint, **self.values)

    def as_json(self, language: str) -> dict[str, str]:
        """Return the error for a machine: a stable code, and the three parts in zh or en."""
        what, where = render(self.what, language), render(self.where, language)
        return {"code": self.key, "message": what, "where": where, "hint": render(self.hint or "", language)}

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception crosses process borders by its arguments; args[0] alone would lose the others.
        return _again, (type(self), (self.key, self.where, self._hint), self.values)


def _kept(value: Any) -> Any:
    """Return a value that can cross process borders; an error's or a path's text says enough."""
    return str(value) if isinstance(value, BaseException | Path) else value


def _again(kind: type[ComplaintsError], given: tuple[Any, ...], values: dict[str, Any]) -> ComplaintsError:
    return kind(*given, **values)


def is_interrupt(error: BaseException) -> bool:
    """Tell whether an error is Ctrl-C or a request to end; one that comes during a query DuckDB tells in its way."""
    return isinstance(error, KeyboardInterrupt) or (type(error) is RuntimeError and str(error) == "Query interrupted")


class UsageError(ComplaintsError):
    """The command was used wrongly."""

    exit_code = ExitCode.USAGE


class SettingsError(ComplaintsError):
    """complaints.toml is invalid."""

    exit_code = ExitCode.CONFIGURATION


class MasterDataError(ComplaintsError):
    """A master file is unreadable, lacks a required column, or stands there twice."""

    exit_code = ExitCode.CONFIGURATION


class ModelMissing(ComplaintsError):
    """A model that the work needs is missing or does not load."""

    exit_code = ExitCode.MODEL


class WorkspaceLocked(ComplaintsError):
    """A living run holds the workspace."""

    exit_code = ExitCode.LOCKED


class StoreError(ComplaintsError):
    """The store cannot be opened, read or written."""


class ItemRefused(ComplaintsError):
    """One input cannot be processed; it is quarantined and the night goes on.

    The second part of its key is the reason (``asr.empty_file``: ``empty_file``): a short stable name that is counted
    and shown by `status`.
    """

    @property
    def reason(self) -> str:
        """The short stable name of what is wrong."""
        return self.key.split(".")[1]
