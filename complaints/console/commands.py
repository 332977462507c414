"""Commands that need no stage (`init`, `status`, `export`, `share`, `explain`, `key …`), and the words of `purge`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from complaints.console.options import Folder, Json, Language, Quiet
from complaints.console.session import Session, print_json
from complaints.errors import UsageError
from complaints.messages import message, named, render

if TYPE_CHECKING:
    from complaints.privacy import Due, Purged
    from complaints.run import RunOptions

key_app = typer.Typer(no_args_is_help=True)


class ExportFormat(StrEnum):
    """Formats of exported tables."""

    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"
    json = "json"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    language: Annotated[Language, typer.Option()] = Language.zh,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Lay out a workspace with commented settings and templates of every master file."""
    from complaints.workspace import init_workspace

    workspace = init_workspace(folder, language.value)
    lines = (
        message("init.done", folder=workspace.root),
        message("init.next", inbox=workspace.inbox, master=workspace.master),
        message("init.then", folder=workspace.root),
    )
    facts = {"workspace": str(workspace.root), "language": language.value}
    Session(folder, quiet, as_json).print_result(facts, *lines)


def show_plan(session: Session, options: RunOptions) -> None:
    """Say what a run would do, and do nothing."""
    from complaints.console.run_plan import plan_run
    from complaints.run import STAGES

    plan = plan_run(session.place, options.as_of, options.names(STAGES), options.redo)
    session.print_result(plan.as_json(), *plan.sentences())


def show_status(workspace: Folder = Path(), as_json: Json = False) -> None:
    """Show what is in the store, what is pending, what was quarantined and why, and the last runs."""
    from complaints.console.status import read_status
    from complaints.console.terminal import print_status

    session = Session(workspace, as_json=as_json)
    found = read_status(session.place)
    if as_json:
        return print_json(found.as_json())
    print_status(found, session.language)


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    workspace: Folder = Path(),
    form: Annotated[ExportFormat, typer.Option("--format")] = ExportFormat.csv,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write the public tables of the last run to a folder."""
    from complaints.outputs import export_tables

    session = Session(workspace, quiet, as_json)
    session.place.require()
    counts = export_tables(session.place, folder, form.value)
    written = message("export.done", tables=len(counts), rows=sum(counts.values()), folder=folder)
    session.print_result({"folder": str(folder), "rows": counts}, written)


@key_app.command("rotate", epilog="complaints key rotate -w plant-a")
def key_rotate(workspace: Folder = Path(), quiet: Quiet = False, as_json: Json = False) -> None:
    """Make a new key and write every serial token of the workspace anew, in snapshots and reports too."""
    from complaints.privacy import rotate_key

    session = Session(workspace, quiet, as_json)
    done = rotate_key(session.place)
    if as_json:
        return print_json(asdict(done))
    session.echo(
        message("key.new", vehicles=done.vehicles, cases=done.cases, snapshots=done.snapshots),
        message("key.old_tokens"),
    )


def confirm_purge(session: Session, found: Due, *, originals: bool, yes: bool) -> None:
    """Say what would be forgotten, and ask.

    Raises:
        UsageError: nobody is there to ask, and `yes` was not given.
        typer.Abort: the answer is no.
    """
    if yes:
        return
    what = message("purge.due", calls=found.calls, texts=found.texts, before=found.before)
    if originals:
        what = message("purge.due_originals", due=what, recordings=len(found.recordings))
    if not sys.stdin.isatty():
        raise UsageError("purge.unconfirmed", due=what)
    typer.confirm(render(message("purge.confirm", due=what), session.language), abort=True)


def keeps_site(session: Session, options: RunOptions, replace: bool | None) -> bool:
    """Return whether the pages of a run go to site/nights/DATE alone, since the site that stands is of a later night.

    Args:
        session: asks on a terminal, unless it is silent.
        options: of the run.
        replace: what the user said already; None: nothing.

    Raises:
        WorkspaceLocked: a run is at work.
        typer.Abort: the question was left unanswered.
    """
    from complaints.run import STAGES, site_day

    stands = site_day(session.place) if "reports" in options.names(STAGES) and replace is not True else None
    if stands is None or stands <= options.as_of:
        return False
    if replace is None and not session.is_silent and sys.stdin.isatty():
        what = message("run.replace_site", stands=stands, as_of=options.as_of)
        return not typer.confirm(render(what, session.language), err=True)
    session.echo(message("run.site_stays", stands=stands, as_of=options.as_of))
    return True


def print_purged(session: Session, done: Purged) -> None:
    """Print what was forgotten, what was proved, and what no command can reach."""
    proof = done.proof
    session.echo(
        message("purge.forgotten", calls=done.calls, texts=done.texts, before=done.before),
        message("purge.originals", n=done.originals),
        *([message("purge.models", models=list(done.models))] if done.models else ()),
        *(message("purge.table", file=path) for path in done.tables),
        message("purge.proved", ids=proof.ids, samples=proof.samples, texts=proof.texts),
        *([message("purge.shared", samples=proof.shared)] if proof.shared else ()),
        message("purge.not_reached"),
    )


def share(
    supplier: Annotated[str, typer.Argument(metavar="SUPPLIER")],
    out: Annotated[Path, typer.Argument(metavar="OUT")],
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write a supplier's bundle: aggregates of the last run, small counts hidden, with a check that anyone can run."""
    from complaints.outputs import share as write_bundle

    session = Session(workspace, quiet, as_json)
    smallest = session.settings.share.smallest_cell
    done = write_bundle(session.place, supplier, out, session.dictionary, smallest)
    if as_json:
        return print_json(asdict(done))
    rows = [message("share.rows", table=name, n=number) for name, number in done.rows.items()]
    session.echo(message("share.done", bundle=done.bundle, rows=rows, hidden=done.hidden), message("share.check"))


def parse_day(text: str) -> date:
    """Return a day given as YYYY-MM-DD.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(text) from None


def explain(
    identity: Annotated[str, typer.Argument(metavar="ID")],
    workspace: Folder = Path(),
    reveal: Annotated[bool, typer.Option("--reveal")] = False,
    as_json: Json = False,
) -> None:
    """Show everything behind an id of the last run, down to the second of the call."""
    from complaints.console.options import expert_name
    from complaints.outputs import explain as look_up
    from complaints.outputs import revealed

    session = Session(workspace, as_json=as_json)
    session.place.require()
    if reveal:
        session.require_terminal("--reveal")
    language = session.settings.general.language
    found = look_up(session.place, identity, session.dictionary, language)
    if as_json:
        facts = {"kind": found.kind, "id": found.identity} | found.facts
        return print_json(facts)
    typer.echo(f"{named('kind', found.kind, language)} {found.identity}: {found.title}")
    for heading, lines in found.sections:
        typer.echo(f"\n{heading}")
        for line in lines:
            typer.echo(f"  {line}")
    if reveal:
        typer.echo(f"\n{render(message('explain.serials'), language)}")
        for line in revealed(session.place, found, expert_name("")) or [render(message("explain.no_serial"), language)]:
            typer.echo(f"  {line}")
