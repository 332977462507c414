"""What every command works with: its workspace and what is known of it, its language, its bars, and how it prints."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from complaints.errors import UsageError
from complaints.messages import Text, render

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.run import Progress
    from complaints.settings import Settings
    from complaints.workspace import Workspace


@dataclass(frozen=True)
class Session:
    """One command at work in a folder.

    Args:
        folder: of the workspace; it need not be one yet.
        quiet: print nothing but errors, and show no bars.
        as_json: print results for machines: facts in the place of sentences, and no bars.
    """

    folder: Path
    quiet: bool = False
    as_json: bool = False

    @cached_property
    def place(self) -> Workspace:
        """The workspace, whether it is laid out or not."""
        from complaints.workspace import Workspace

        return Workspace(self.folder)

    @cached_property
    def settings(self) -> Settings:
        """The workspace's settings.

        Raises:
            UsageError: the folder is no workspace.
            SettingsError: complaints.toml is invalid.
        """
        self.place.require()
        return self.place.settings()

    @cached_property
    def dictionary(self) -> Dictionary:
        """The shipped dictionary with the plant's own words (raises as `settings`, and MasterDataError)."""
        self.place.require()
        return self.place.dictionary()

    @cached_property
    def language(self) -> str:
        """zh or en: the workspace's language, else that of this computer's user."""
        return self.place.language()

    @property
    def is_silent(self) -> bool:
        """Whether no sentence is printed."""
        return self.quiet or self.as_json

    def require_terminal(self, option: str) -> None:
        """Refuse an option that shows serial numbers where nobody sees them alone.

        Raises:
            UsageError: the result goes into a pipe, a file or another program.
        """
        if self.as_json or not sys.stdout.isatty():
            raise UsageError("explain.no_terminal", option)

    def progress(self) -> Progress:
        """Return bars for a terminal; in a pipe, with --quiet and with --json there are none."""
        from complaints.run import RichProgress, SilentProgress

        if self.is_silent or not sys.stderr.isatty():
            return SilentProgress()
        from rich.console import Console

        return RichProgress(Console(stderr=True))

    def echo(self, *sentences: Text) -> None:
        """Print sentences in the session's language, unless it is silent."""
        if not self.is_silent:
            for sentence in sentences:
                typer.echo(render(sentence, self.language))

    def print_result(self, facts: Any, *sentences: Text) -> None:
        """Print a result: in sentences, or with --json as the facts behind them."""
        if self.as_json:
            print_json(facts)
        else:
            self.echo(*sentences)


def print_json(value: Any) -> None:
    """Print a result for a machine."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))
