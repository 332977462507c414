"""The places where bad inputs come in: each takes some, runs the command, and says what is wrong with how it ended."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.bad_inputs.files import AUDIO, TABLES, bad_audio, bad_name, bad_table
from benchmarks.bad_inputs.mutants import cell, damaged
from benchmarks.bad_inputs.readable import readable
from benchmarks.forked import run_and_exit
from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace

LONGEST_S = 300.0  # of a command; a longer one hangs
AS_OF = "2026-06-30"
INBOX_COLUMNS = ["text", "complaint_id", "received_at", "serial", "product", "mileage", "channel", "category"]
SIDECAR_COLUMNS = ["file", "call_id", "received_at", "serial", "product", "customer_channel", "language"]
MASTER = {
    "stations": ["station_id", "name", "line", "sequence", "supplier"],
    "routing": ["component", "station_id", "operation", "product"],
    "pfmea": ["station_id", "failure_mode", "component", "symptom", "severity", "occurrence", "detection"],
    "units": ["serial", "product", "built_at", "sold_at"],
    "genealogy": ["serial", "station_id", "completed_at", "shift", "tool", "torque"],
    "lots": ["part_lot", "supplier", "part_no"],
    "actions": ["station_id", "action", "symptom", "started_at", "owner", "status"],
    "dictionary": ["term", "kind", "code", "language"],
}
NEIGHBOURS = [f"good-{n}" for n in range(5)]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code (None: it hung), what it said."""

    code: int | None
    said: str


def command(*args: str, log: Path) -> Ended:
    """Run the command line in a fork, so that its imports cost nothing, and wait at most LONGEST_S."""
    process = os.fork()
    if process == 0:
        run_and_exit(args, log)
    began = time.monotonic()
    while time.monotonic() - began < LONGEST_S:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return Ended(os.waitstatus_to_exitcode(status), log.read_text(encoding="utf-8", errors="replace"))
        time.sleep(0.002)
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return Ended(None, log.read_text(encoding="utf-8", errors="replace"))


def preload() -> None:
    """Import what the commands import, so that a fork does not: nothing with threads of its own."""
    import duckdb  # noqa: F401
    import openpyxl  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    import cli
    import mapping.stage  # noqa: F401
    from complaints.redaction import redact

    assert cli.app is not None
    redact("")


def troubles(ended: Ended, allowed: set[int]) -> list[str]:
    """Return what is wrong with how a command ended."""
    if ended.code is None:
        return ["it hung"]
    found = [] if ended.code in allowed else [f"exit code {ended.code}: {ended.said[-300:]}"]
    return found + (["a traceback: " + ended.said[-600:]] if "Traceback" in ended.said else [])


def lay_out(root: Path) -> Workspace:
    """Return a workspace with neighbours that are well."""
    workspace = init_workspace(root, "zh")
    text = workspace.settings_file.read_text(encoding="utf-8")
    workspace.settings_file.write_text(
        text.replace("settling_seconds = 5.0", "settling_seconds = 0.0").replace("beam_size = 5", "beam_size = 1"),
        encoding="utf-8",
    )
    lines = "".join(f"{name},发动机怠速抖动{n},2026-03-0{n + 1}\n" for n, name in enumerate(NEIGHBOURS))
    (workspace.inbox / "zz_good.csv").write_text("complaint_id,text,received_at\n" + lines, encoding="utf-8")
    return workspace


def inbox(root: Path, kind: str, count: int, seed: int) -> list[str]:
    """Put `count` bad tables, or recordings and sidecars, into an inbox and run the night's beginning."""
    workspace = lay_out(root)
    rng = random.Random(f"{seed}-{kind}")
    for number in range(count):
        folder = workspace.inbox / f"f{rng.randrange(20)}"
        folder.mkdir(exist_ok=True)
        if kind == "tables":
            form = rng.choice(TABLES)
            content = bad_table(form, INBOX_COLUMNS, rng)
        elif rng.random() < 0.02:
            (folder / "calls.csv").write_bytes(bad_table("csv", SIDECAR_COLUMNS, rng))
            continue
        else:
            form, content = rng.choice(AUDIO), bad_audio(rng)
        (folder / bad_name(number, form, rng)).write_bytes(content)
    ended = command("run", "-q", "--only", "asr", "--as-of", AS_OF, "-w", str(root), log=root.parent / "said")
    return troubles(ended, {0, 3}) + _missing(workspace) + _unaccounted(workspace)


def readable_tables(root: Path, count: int, seed: int) -> list[str]:
    """Put `count` readable tables into an inbox, run its night, and compare account, texts and days with theirs."""
    workspace = lay_out(root)
    made = {}
    for number in range(seed, seed + count):
        table = readable(number, random.Random(f"{number}-readable"))
        made[f"r{number:05}.{table.form}"] = table
        (workspace.inbox / f"r{number:05}.{table.form}").write_bytes(table.content)
    ended = command("run", "-q", "--only", "intake", "--as-of", AS_OF, "-w", str(root), log=root.parent / "said")
    found = troubles(ended, {0, 3}) + _missing(workspace) + _unaccounted(workspace)
    with workspace.open_store(read_only=True) as store:
        sql = "SELECT source_ref, complaints + repeats + replaced, complaints, left_out, quarantined FROM file_accounts"
        accounts = {ref: counts for ref, *counts in store.query(sql)}
        days: dict[str, dict[str, date | None]] = {}
        for ref, text, received in store.query("SELECT source_ref, text, received_at FROM cases"):
            days.setdefault(ref.partition("#")[0], {})[text] = received and received.date()
    for name, table in made.items():
        rows = len(table.days)
        wanted = [rows, rows, table.left_out, 0]
        given = accounts.get(name)
        if given is None or [given[0], *given[2:]] != [rows, *wanted[2:]] or (table.each and given != wanted):
            found.append(f"{name} ({table.how}): account {given}, not {wanted}")
        known = days.get(name, {})
        if table.each and set(known) != set(table.days):
            found.append(
                f"{name} ({table.how}): {len(set(table.days) - set(known))} texts are not as they were written"
            )
        wrong = {
            f"{known[text]}, not {day}" for text, day in table.days.items() if text in known and known[text] != day
        }
        if wrong:
            found.append(f"{name} ({table.how}): {len(wrong)} days, {sorted(wrong)[0]}")
    return found


def _unaccounted(workspace: Workspace) -> list[str]:
    """Return the tables whose rows are not all accounted for."""
    sql = """SELECT source_ref, rows, complaints, repeats, replaced, quarantined, left_out FROM file_accounts
        WHERE rows <> complaints + repeats + replaced + quarantined + left_out"""
    with workspace.open_store(read_only=True) as store:
        return [f"the account does not hold: {account}" for account in store.query(sql)]


def _missing(workspace: Workspace) -> list[str]:
    with workspace.open_store(read_only=True) as store:
        there = {name for (name,) in store.query("SELECT external_id FROM cases")}
    return [f"the neighbour {name} was not processed" for name in NEIGHBOURS if name not in there]


def settings(root: Path, seed: int) -> list[str]:
    """Damage complaints.toml and ask for the doctor."""
    rng = random.Random(f"{seed}-settings")
    file = Workspace(root).settings_file
    good = file.read_bytes()
    lines = good.decode("utf-8").splitlines()
    at = rng.randrange(len(lines))
    odd = rng.choice([
        cell(rng), "x = 1", "[general]", "[[warnings.rules]]", "language = 5",
        "a.b.c = []", "min_cases = 1e999", "model = '../../x'",
        f'webhook = "{rng.choice(["file:///etc/passwd", "http://", "ftp://x"])}"', "max_file_mb = nan",
        "beam_size = -1", "x = " + "[" * 300,
    ])  # fmt: skip
    lines[at : at + rng.randint(0, 1)] = [odd]
    bad = "\n".join(lines).encode("utf-8", "surrogatepass")
    file.write_bytes(damaged(bad, rng) if rng.random() < 0.5 else bad)
    ended = command("doctor", "--json", "-w", str(root), log=root.parent / "said")
    file.write_bytes(good)
    return troubles(ended, {0, 4, 5})


def master(root: Path, seed: int) -> list[str]:
    """Put a bad master file into the workspace and run the mapping."""
    rng = random.Random(f"{seed}-master")
    name, form = rng.choice(list(MASTER)), rng.choice(TABLES)
    place = Workspace(root).master / f"{name}.{form}"
    place.write_bytes(bad_table(form, MASTER[name], rng))
    what = ["run", "-q", "--only", "mapping", "--as-of", AS_OF] if rng.random() < 0.1 else ["doctor", "--json"]
    ended = command(*what, "-w", str(root), log=root.parent / "said")
    place.unlink()
    return troubles(ended, {0, 4})


def review(root: Path, export: bytes, seed: int) -> list[str]:
    """Import a damaged or nastily filled review workbook."""
    rng = random.Random(f"{seed}-review")
    file = root.parent / f"review.{rng.choice(['xlsx', 'xlsx', 'xlsx', 'csv'])}"
    content = _filled(export, rng) if rng.random() < 0.7 else export
    file.write_bytes(damaged(content, rng) if rng.random() < 0.4 else content)
    ended = command("review", "import", str(file), "-w", str(root), log=root.parent / "said")
    return troubles(ended, {0, 2, 3, 4}) + _missing(Workspace(root))


def _filled(export: bytes, rng: random.Random) -> bytes:
    import io

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = load_workbook(io.BytesIO(export))
    for sheet in book.worksheets:
        for _ in range(rng.randint(0, 12)):
            try:
                sheet.cell(rng.randint(1, sheet.max_row + 2), rng.randint(1, sheet.max_column + 1)).value = cell(rng)[
                    :32_000
                ]
            except (IllegalCharacterError, ValueError, AttributeError):
                continue
    out = io.BytesIO()
    try:
        book.save(out)
    except Exception:  # a value that openpyxl itself cannot write: the export stands in for it
        return export
    return out.getvalue()


def clear(root: Path) -> None:
    """Remove a workspace."""
    shutil.rmtree(root, ignore_errors=True)
