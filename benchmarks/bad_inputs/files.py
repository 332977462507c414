"""Files of every format, first well made with nasty values, then (mostly) damaged."""

from __future__ import annotations

import csv
import io
import json
import math
import random
import struct
import wave
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

from benchmarks.bad_inputs.mutants import cell, damaged, encoded
from complaints.records import RECORDING_FORMATS

Maker = Callable[[random.Random, list[str]], bytes]
AUDIO = tuple(RECORDING_FORMATS)
TABLES = ("csv", "tsv", "xlsx", "jsonl", "parquet")
UNSOUND = 0.7  # of the files are damaged as bytes
BOMB_ROWS = 3000


def rows(rng: random.Random, columns: list[str]) -> list[list[str]]:
    """Return some rows of nasty and of ordinary values, here and there too short or too long."""
    made = []
    for _ in range(rng.randint(0, 6)):
        row = [
            cell(rng) if rng.random() < 0.5 else rng.choice(["发动机异响", "2026-03-01", "S5", "12000"])
            for _ in columns
        ]
        if rng.random() < 0.15:
            row = row[: rng.randint(0, len(row))] + [cell(rng)] * rng.randint(0, 3)
        made.append(row)
    return made


def header(rng: random.Random, columns: list[str]) -> list[str]:
    """Return a header, at times with a column missing, doubled, renamed or empty."""
    head = list(columns)
    if rng.random() < 0.3:
        at = rng.randrange(len(head))
        head = rng.choice([head[:at], [*head, head[at]], ["", *head], head[::-1]]) or [""]
    if rng.random() < 0.2:
        head[rng.randrange(len(head))] = cell(rng)
    return head


def delimited(rng: random.Random, columns: list[str], delimiter: str = ",") -> bytes:
    """Return a CSV or TSV, in any encoding."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=rng.choice([delimiter, delimiter, ";", "|"]))
    writer.writerows([header(rng, columns), *rows(rng, columns)])
    return encoded(stream.getvalue(), rng)


def jsonl(rng: random.Random, columns: list[str]) -> bytes:
    """Return JSON lines: nested, wrongly typed, with lone surrogates, huge numbers and deep brackets."""
    odd: list[Any] = [None, True, [], {}, 1e308, -1, 10**40, {"a": [1, {"b": 2}]}, "\ud800", math.nan, ["x"] * 50]
    lines = []
    for row in rows(rng, columns):
        values = {
            name: rng.choice(odd) if rng.random() < 0.3 else value for name, value in zip(columns, row, strict=False)
        }
        lines.append(json.dumps(values, ensure_ascii=rng.random() < 0.5))
    if rng.random() < 0.2:
        lines.append(
            rng.choice(["[" * 2000, "{" * 500, '"text"', "12", "null", '{"text": "a", "text": "b"}', "{'text': 1}"])
        )
    return encoded("\n".join(lines), rng)


def workbook(rng: random.Random, columns: list[str]) -> bytes:
    """Return a workbook; at times with parts replaced by hostile XML, or a bomb."""
    from openpyxl import Workbook
    from openpyxl.utils.exceptions import IllegalCharacterError

    book, stream = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in [header(rng, columns), *rows(rng, columns)]:
        try:
            sheet.append([value.encode("utf-8", "ignore").decode()[:32_000] for value in row])
        except (IllegalCharacterError, ValueError):
            continue
    book.save(stream)
    return _hostile_zip(stream.getvalue(), rng) if rng.random() < 0.4 else stream.getvalue()


def _hostile_zip(content: bytes, rng: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        victim = rng.choice(names)
        for name in names:
            part = old.read(name)
            if name == victim:
                part = rng.choice(
                    [b"", b"<a>", HOSTILE_XML, damaged(part, rng), b"<x>" * 20_000, part + b" " * 2_000_000]
                )
            new.writestr(rng.choice([name, name, name, "../../" + name]) if name == victim else name, part)
    return out.getvalue()


HOSTILE_XML = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f SYSTEM "file:///etc/passwd">]>
<worksheet><sheetData><row><c t="inlineStr"><is><t>&e;&f;</t></is></c></row></sheetData></worksheet>"""


def parquet(rng: random.Random, columns: list[str]) -> bytes:
    """Return a Parquet file with columns of unexpected types."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    count = rng.randint(0, 5)
    kinds = [
        lambda: pa.array([cell(rng).encode("utf-8", "ignore").decode() for _ in range(count)]),
        lambda: pa.array([rng.randbytes(5) for _ in range(count)], pa.binary()),
        lambda: pa.array([[1, 2]] * count, pa.list_(pa.int64())),
        lambda: pa.array([{"a": 1}] * count, pa.struct([("a", pa.int64())])),
        lambda: pa.array([rng.randint(-(2**62), 2**62) for _ in range(count)], pa.timestamp(rng.choice(["ms", "ns"]))),
        lambda: pa.array([None] * count, pa.null()),
        lambda: pa.array([math.inf] * count, pa.float64()),
        lambda: pa.array([rng.random() < 0.5 for _ in range(count)]),
    ]
    table = pa.table({name: rng.choice(kinds)() for name in columns[: rng.randint(1, len(columns))]})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


TABLE_MAKERS: dict[str, Maker] = {
    "csv": delimited,
    "tsv": lambda rng, columns: delimited(rng, columns, "\t"),
    "jsonl": jsonl,
    "xlsx": workbook,
    "parquet": parquet,
}


def bad_table(form: str, columns: list[str], rng: random.Random) -> bytes:
    """Return a table of a format, or of another one under its name."""
    maker = TABLE_MAKERS[rng.choice(TABLES) if rng.random() < 0.05 else form]
    content = maker(rng, columns)
    return damaged(content, rng) if rng.random() < UNSOUND else content


def bad_audio(rng: random.Random) -> bytes:
    """Return a recording that is broken in some way, or sound that nobody speaks in."""
    content = rng.choice(list(_sounds()))
    return damaged(content, rng) if rng.random() < 0.95 else content


@cache
def _sounds() -> tuple[bytes, ...]:
    """Half a second of a tone in several containers, and headers that lie."""
    import av
    import numpy as np

    tone = (np.sin(np.arange(4000) * 0.3) * 9000).astype(np.int16)
    made = [
        _wav(tone.tobytes(), 8000, 1),
        _wav(tone.tobytes(), 1, 1),
        _wav(tone.tobytes(), 192_000, 2),
        _wav(b"", 8000, 1),
    ]
    placeholder = _wav(tone.tobytes(), 8000, 1)
    made.append(placeholder[:4] + b"\xff\xff\xff\x7f" + placeholder[8:40] + b"\xff\xff\xff\x7f" + placeholder[44:])
    made.append(_wav(np.stack([tone, -tone], axis=1).tobytes(), 8000, 2))
    made.append(_wav((tone // 9 + 9000).tobytes(), 8000, 1))
    made += [(b"\xd0" + bytes(32)) * 50, bytes(number * 7 % 256 for number in range(9000))]  # raw GSM, raw Dialogic
    made.append(
        b"RIFF" + struct.pack("<I", 2**32 - 1) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 60_000, 1, 1, 1, 1)
    )
    for container, codec in (
        ("ogg", "libopus"),
        ("mp3", "libmp3lame"),
        ("flac", "flac"),
        ("mp4", "aac"),
        ("webm", "libopus"),
    ):
        stream = io.BytesIO()
        with av.open(stream, "w", format=container) as out:
            track: Any = out.add_stream(codec, rate=48_000, layout="mono")
            frame = av.AudioFrame.from_ndarray(np.repeat(tone, 6).reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate = 48_000
            resampler = av.AudioResampler(format=track.format, layout="mono", rate=48_000)
            for piece in [*resampler.resample(frame), *resampler.resample(None)]:
                out.mux(track.encode(piece))
            out.mux(track.encode(None))
        made.append(stream.getvalue())
    return tuple(made)


def _wav(samples: bytes, rate: int, channels: int) -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples)
    return stream.getvalue()


def bad_name(number: int, suffix: str, rng: random.Random) -> str:
    """Return a file name as people and attackers choose them; surrogates stand for bytes that are no UTF-8."""
    stem = rng.choice([
        "投诉", "a b", "=1+1", "-rf", "..x", "%00", "a'b", 'a"b', "a;b", "é́", "\u202egnp", "x" * 150, "<b>", "$(id)",
        "a\nb", "a\tb", "🙂", "con", "\udcb6\udccd",
    ])  # fmt: skip
    return f"{number:05}{stem}.{suffix if rng.random() < 0.9 else suffix.upper()}"
