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
from complaints.console.session import Session, print_json, sentence_in
from complaints.errors import UsageError

if TYPE_CHECKING:
    from complaints.privacy import Due, Purged

key_app = typer.Typer(help="The key of the serial tokens.", no_args_is_help=True)


class ExportFormat(StrEnum):
    """Formats of exported tables."""

    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"
    json = "json"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to lay out.")],
    language: Annotated[Language, typer.Option(help="First language of the reports.")] = Language.zh,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Lay out a workspace with commented settings and templates of every master file."""
    from complaints.workspace import init_workspace

    workspace = init_workspace(folder, language.value)
    lines = (
        f"Workspace laid out in {workspace.root}",
        f"Next: put recordings and tables into {workspace.inbox}, plant data into {workspace.master}",
        f"Then: complaints run -w {workspace.root}",
    )
    facts = {"workspace": str(workspace.root), "language": language.value}
    Session(folder, quiet, as_json).print_result(facts, *lines)


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
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to.")],
    workspace: Folder = Path(),
    form: Annotated[ExportFormat, typer.Option("--format", help="File format.")] = ExportFormat.csv,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write the public tables of the last run to a folder."""
    from complaints.outputs import export_tables

    session = Session(workspace, quiet, as_json)
    session.place.require()
    counts = export_tables(session.place, folder, form.value)
    written = f"{len(counts)} tables, {sum(counts.values())} rows written to {folder}"
    session.print_result({"folder": str(folder), "rows": counts}, written)


@key_app.command("rotate", epilog="Example: `complaints key rotate -w plant-a`")
def key_rotate(workspace: Folder = Path(), quiet: Quiet = False, as_json: Json = False) -> None:
    """Make a new key and write every serial token of the workspace anew, in snapshots and reports too."""
    from complaints.privacy import rotate_key

    session = Session(workspace, quiet, as_json)
    done = rotate_key(session.place)
    if as_json:
        return print_json(asdict(done))
    speak = session.echo
    speak(f"New key: {done.vehicles} tokens of {done.cases} cases, in {done.snapshots} snapshot files too.")
    speak("Tables exported and bundles shared before still hold the old tokens, and so do backups.")


def confirm_purge(session: Session, found: Due, *, originals: bool, yes: bool) -> None:
    """Say what would be forgotten, and ask.

    Raises:
        UsageError: nobody is there to ask, and `yes` was not given.
        typer.Abort: the answer is no.
    """
    if yes:
        return
    what = f"{found.calls} calls and {found.texts} texts received before {found.before} will be forgotten for good"
    if originals:
        what = f"{what}, and {len(found.recordings)} recordings deleted from the inbox"
    if not sys.stdin.isatty():
        raise UsageError(what, "", "Nobody is there to confirm it: add --yes")
    typer.confirm(sentence_in(f"{what}. Go on?", session.language), abort=True)


def print_purged(session: Session, done: Purged) -> None:
    """Print what was forgotten, what was proved, and what no command can reach."""
    speak = session.echo
    speak(f"Forgotten: {done.calls} calls and {done.texts} texts received before {done.before}.")
    speak(f"Deleted from the inbox: {done.originals} files.")
    if done.models:
        speak(f"Trained models that had learned from a forgotten case are gone: {', '.join(done.models)}.")
    for path in done.tables:
        speak(f"Still in the inbox, with rows that were forgotten: {path}. Move or shorten it yourself.")
    proof = done.proof
    speak(
        f"Proved: {proof.ids} ids and {proof.samples} samples of the forgotten words looked for in {proof.texts} texts "
        "of stores, snapshots, site, logs and trained models; none was found."
    )
    if proof.shared:
        speak(f"{proof.shared} samples were left out: kept complaints say the same words.")
    speak("Not reached: backups, exported tables, shared bundles and mails. Delete those yourself.")


def share(
    supplier: Annotated[str, typer.Argument(metavar="SUPPLIER", help="As master/lots or master/stations name it.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The .zip to write.")],
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
    rows = ", ".join(f"{name} {number}" for name, number in done.rows.items())
    speak = session.echo
    speak(f"{done.bundle}: rows of {rows}; {done.hidden} small counts hidden. It passed its own check.")
    speak("Its receiver can run it, too: unpack check.py and run python check.py BUNDLE.zip")


def parse_day(text: str) -> date:
    """Return a day given as YYYY-MM-DD.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("a day such as 2024-03-31 is needed") from None


def explain(
    identity: Annotated[str, typer.Argument(metavar="ID", help="A case, an issue, a cause or a warning.")],
    workspace: Folder = Path(),
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Also show the serial numbers; on a terminal only, and logged.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show everything behind an id of the last run, down to the second of the call."""
    from complaints.console.options import expert_name
    from complaints.outputs import WORDS, revealed, said
    from complaints.outputs import explain as look_up

    session = Session(workspace, as_json=as_json)
    session.place.require()
    if reveal and (as_json or not sys.stdout.isatty()):
        raise UsageError("serial numbers are shown on a terminal only", "--reveal", "Run it there, without --json")
    language = session.settings.general.language
    found = look_up(session.place, identity, session.dictionary, language)
    if as_json:
        facts = {"kind": found.kind, "id": found.identity} | found.facts
        return print_json(facts)
    typer.echo(f"{said(found.kind, language)} {found.identity}: {found.title}")
    for heading, lines in found.sections:
        typer.echo(f"\n{heading}")
        for line in lines:
            typer.echo(f"  {line}")
    if reveal:
        typer.echo(f"\n{WORDS[language]['serials']}")
        for line in revealed(session.place, found, expert_name("")) or [WORDS[language]["no_serial"]]:
            typer.echo(f"  {line}")
