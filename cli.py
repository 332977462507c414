"""The command line: parse, wire the rooms together, report; nothing else."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from classify.commands import dictionary_app, evaluate, review_app, train
from cluster.commands import issue_app
from complaints.console import (
    EngineName,
    Folder,
    Json,
    Language,
    Quiet,
    Session,
    StageName,
    Version,
    asked_language,
    confirm_purge,
    explain,
    export,
    init,
    keeps_site,
    key_app,
    localised,
    parse_day,
    print_error,
    print_json,
    print_purged,
    print_unforeseen,
    share,
    show_plan,
    show_status,
    usage_error,
)
from complaints.errors import ComplaintsError, ExitCode, UsageError, is_interrupt
from complaints.messages import message, render
from mapping.commands import cause_app, contain, warning_app
from reports.commands import report_app

if TYPE_CHECKING:
    from complaints.run import RayEngine, RunOptions, RunResult, Stage
    from complaints.workspace import Workspace

app = typer.Typer(
    name="complaints", invoke_without_command=True, pretty_exceptions_enable=False, rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
app.command(epilog="complaints init plant-a --language zh")(init)
app.command("status", epilog="complaints status -w plant-a --json")(show_status)
app.command(epilog="complaints export tables -w plant-a --format xlsx")(export)
app.command(epilog="complaints train -w plant-a")(train)
app.command(epilog="complaints evaluate -w plant-a --json")(evaluate)
app.command(epilog="complaints explain T0a1b2c3d4e5f6071 -w plant-a")(explain)
app.command(epilog="complaints contain K0a1b2c3d -w plant-a --out contain.xlsx")(contain)
app.command(epilog="complaints share 华东密封件 bundle.zip -w plant-a")(share)
app.add_typer(review_app, name="review")
app.add_typer(dictionary_app, name="dictionary")
app.add_typer(issue_app, name="issue")
app.add_typer(key_app, name="key")
app.add_typer(warning_app, name="warning")
app.add_typer(cause_app, name="cause")
app.add_typer(report_app, name="report")


@app.callback()
def start(context: typer.Context, version: Version = False) -> None:
    """Say what to do next when no command is given."""
    if context.invoked_subcommand is None:
        from complaints.console import lines

        for line in lines(Path(), Session(Path()).language):
            typer.echo(line)


@app.command(epilog="complaints demo")
def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path("demo"),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run a whole night over a small invented plant, and print where its site is."""
    from complaints.demo import AS_OF, lay_out
    from complaints.run import RunOptions
    from complaints.workspace import init_workspace

    session = Session(folder, quiet, as_json)
    if not session.place.settings_file.exists():
        init_workspace(folder, Language.zh.value)
    lay_out(folder)
    _night(session, RunOptions(as_of=AS_OF))


@app.command(epilog="complaints run -w plant-a --from cluster")
def run(  # noqa: PLR0913, PLR0917  (a parameter is an option)
    workspace: Folder = Path(),
    only: Annotated[StageName | None, typer.Option()] = None,
    start: Annotated[StageName | None, typer.Option("--from")] = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], show_default="today")] = None,
    redo: Annotated[list[StageName] | None, typer.Option()] = None,
    engine: Annotated[EngineName, typer.Option()] = EngineName.local,
    retry_failed: Annotated[bool, typer.Option()] = False,
    replace_site: Annotated[bool | None, typer.Option("--replace-site/--keep-site")] = None,
    dry_run: Annotated[bool, typer.Option()] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run the night: intake, asr, classify, cluster, mapping, reports."""
    from complaints.run import RunOptions

    if only and start:
        raise UsageError("run.only_and_from")
    day = as_of.date() if as_of else date.today()
    again = frozenset(stage.value for stage in redo or ())
    options = RunOptions(day, only and only.value, start and start.value, again, retry_failed)
    session = Session(workspace, quiet, as_json)
    if dry_run:
        show_plan(session, options)
        keeps_site(session, options, bool(replace_site))
        return
    session.place.require()
    _night(session, replace(options, archive_only=keeps_site(session, options, replace_site)), engine)


@app.command(epilog="complaints doctor -w plant-a")
def doctor(
    workspace: Folder = Path(),
    load: Annotated[bool, typer.Option()] = False,
    as_json: Json = False,
) -> None:
    """Check models, disk, codecs, settings and master data, and say how to mend what is found."""
    from complaints.console import examine, worst

    session = Session(workspace, as_json=as_json)
    findings = examine(session.place, load=load)
    if not worst([f for f in findings if f.exit_code == ExitCode.CONFIGURATION]):
        from mapping.checks import examine_master

        findings += examine_master(session.place, date.today())
    if as_json:
        print_json([finding.as_json(session.language) for finding in findings])
    else:
        from complaints.console import print_findings

        print_findings(findings, session.language)
    raise typer.Exit(worst(findings))


@app.command(epilog="complaints purge --before 2024-01-01 -w plant-a")
def purge(
    before: Annotated[date, typer.Option(parser=parse_day, metavar="DATE")],
    workspace: Folder = Path(),
    originals: Annotated[bool, typer.Option("--originals")] = False,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Forget transcripts and personal data received before a day, and prove it."""
    from complaints.privacy import due, forget

    session = Session(workspace, quiet, as_json)
    found = due(session.place, before)
    if dry_run:
        return print_json(asdict(found))
    confirm_purge(session, found, originals=originals, yes=yes)
    done = forget(session.place, before, originals=originals, rebuild=lambda: _rebuild(session.place))
    print_json(asdict(done)) if as_json else print_purged(session, done)


@app.command(epilog="complaints simulate simulated --plants 1 --units 6000")
def simulate(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    plants: Annotated[int, typer.Option(min=0)] = 2,
    without: Annotated[int, typer.Option(min=0)] = 1,
    units: Annotated[int, typer.Option(min=1000)] = 20_000,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make plants with planted faults, run the whole night over each, and score what was found."""
    from complaints.run import RunOptions, run_night
    from mapping.simulate import simulate as run_plants
    from mapping.simulate import summary

    session = Session(folder, quiet, as_json)
    speak = session.echo

    def night(workspace: Workspace, day: date) -> None:
        run_night(workspace, stages(), [], RunOptions(as_of=day), session.progress())

    scores = run_plants(folder, range(seed, seed + plants), units, without, night, speak)
    found = summary(scores)
    if as_json:
        return print_json(found)
    speak(
        message(
            "simulate.found", plants=found["plants"], faults=found["faults"], rank_1=found["rank_1"],
            top_3=found["top_3"], named=found["named"], supported=found["supported"],
        ),
        message("simulate.pairs", pairs=found["pairs"], declared=found["pairs_declared"]),
        message("simulate.false", n=found["false_supported"]),
    )  # fmt: skip


def _rebuild(workspace: Workspace) -> None:
    """Make what derives from the cases anew, as of the last run."""
    from complaints.master import plant_terms
    from complaints.run import RunOptions, SilentProgress, last_day, run_night

    options = RunOptions(last_day(workspace) or date.today(), start=StageName.classify.value)
    run_night(workspace, stages(), plant_terms(workspace.master, workspace.master_reading()), options, SilentProgress())


def stages() -> list[Stage]:
    """Return the rooms' stages in the order of the night."""
    from asr.stage import Stage as Asr
    from classify.stage import Stage as Classify
    from cluster.stage import Stage as Cluster
    from complaints.intake import Intake
    from mapping.stage import Stage as Mapping
    from reports.stage import Stage as Reports

    return [Intake(), Asr(), Classify(), Cluster(), Mapping(), Reports()]


def _night(session: Session, options: RunOptions, engine: EngineName = EngineName.local) -> None:
    from complaints.master import check_master, plant_terms
    from complaints.run import run_night

    signal.signal(signal.SIGTERM, _interrupt)
    workspace = session.place
    workspace.require()
    try:
        check_master(workspace.master, how := workspace.master_reading())
        terms = plant_terms(workspace.master, how)
        with _engine(workspace, engine) as cluster:
            result = run_night(workspace, stages(), terms, options, session.progress(), cluster)
    except (KeyboardInterrupt, RuntimeError) as error:
        if not is_interrupt(error):
            raise
        typer.echo(render(message("run.interrupted"), session.language), err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    _report(session, result)
    raise typer.Exit(result.exit_code)


def _engine(workspace: Workspace, name: EngineName) -> AbstractContextManager[RayEngine | None]:
    if name is EngineName.local:
        return nullcontext()
    from complaints.run import RayEngine

    settings = workspace.settings()
    return RayEngine(settings.ray.address, settings.asr.workers, settings.ray.stalled_minutes)


def _report(session: Session, result: RunResult) -> None:
    from complaints.console import summarise, summary_lines

    summary = summarise(session.place, result)
    if session.as_json:
        print_json(summary.as_json())
    elif not session.quiet:
        for line in summary_lines(summary, session.settings.general.language):
            typer.echo(line)
    for missing in result.missing_models:
        typer.echo(render(missing, session.language), err=True)


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; the only place that turns exceptions into exit codes.

    An unforeseen error is told by its type and place alone, since its message may quote what a customer said; with
    COMPLAINTS_DEBUG set, the whole traceback is shown.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        code = localised(app, asked_language(given), given)(args=given, prog_name="complaints", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else ExitCode.OK)
    except ComplaintsError as error:
        print_error(error, given)
        sys.exit(error.exit_code)
    except TyperException as error:
        if isinstance(error, typer.Abort):
            print_error(ComplaintsError("run.aborted"), given)
            sys.exit(ExitCode.OTHER)
        # A group without a command prints its help itself.
        if str(error):
            print_error(usage_error(error, given), given)
        sys.exit(ExitCode.USAGE)
    except Exception as error:
        if os.environ.get("COMPLAINTS_DEBUG"):
            raise
        print_unforeseen(error, given)
        sys.exit(ExitCode.OTHER)


if __name__ == "__main__":
    main()
