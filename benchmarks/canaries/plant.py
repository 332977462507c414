"""The workspace of the benchmark: canaries in texts, bad rows, names of files and recordings; a night; its outputs."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.canaries.forms import Planted, told, written
from benchmarks.canaries.persons import Person
from benchmarks.canaries.wording import Frames
from complaints.demo import AS_OF, lay_out
from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace

A_TEXT = 3  # values in one complaint
SPOKEN_KINDS = ("mobile", "id_card", "bank_card", "landline", "name", "address")
A_CALL = 3  # values told in one call
SUPPLIER = "梧桐天窗"  # of the demo's plant
OUTPUTS = ("exports-csv", "exports-parquet", "exports-xlsx", "exports-json")

Rows = dict[str, tuple[str, list[Planted]]]  # by external id: the text, and what is planted in it


def lay_out_workspace(root: Path, persons: Sequence[Person], frames: Frames, seed: int) -> tuple[Workspace, Rows]:
    """Lay out a workspace with the demo's plant and the persons' complaints; return what was planted in which row."""
    demo = root.parent / "demo"
    lay_out(demo)
    workspace = init_workspace(root, "zh")
    settings = workspace.settings_file.read_text(encoding="utf-8")
    settings = settings.replace("settling_seconds = 5.0", "settling_seconds = 0.0")
    workspace.settings_file.write_text(settings, encoding="utf-8")
    for file in (demo / "master").glob("*.*"):
        (workspace.master / file.name).write_bytes(file.read_bytes())
    rows = _rows(persons, frames, seed)
    with (workspace.inbox / "complaints.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["complaint_id", "text", "received_at", "serial"])
        for number, (external, (text, planted)) in enumerate(rows.items()):
            writer.writerow(
                [external, text, f"2026-0{1 + number % 6}-1{number % 10}", persons[planted[0].person].values["vin"]]
            )
    _bad_inputs(workspace, persons)
    return workspace, rows


def _rows(persons: Sequence[Person], frames: Frames, seed: int) -> Rows:
    rows: Rows = {}
    for person in persons:
        values = written(person, frames, seed)
        random.Random(f"{seed}-{person.number}").shuffle(values)
        for at in range(0, len(values), A_TEXT):
            part = values[at : at + A_TEXT]
            rows[f"P{person.number:04}-{at}"] = ("。".join(p.turns[0] for p in part), part)
    return rows


def _bad_inputs(workspace: Workspace, persons: Sequence[Person]) -> None:
    """Put values where errors would quote them: bad dates and distances, file names, ids, undecodable bytes."""
    lines = ["complaint_id,text,received_at,mileage,category"]
    for person in persons[:40]:
        values = person.values
        lines.append(
            f"{values['mobile']},刹车异响{values['email']},{values['id_card']},{values['bank_card']},{values['plate_7']}"
        )
    (workspace.inbox / f"{persons[0].values['mobile']}.csv").write_text("\n".join(lines), encoding="utf-8")
    (workspace.inbox / f"{persons[1].values['vin']}.csv").write_bytes(
        f"text,{persons[1].values['mobile']}\n".encode()
        + b"\xff\xfe\x00\x9f\xff"
        + persons[1].values["mobile"].encode()
    )
    (workspace.inbox / f"{persons[2].values['plate_7']}.wav").write_bytes(persons[2].values["id_card"].encode() * 40)
    (workspace.inbox / f"tel{persons[3].values['mobile']}.jsonl").write_text(
        json.dumps({"text": persons[3].values["mobile"]})[:-3] + persons[3].values["id_card"], encoding="utf-8"
    )


def speak(workspace: Workspace, persons: Sequence[Person], voices: Path, seed: int) -> dict[str, list[Planted]]:
    """Record a call a person, in which some of its values are told; return what is told in which call."""
    from benchmarks.make_demo.dialogues import Dialogue
    from benchmarks.make_demo.speech import Voice, speak_call

    voice, calls = Voice(voices), {}
    for person in persons:
        rng = random.Random(f"{seed}-call-{person.number}")
        kinds = ["mobile", *rng.sample([k for k in SPOKEN_KINDS if k != "mobile"], A_CALL - 1)]
        planted = [p for p in told(person, seed) if p.kind in kinds]
        turns = ["您好，客服中心，请讲。", "我的车发动机异响，好几次了。"] + [turn for p in planted for turn in p.turns]
        spoken = tuple((("agent", "customer")[n % 2], turn) for n, turn in enumerate(turns))
        dialogue = Dialogue("canary", "zf_xiaoyi", rng.choice(["zm_yunxi", "zm_yunyang", "zf_xiaoni"]), spoken, 0)  # type: ignore[arg-type]  # speakers alternate
        name = f"call_{person.number:03}"
        speak_call(voice, dialogue, workspace.inbox / f"{name}.ogg", seed + person.number)
        calls[name] = planted
    return calls


def run_all(workspace: Workspace) -> list[Path]:
    """Run the night and make every output; return where outputs lie."""
    out = workspace.root.parent
    commands = [["run", "-q", "--as-of", AS_OF.isoformat()]]
    commands += [["export", str(out / name), "--format", name.split("-")[1]] for name in OUTPUTS]
    commands += [["review", "export", str(out / "review.xlsx")], ["share", SUPPLIER, str(out / "bundle.zip")]]
    commands += [["status", "--json"], ["doctor", "--json"]]
    said = out / "said"
    said.mkdir()
    for number, command in enumerate(commands):
        code = "import cli; cli.main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *command, "-w", str(workspace.root)],
            capture_output=True,
            text=True,
            check=False,
        )
        (said / f"{number}.json").write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode not in (0, 3):
            raise SystemExit(f"complaints {' '.join(command)} ended with {done.returncode}: {done.stderr[-500:]}")
    return outputs(workspace)


def outputs(workspace: Workspace) -> list[Path]:
    """Return where a workspace's outputs lie after `run_all` (private.duckdb is none)."""
    out = workspace.root.parent
    places = [workspace.store_file, workspace.snapshots, workspace.logs, workspace.site, workspace.models, out / "said"]
    places += [*(out / name for name in OUTPUTS), out / "review.xlsx", out / "bundle.zip"]
    return [place for place in places if place.exists()]
