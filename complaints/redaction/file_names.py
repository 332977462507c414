"""Redaction of names that people chose: files, paths, ids. Only kinds with a fixed form, only whole tokens.

A token ends at anything but a Latin letter or an ASCII digit, so that counters, dates and long ids stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from complaints.records import RECORDING_FORMATS
from complaints.redaction.spans import Kind, Span, render
from complaints.redaction.view import make_view

LANGUAGE = "en"  # placeholders in names are ASCII
EXTENSION = re.compile(
    rf"\.(?:{'|'.join(RECORDING_FORMATS)}|csv|tsv|xlsx?|jsonl?|parquet|txt|html|log|zip)(?:#[^/\\]*)?$",
    re.IGNORECASE,
)


def redact_name(name: str) -> str:
    """Return a file name, path or id without telephone numbers, ID and bank cards, VINs, plates and e-mail addresses.

    Path separators, the extension and a row mark behind it (``.csv#12``) stay. Names of persons have no fixed form and
    stay too. Redacting the result again changes nothing. Never raises.
    """
    while spans := _find(name):
        name = render(name, spans, LANGUAGE)
    return name


def redact_label(label: str) -> str:
    """Return a column's head or a sheet's name without personal data: it may be a row's data taken for a head."""
    from complaints.redaction.engine import redact

    return redact(redact_name(label), LANGUAGE).text


def _find(name: str) -> tuple[Span, ...]:
    from complaints.redaction.engine import resolve

    view = make_view(name)
    extension = EXTENSION.search(view.text)
    stem = view.text[: extension.start()] if extension else view.text
    return tuple(view.original(span) for span in resolve(list(_tokens(stem))))


def _tokens(text: str) -> Iterator[Span]:
    from complaints.redaction.accounts import find_emails
    from complaints.redaction.name_tokens import FORMS

    for kind, pattern, check in FORMS:
        for match in pattern.finditer(text):
            if check is None or check(match["x"]):
                yield _span(match, kind)
    yield from find_emails(text)


def _span(match: re.Match[str], kind: Kind) -> Span:
    return Span(match.start("x"), match.end("x"), kind, 1.0)
