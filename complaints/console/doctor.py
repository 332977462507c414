"""What `complaints doctor` examines: models, disk, codecs, settings and master data, each with the way to mend it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from complaints.console.finding import Finding
from complaints.console.master_accounts import tell_account
from complaints.errors import ComplaintsError, ExitCode
from complaints.messages import message
from complaints.nearest_name import nearest
from complaints.workspace import Workspace

MIN_FREE_BYTES = 5_000_000_000


def examine(workspace: Workspace, *, load: bool = False) -> list[Finding]:
    """Examine a workspace and the machine it stands on; a folder that is no workspace is a finding, too.

    Args:
        workspace: the folder to examine.
        load: really load the models, which takes seconds, instead of only checking their files.
    """
    python = message("doctor.python", version=sys.version.split()[0], platform=sys.platform)
    findings = [Finding("ok", python), _disk(workspace), *_codecs()]
    findings += _models(workspace, load)
    return findings + _workspace(workspace)


def worst(findings: Sequence[Finding]) -> int:
    """Return doctor's exit code: 4 before 5 before 0."""
    codes = {finding.exit_code for finding in findings if finding.state == "bad"}
    known = (ExitCode.CONFIGURATION, ExitCode.MODEL, ExitCode.OTHER)
    return next((int(code) for code in known if code in codes), int(ExitCode.OK))


def _disk(workspace: Workspace) -> Finding:
    place = workspace.root if workspace.root.exists() else workspace.root.absolute().parent
    free = shutil.disk_usage(place).free
    what = message("doctor.disk", gigabytes=free / 1e9)
    if free < MIN_FREE_BYTES:
        return Finding("note", what, message("doctor.disk.mend"))
    return Finding("ok", what)


def _codecs() -> list[Finding]:
    import av

    from complaints.records import RECORDING_FORMATS

    available = av.codecs_available
    missing = [name for name, codecs in RECORDING_FORMATS.items() if not available.issuperset(codecs)]
    if missing:
        return [Finding("note", message("doctor.no_decoder", formats=missing), message("doctor.no_decoder.mend"))]
    return [Finding("ok", message("doctor.decoders", formats=list(RECORDING_FORMATS)))]


def _models(workspace: Workspace, load: bool) -> list[Finding]:
    from complaints.models import check_models
    from complaints.settings import Settings

    try:
        settings = workspace.settings()
    except ComplaintsError:
        settings = Settings()  # the settings' own finding tells
    statuses = check_models(
        settings.asr.model,
        settings.embeddings.model,
        load=load,
        allow_hub=settings.asr.download or settings.embeddings.download,
    )
    return [
        Finding("ok", message(f"doctor.model.{status.name}", state=status.detail))
        if status.present
        else Finding(
            "bad", message(f"doctor.model.{status.name}", state=status.detail), status.how_to_get, ExitCode.MODEL
        )
        for status in statuses
    ]


def _workspace(workspace: Workspace) -> list[Finding]:
    from complaints.master import MASTER_TABLES, check_master

    try:
        workspace.require()
        workspace.settings()
    except ComplaintsError as error:
        return [_bad(error)]
    findings = [Finding("ok", message("doctor.settings"))]
    try:
        accounts = {account.table: account for account in check_master(workspace.master, workspace.master_reading())}
    except ComplaintsError as error:
        return [*findings, _bad(error)]
    for name in MASTER_TABLES:
        if (account := accounts.get(name)) is None:
            wanted = message("doctor.master_missing", table=name)
            findings.append(Finding("note", wanted, message("doctor.master_missing.mend", table=name)))
        else:
            findings += tell_account(account)
    return [*findings, *_strange(workspace.master)]


def _bad(error: ComplaintsError) -> Finding:
    mend = message("doctor.mend", where=error.where, hint=error.hint) if error.hint else error.where
    return Finding("bad", error.what, mend, ExitCode.CONFIGURATION)


def _strange(master: Path) -> Iterator[Finding]:
    """Name the files in master/ that no table is read from: most are a table's under a misspelt name."""
    from complaints.master import MASTER_TABLES
    from complaints.tables import TABLE_SUFFIXES

    for path in sorted(master.iterdir()) if master.is_dir() else ():
        known = path.stem.casefold() in MASTER_TABLES and path.suffix.lower() in TABLE_SUFFIXES
        if path.is_file() and not known and not path.name.startswith((".", "~$")):
            near = nearest(path.stem, MASTER_TABLES, alike=0.0)
            mend = message("doctor.strange.rename", name=f"{near}{path.suffix}")
            if path.suffix.lower() not in TABLE_SUFFIXES:
                mend = message("doctor.strange.suffix", suffixes=TABLE_SUFFIXES)
            yield Finding("note", message("doctor.strange", file=path.name), mend)
