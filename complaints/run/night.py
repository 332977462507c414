"""What a stage is given (`Night`) and what it gives back (`StageReport`)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from complaints.fingerprints import canonical_json
from complaints.messages import Message, render
from complaints.records import Quarantine

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.errors import ItemRefused
    from complaints.run.engine import Engine
    from complaints.run_log import RunLog
    from complaints.settings import Settings
    from complaints.store import Store
    from complaints.workspace import Workspace


class Task(Protocol):
    """A running progress bar."""

    def advance(self, steps: float = 1) -> None:
        """Move the bar on."""


class Progress(Protocol):
    """Shows how far a stage is; silent in a pipe."""

    def task(self, label: str, total: float) -> AbstractContextManager[Task]:
        """Open a bar of `total` steps that closes with the context."""


@dataclass(frozen=True)
class Night:
    """One run over one workspace. `as_of` is the only clock that a stage sees."""

    run_id: str
    as_of: date
    workspace: Workspace
    settings: Settings
    dictionary: Dictionary
    store: Store
    private: Store
    progress: Progress
    log: RunLog
    redo: frozenset[str] = field(default_factory=frozenset)
    engine: Engine | None = None  # a cluster for the heavy work; None: this machine does it
    archive_only: bool = False  # the pages go to site/nights/DATE alone, and the site that stands stays

    @property
    def pages(self) -> Path:
        """The folder that holds the pages of this night."""
        site = self.workspace.site
        return site / "nights" / self.as_of.isoformat() if self.archive_only else site

    def quarantine(self, stage: str, source_ref: str, refusal: ItemRefused) -> None:
        """Record one refused input; an entry of the same input, stage and reason is replaced, not doubled."""
        self.store.query(
            "DELETE FROM quarantine WHERE source_ref = ? AND stage = ? AND reason = ?",
            [source_ref, stage, refusal.reason],
        )
        said = refusal.detail()
        detail = render(said, self.settings.general.language)
        entry = Quarantine(source_ref, stage, refusal.reason, detail, self.as_of, canonical_json(said.as_json()))
        self.store.append([entry])
        self.log.event(stage, "quarantined", source_ref=source_ref, reason=refusal.reason)


@dataclass(frozen=True)
class StageReport:
    """What a stage did. `counts` go to the run's record, so their names are words that a user understands."""

    stage: str
    counts: dict[str, int]
    quarantined: int = 0
    missing_model: Message | None = None  # of the ModelMissing that kept part of the work undone; the run ends with 5
    models: dict[str, str] = field(default_factory=dict)  # model name -> fingerprint


class Stage(Protocol):
    """A room's work of the night."""

    @property
    def name(self) -> str:
        """One of intake, asr, classify, cluster, mapping, reports."""

    def run(self, night: Night) -> StageReport:
        """Do what is pending, commit it in small batches, and say what was done."""
