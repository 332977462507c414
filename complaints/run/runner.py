"""The night: lock, stages in order, the run's record, the snapshot and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path

from complaints.dictionary import PlantTerm, load_dictionary
from complaints.errors import ComplaintsError, ExitCode, UsageError, is_interrupt
from complaints.fingerprints import canonical_json
from complaints.messages import Message
from complaints.outputs import prune_snapshots, write_snapshot
from complaints.privacy import settle_rotation
from complaints.records import Run
from complaints.run.engine import Engine
from complaints.run.night import Night, Progress, Stage, StageReport
from complaints.run.progress import LoggedProgress
from complaints.run_log import RunLog, place_of
from complaints.store import Store, known_by
from complaints.workspace import Workspace

STAGES = ("intake", "asr", "classify", "cluster", "mapping", "reports")
RECORDED_PACKAGES = ("complaint-mining", "faster-whisper", "ctranslate2", "sentence-transformers", "hdbscan", "spacy")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What `complaints run` was asked for."""

    as_of: date
    only: str | None = None
    start: str | None = None
    redo: frozenset[str] = frozenset()
    retry_failed: bool = False
    archive_only: bool = False  # the pages go to site/nights/DATE alone, and the site that stands stays

    def chosen(self, stages: Sequence[Stage]) -> list[Stage]:
        """Return the stages to run, in order; intake always runs first.

        Raises:
            UsageError: a stage is asked for that is none.
        """
        wanted = self.names(STAGES)
        return [stage for stage in stages if stage.name in wanted]

    def names(self, known: Sequence[str]) -> list[str]:
        """Return the names of the stages to run, as `chosen`; `known` are all, in order."""
        for name in (self.only, self.start, *self.redo):
            if name is not None and name not in known:
                raise UsageError("run.unknown_stage", stage=name, stages=known)
        first = known.index(self.start) if self.start else 0
        wanted = {self.only} if self.only else set(known[first:])
        return [name for name in known if name in wanted | {"intake"}]


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did. `log` is the log's path, `pages` the folder that holds the pages of its night."""

    run_id: str
    exit_code: ExitCode
    reports: tuple[StageReport, ...]
    log: Path
    pages: Path

    @property
    def missing_models(self) -> tuple[Message, ...]:
        """Messages of the models that kept work undone."""
        found: list[Message] = []
        for report in self.reports:
            if report.missing_model is not None and report.missing_model not in found:
                found.append(report.missing_model)
        return tuple(found)

    @property
    def quarantined(self) -> int:
        """Inputs that this run newly quarantined."""
        return sum(report.quarantined for report in self.reports)


def run_night(
    workspace: Workspace,
    stages: Sequence[Stage],
    plant_terms: Sequence[PlantTerm],
    options: RunOptions,
    progress: Progress,
    engine: Engine | None = None,
) -> RunResult:
    """Run the stages over a workspace.

    Args:
        workspace: an existing one.
        stages: all stages in order; `options` chooses among them.
        plant_terms: the plant's own words (master/dictionary).
        options: what to run, and as of when.
        progress: bars, or silence.
        engine: a cluster for the heavy work; None: this machine does it.

    Returns:
        The result with exit code 0, 3 (newly quarantined) or 5 (a model was missing; 5 outranks 3).

    Raises:
        ComplaintsError: settings (4), a lock held by a living run (6), or a store that does not open. What was
            committed before stays, and the next run goes on from there.
    """
    workspace.require()
    settings = workspace.settings()
    chosen = options.chosen(stages)
    with workspace.locked_stores() as (store, private):
        workspace.inbox.mkdir(exist_ok=True)
        workspace.master.mkdir(exist_ok=True)
        settle_rotation(workspace, store, private)
        run_id = _next_run_id(store, options.as_of)
        log = RunLog(workspace.logs / f"{run_id}.jsonl", run_id)
        dictionary = load_dictionary(settings.general.domains, plant_terms)
        night = Night(
            run_id, options.as_of, workspace, settings, dictionary, store, private, LoggedProgress(progress, log), log,
            options.redo, engine, options.archive_only,
        )  # fmt: skip
        return _run(night, chosen, options)


def _run(night: Night, stages: Sequence[Stage], options: RunOptions) -> RunResult:
    started = _now()
    record = Run(night.run_id, night.as_of, started, None, None, "{}", canonical_json(_versions()), "{}")
    _keep(night, record)
    if options.retry_failed:
        _retry_failed(night)
    reports: list[StageReport] = []
    try:
        for stage in stages:
            night.log.event(stage.name, "started")
            began = _now()
            report = stage.run(night)
            night.log.event(stage.name, "finished", seconds=(_now() - began).total_seconds(), counts=report.counts)
            reports.append(report)
    except (KeyboardInterrupt, Exception) as error:
        if is_interrupt(error):
            _finish(night, record, reports, ExitCode.INTERRUPTED)
            raise KeyboardInterrupt from None
        # The message of an unforeseen error may quote what somebody said; its type and place cannot.
        night.log.event("run", "failed", error=type(error).__name__, place=place_of(error))
        code = error.exit_code if isinstance(error, ComplaintsError) else ExitCode.OTHER
        _finish(night, record, reports, code)
        raise
    result = RunResult(
        night.run_id, ExitCode.OK, tuple(reports), night.workspace.logs / f"{night.run_id}.jsonl", night.pages
    )
    code = ExitCode.MODEL if result.missing_models else ExitCode.QUARANTINED if result.quarantined else ExitCode.OK
    _finish(night, record, reports, code)
    with known_by(night.store, night.as_of):
        write_snapshot(night.store, night.workspace, night.run_id)
    prune_snapshots(night.workspace, night.settings.general.keep_snapshots)
    return replace(result, exit_code=code)


def _finish(night: Night, record: Run, reports: Sequence[StageReport], code: ExitCode) -> None:
    counts = canonical_json({report.stage: report.counts for report in reports})
    models = canonical_json({name: value for report in reports for name, value in report.models.items()})
    _keep(night, replace(record, finished_at=_now(), exit_code=int(code), counts=counts, model_hashes=models))
    night.log.event("run", "finished", exit_code=int(code))


def _keep(night: Night, record: Run) -> None:
    with night.store.transaction():
        night.store.delete("runs", "run_id", [record.run_id])
        night.store.append([record])


def _retry_failed(night: Night) -> None:
    with night.store.transaction():
        night.store.query("DELETE FROM stage_state WHERE outcome = 'quarantined'")
        night.store.query("DELETE FROM quarantine")
    night.private.query("DELETE FROM files WHERE outcome <> 'done'")


def last_day(workspace: Workspace) -> date | None:
    """Return the latest night that the workspace has seen, None before the first."""
    with workspace.open_store(read_only=True) as store:
        day = store.query("SELECT max(as_of) FROM runs")[0][0]
        return day if isinstance(day, date) else None


def site_day(workspace: Workspace) -> date | None:
    """Return the night whose pages stand as the site; None where none stand.

    Raises:
        WorkspaceLocked: a run is at work.
    """
    if not (workspace.site / "index.html").is_file() or not workspace.store_file.is_file():
        return None
    with workspace.locked_store() as store:
        day = store.query(
            "SELECT max(as_of) FROM runs JOIN stage_state USING (run_id) WHERE stage = 'reports' AND outcome = 'done'"
        )[0][0]
        return day if isinstance(day, date) else None


def _next_run_id(store: Store, as_of: date) -> str:
    known = store.query("SELECT count(*) FROM runs WHERE as_of = ?", [as_of])[0][0]
    return f"{as_of.isoformat()}-{known + 1:03d}"


def _versions() -> dict[str, str]:
    return {"python": sys.version.split()[0]} | {name: metadata.version(name) for name in RECORDED_PACKAGES}


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
