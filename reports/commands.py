"""`complaints report …`: single documents for people who pass them on.

`complaints export` writes the tables, whole and for machines; a document is about one issue or one station and goes to
a person, so it has commands of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from complaints.console import Folder, Json, Language, Quiet, Session
from complaints.messages import message

report_app = typer.Typer(no_args_is_help=True)


Tongue = Annotated[Language | None, typer.Option("--language", show_default="the workspace's")]


@report_app.command("8d", epilog="complaints report 8d I0a1b2c3d4e5f6071 rattle.docx -w plant-a")
def eight_d(
    issue_id: Annotated[str, typer.Argument(metavar="ISSUE")],
    out: Annotated[Path, typer.Argument(metavar="FILE.docx")],
    language: Tongue = None,
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Draft an 8D report (D0 to D8) for an issue, with what the data know filled in."""
    from reports.documents import write_eight_d

    session = Session(workspace, quiet, as_json)
    write_eight_d(session.place, issue_id, out, language and language.value)
    session.print_result({"file": str(out), "issue_id": issue_id}, message("report.said.draft", file=out))


@report_app.command("pdf", epilog="complaints report pdf ST-110 st-110.pdf -w plant-a")
def pdf(
    station_id: Annotated[str, typer.Argument(metavar="STATION")],
    out: Annotated[Path, typer.Argument(metavar="FILE.pdf")],
    language: Tongue = None,
    workspace: Folder = Path(),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Print a station's report as a PDF; needs Chromium, Chrome or Edge on this machine."""
    from reports.documents import write_pdf

    session = Session(workspace, quiet, as_json)
    write_pdf(session.place, station_id, out, language and language.value)
    session.print_result({"file": str(out), "station_id": station_id}, message("report.said.written", file=out))
