"""Every foreseeable failure, its exit code and its message: what is wrong, where, and what to do about it."""

from __future__ import annotations

from enum import IntEnum


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
    """A foreseeable failure with a message in three parts.

    Args:
        what: what is wrong, in one sentence without a full stop.
        where: the file, row, column, setting or second it concerns; empty when it is nowhere in particular.
        hint: what the user can do about it.
    """

    exit_code = ExitCode.OTHER

    def __init__(self, what: str, where: str = "", hint: str = "") -> None:
        self.what, self.where, self.hint = what, where, hint
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}. {self.hint}" if self.hint else f"{text}."

    def __reduce__(self) -> tuple[type[ComplaintsError], tuple[str, str, str]]:
        # An exception crosses process borders by its arguments; args[0] alone would lose two of the three parts.
        return type(self), (self.what, self.where, self.hint)


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

    Args:
        reason: a short stable name, such as ``empty_file`` or ``undecodable_bytes``; counted and shown by `status`.
    """

    def __init__(self, reason: str, what: str, where: str = "", hint: str = "") -> None:
        self.reason = reason
        super().__init__(what, where, hint)

    def __reduce__(self) -> tuple[type[ComplaintsError], tuple[str, str, str, str]]:  # type: ignore[override]
        return type(self), (self.reason, self.what, self.where, self.hint)
