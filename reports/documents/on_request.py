"""Single documents made on request from a workspace: the 8D draft of an issue, the PDF of a station's page."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.errors import UsageError
from complaints.messages import message
from complaints.nearest_name import meant
from complaints.records import Action
from complaints.store import known_by
from reports.facts import NO_STATION
from reports.site import paths

if TYPE_CHECKING:
    from complaints.workspace import Workspace

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge")
PRINT_SECONDS = 60


def write_eight_d(workspace: Workspace, issue_id: str, out: Path, language: str | None = None) -> None:
    """Write the 8D draft of an issue as a .docx file.

    Args:
        workspace: its last finished night is read.
        issue_id: the issue.
        out: the file, made or replaced.
        language: zh or en; None: the workspace's first language.

    Raises:
        UsageError: no run has ended yet, or there is no such issue.
        WorkspaceLocked: a living run holds the workspace.
    """
    from reports.documents.eight_d import draft
    from reports.site import Sheets, code_names
    from reports.wording import Words

    with workspace.locked_store() as store:
        settings = workspace.settings()
        night = store.query("SELECT max(as_of) FROM runs WHERE finished_at IS NOT NULL")[0][0]
        if night is None:
            raise UsageError("snapshot.no_run", str(workspace.root), folder=workspace.root)
        dictionary = workspace.dictionary()
        with known_by(store, night):
            sheets = Sheets(store, dictionary, night, settings.classify.precision)
            facts = sheets.issue(issue_id)
            if facts is None:
                raise _unknown("issue", issue_id, sheets.issue_ids)
            stations = {h.cause.station_id for h in facts.group.hypotheses} - {NO_STATION}
            actions = store.rows(
                Action, "station_id IN (SELECT unnest(?::VARCHAR[]))", [sorted(stations)], "started_at, action_id"
            )
            words = Words(language or settings.general.language, code_names(dictionary), sheets.station_names)
            content = draft(facts, actions, night, words)
    out.write_bytes(content)


def write_pdf(workspace: Workspace, station_id: str, out: Path, language: str | None = None) -> None:
    """Print a station's page of the site as a PDF file, by a Chromium that is on this machine.

    Args:
        workspace: its site is read as it stands, so that a running night is no hindrance.
        station_id: the station.
        out: the file, made or replaced.
        language: zh or en; None: the workspace's first language.

    Raises:
        UsageError: there is no such page, no browser, or the browser did not print it.
    """
    from complaints.master import read_small

    workspace.require()
    language = language or workspace.settings().general.language
    page = workspace.site / language / paths.station_page(station_id)
    if not page.is_file():
        if not (workspace.site / "index.html").is_file():
            raise UsageError("report.no_site", str(workspace.site), folder=workspace.root)
        stations = read_small(workspace.master, "stations", workspace.master_reading())
        known = [row.values.get("station_id", "") for row in stations or []]
        near = meant(
            station_id, known, message("report.no_station_page.hint", file=workspace.site / language / "stations.html")
        )
        raise UsageError("report.no_station_page", str(page.parent), hint=near, station=station_id)
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise UsageError("report.no_browser", "PATH", page=page)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "page.pdf"
        _print(browser, page, made, Path(folder) / "profile")
        shutil.copyfile(made, out)


def _print(browser: str, page: Path, made: Path, profile: Path) -> None:
    options = ["--headless", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={profile}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--no-sandbox")  # Chromium refuses to run as root with it
    command = [browser, *options, f"--print-to-pdf={made}", page.resolve().as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PRINT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UsageError("report.print_timeout", str(page), browser=browser, seconds=PRINT_SECONDS, page=page) from None
    if done.returncode or not made.is_file():
        raise UsageError("report.not_printed", str(page), browser=browser, code=done.returncode, page=page)


def _unknown(kind: str, given: str, known: Sequence[str]) -> UsageError:
    key = f"report.no_{kind}"
    return UsageError(key, given, meant(given, known, message(f"{key}.hint")))
