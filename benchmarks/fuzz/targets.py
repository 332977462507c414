"""What is fuzzed: a function of bytes each, that may refuse its input and must not fail in any other way."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path

from complaints.errors import ItemRefused, SettingsError, UsageError

Target = Callable[[bytes], None]
TEXTS = (
    "我叫王云帆，电话幺三八零零一三八零零零，车牌苏E58214",
    "发动机没有异响，有点漏油",
    "my name is Ada, 415-555-0199",
)
SUFFIXES = (".csv", ".tsv", ".xlsx", ".jsonl", ".parquet", ".json", ".xls", ".txt", ".csv.gz")
LIKE = {".json": "jsonl", ".xls": "xlsx", ".txt": "tsv", ".csv.gz": "csv"}  # whose bytes such files begin with


def intake(data: bytes) -> None:
    """Read bytes as a table (the first byte chooses the format) and understand its rows."""
    from complaints.intake.text_tables import text_reading
    from complaints.intake.texts import TextRules, text_input
    from complaints.settings import Settings
    from complaints.tables.reader import read_table
    from complaints.workspace.layout import Workspace

    path = _file(data[1:], SUFFIXES[data[0] % len(SUFFIXES)] if data else ".csv")
    try:
        for row in read_table(path, text_reading(Settings(), date(2026, 1, 1))).rows:
            try:
                item = text_input(row, Workspace(_folder()), "t", datetime(2026, 1, 1), "t.csv", TextRules(2000))
            except ItemRefused:
                continue
            item.case.text.encode("utf-8")
    except ItemRefused:
        return


def redaction(data: bytes) -> None:
    """Redact bytes read as text, as one text and as turns; redacted twice is redacted once."""
    from complaints.redaction import redact, redact_name, redact_turns

    text = data.decode("utf-8", "replace")[:3000]
    once = redact(text)
    assert all(0 <= span.start < span.end <= len(text) for span in once.spans)
    assert redact(once.text).text == once.text
    turns = text.split("\n")
    assert len(redact_turns(turns)) == len(turns)
    name = redact_name(text)
    assert redact_name(name) == name


def mentions(data: bytes) -> None:
    """Find mentions in bytes read as text; the first byte chooses the language."""
    text = data[1:].decode("utf-8", "replace")[:1000]
    for found in _finder().find(text, "en" if data[:1] > b"\x7f" else "zh"):
        assert 0 <= found.start < found.end <= len(text)


def review(data: bytes) -> None:
    """Import bytes as a review workbook."""
    from classify.review.choices import Choices
    from classify.review.read_workbook import Rules, read_workbook

    rules = Rules(
        Choices(["发动机"], lambda value, _: value, coded=False), {}, lambda sheet, key: None, "", date(2026, 1, 1)
    )
    try:
        read_workbook(_file(data, ".xlsx"), rules)
    except UsageError:
        return


def settings(data: bytes) -> None:
    """Load bytes as complaints.toml."""
    from complaints.settings import load_settings

    try:
        load_settings(_file(data, ".toml"))
    except SettingsError:
        return


TARGETS: dict[str, Target] = {
    "intake": intake,
    "redaction": redaction,
    "mentions": mentions,
    "review": review,
    "settings": settings,
}


def seeds(name: str) -> list[bytes]:
    """Return well-made inputs of a target, to start from."""
    import random

    from benchmarks.bad_inputs.files import TABLE_MAKERS, workbook
    from complaints.settings import template

    rng = random.Random(1)
    columns = ["text", "complaint_id", "received_at", "serial", "mileage"]
    if name == "intake":
        return [
            bytes([n]) + TABLE_MAKERS[LIKE.get(s, s[1:])](rng, columns)
            for n, s in enumerate(SUFFIXES)
            for _ in range(3)
        ]
    if name == "review":
        return [_review_workbook(), workbook(rng, ["case_id", "category", "reviewer"])]
    if name == "settings":
        return [template("zh").encode(), template("en").encode()]
    return [b"\x00" * (name == "mentions") + text.encode() for text in TEXTS]


def _review_workbook() -> bytes:
    """Return a workbook with the sheets of a review, some rows filled in."""
    import io

    from openpyxl import Workbook

    from classify.review.sheets import SHEETS

    book, stream = Workbook(), io.BytesIO()
    for sheet in SHEETS:
        place = book.create_sheet(sheet.name)
        place.append(list(sheet.columns))
        for row in range(3):
            place.append([f"{name} {row}" for name in sheet.columns])
    book.save(stream)
    return stream.getvalue()


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def _file(data: bytes, suffix: str) -> Path:
    path = _folder() / f"input{suffix}"
    path.write_bytes(data)
    return path


@cache
def _finder():  # type: ignore[no-untyped-def]  # its type would import spaCy
    from classify.reading.finder import MentionFinder
    from complaints.dictionary import load_dictionary

    return MentionFinder(load_dictionary(["car"], []))
