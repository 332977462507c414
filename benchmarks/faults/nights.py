"""Small nights: a workspace with two recordings, some texts and the demo's plant, different for each number."""

from __future__ import annotations

import csv
import random
import shutil
import wave
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.attempts import attempt
from complaints.demo import lay_out
from complaints.tables.encoding import detect_encoding
from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace

RECORDINGS = 2
CLIP_S = 8.0  # of a call: a kill's moment is random within the stage, however long the stage is
TEXTS = 30
FIRST_TEXTS = 5
SETTINGS = (("settling_seconds = 5.0", "settling_seconds = 0.0"), ("beam_size = 5", "beam_size = 1"))


def make_night(root: Path, number: int, source: Source) -> Workspace:
    """Lay out night `number` of the faults' benchmark: the workspace of the night before, and what came in since.

    Args:
        root: made anew.
        number: chooses which recordings and texts of the demo come in.
        source: where they come from.
    """
    rng = random.Random(number)
    shutil.copytree(source.before, root)
    workspace = Workspace(root)
    calls = workspace.inbox / "calls"
    calls.mkdir()
    recordings = sorted((source.demo / "inbox" / "calls").glob("*.ogg"))
    for path in rng.sample(recordings, RECORDINGS):
        _clip(path, calls / f"{path.stem}.wav", rng.uniform(4.0, 12.0))
    sidecar = (source.demo / "inbox" / "calls" / "calls.csv").read_text(encoding="utf-8-sig")
    (calls / "calls.csv").write_text(sidecar.replace(".ogg", ".wav"), encoding="utf-8-sig")
    for table in _tables(source.demo):
        _some_rows(table, workspace.inbox / table.name, rng, TEXTS)
    return workspace


@dataclass(frozen=True, slots=True)
class Source:
    """What all nights take from: the demo's files, and a workspace after its first, small night."""

    demo: Path
    before: Path


def lay_out_source(root: Path) -> Source:
    """Lay the demo out once, and run a first night of a few texts: what is computed once a workspace is done then."""
    demo = root / "demo"
    lay_out(demo)
    workspace = init_workspace(root / "before", "zh")
    text = workspace.settings_file.read_text(encoding="utf-8")
    for before, after in SETTINGS:
        assert before in text, before
        text = text.replace(before, after)
    workspace.settings_file.write_text(text, encoding="utf-8")
    shutil.copytree(demo / "master", workspace.master, dirs_exist_ok=True)
    table = _tables(demo)[0]
    _some_rows(table, workspace.inbox / f"before-{table.name}", random.Random(-1), FIRST_TEXTS)
    workspace.serial_token("any")  # all nights need the same tokens: the key is made before the copies
    ended = attempt(workspace)
    if ended.code:
        raise SystemExit(f"the first night ended with {ended.code}: {ended.errors}")
    return Source(demo, workspace.root)


def _tables(demo: Path) -> list[Path]:
    return sorted((demo / "inbox" / "texts").glob("*.csv"))


def _clip(source: Path, target: Path, start_s: float) -> None:
    """Write `CLIP_S` seconds of a two-channel recording, 16 bit, at its own rate."""
    import av
    import numpy as np

    with av.open(str(source)) as container:
        rate = container.streams.audio[0].rate
        resampler = av.AudioResampler(format="s16", layout="stereo", rate=rate)
        frames = [again for frame in container.decode(audio=0) for again in resampler.resample(frame)]
    samples = np.concatenate([frame.to_ndarray().reshape(-1, 2) for frame in frames])
    first = int(start_s * rate)
    with wave.open(str(target), "wb") as stream:
        stream.setnchannels(2)
        stream.setsampwidth(2)
        stream.setframerate(rate)
        stream.writeframes(samples[first : first + int(CLIP_S * rate)].tobytes())
    shutil.copystat(source, target)


def _some_rows(source: Path, target: Path, rng: random.Random, count: int) -> None:
    encoding = detect_encoding(source)
    with source.open(encoding=encoding, newline="") as stream:
        header, *rows = list(csv.reader(stream))
    kept = sorted(rng.sample(range(len(rows)), min(count, len(rows))))
    with target.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows[place] for place in kept)
    shutil.copystat(source, target)
