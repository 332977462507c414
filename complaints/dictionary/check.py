"""Consistency of the shipped tables, for the tests and for whoever edits them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources.abc import Traversable

from complaints.dictionary.dictionary import KINDS, is_chinese, lookup_key, normal_term
from complaints.dictionary.loader import DOMAINS, LANGUAGES, data_folder, read_rows

ANY_DOMAIN = (*DOMAINS, "both")
PHONETIC = ("free", "same_tone", "never")
_CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_Row = dict[str, str]


def check_data(folder: Traversable | None = None) -> list[str]:
    """Return every inconsistency of the tables, one sentence each; empty when all is well.

    Args:
        folder: where codes.csv, terms_zh.csv and terms_en.csv lie; None: the shipped ones.
    """
    folder = folder or data_folder()
    rows = read_rows(folder, "codes.csv")
    terms = {language: read_rows(folder, f"terms_{language}.csv") for language in LANGUAGES}
    codes = {row["code"]: row for row in rows}
    found = [*_codes(rows, codes), *_names(rows)]
    for language, of_language in terms.items():
        found += [f"terms_{language}.csv: {problem}" for problem in _terms(of_language, codes)]
    with_term = {row["code"] for row in terms["zh"]}
    found += [f"codes.csv: {code} has no Chinese term" for code in codes if code not in with_term]
    found += _readings(terms, codes)
    return found


def _codes(rows: list[_Row], codes: dict[str, _Row]) -> Iterator[str]:
    if [row["code"] for row in rows] != sorted(codes):
        yield "codes.csv: not sorted by code, or a code stands twice"
    for row in rows:
        where = f"codes.csv: {row['code']}"
        if not _CODE.fullmatch(row["code"]):
            yield f"{where} is not lower_snake"
        if row["kind"] not in KINDS:
            yield f"{where} has the unknown kind {row['kind']!r}"
        if row["domain"] not in ANY_DOMAIN:
            yield f"{where} has the unknown domain {row['domain']!r}"
        yield from (f"{where} has no {column}" for column in ("name_zh", "name_en") if not row[column])
        yield from (f"{where}: untrimmed or not NFKC: {v!r}" for v in row.values() if not _clean(v))
        yield from _parent(row, codes, where)


def _parent(row: _Row, codes: dict[str, _Row], where: str) -> Iterator[str]:
    if not row["parent"]:
        return
    parent = codes.get(row["parent"])
    if parent is None:
        yield f"{where} has the unknown parent {row['parent']}"
        return
    if parent["kind"] != row["kind"]:
        yield f"{where} has a parent of another kind"
    if parent["domain"] not in ("both", row["domain"]):
        yield f"{where} loses its parent when only one domain is loaded"
    seen = {row["code"]}
    while parent is not None and parent["code"] not in seen:
        seen.add(parent["code"])
        parent = codes.get(parent["parent"])
    if parent is not None:
        yield f"{where} is its own ancestor"


def _names(rows: list[_Row]) -> Iterator[str]:
    for column in ("name_zh", "name_en"):
        by_name: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in rows:
            by_name[row["kind"], lookup_key(row[column])].append(row["code"])
        yield from (f"codes.csv: one {column} for {', '.join(c)}" for c in by_name.values() if len(c) > 1)


def _terms(rows: list[_Row], codes: dict[str, _Row]) -> Iterator[str]:
    if (order := [(row["code"], row["term"]) for row in rows]) != sorted(order):
        yield "not sorted by code and term"
    for row in rows:
        term, code = row["term"], codes.get(row["code"])
        if code is None:
            yield f"{term!r} has the unknown code {row['code']}"
        elif row["domain"] not in ANY_DOMAIN or code["domain"] not in ("both", row["domain"]):
            yield f"{term!r} has the wrong domain {row['domain']!r}"
        if not term or term != normal_term(term):
            yield f"untrimmed, not NFKC or not case folded: {term!r}"
        if row["phonetic"] not in PHONETIC:
            yield f"{term!r} has the unknown phonetic {row['phonetic']!r}"
        elif row["phonetic"] != "never" and (len(term) < 2 or not all(is_chinese(c) for c in term)):
            yield f"{term!r} is no Chinese word of two or more characters: phonetic must be never"


def _readings(terms: dict[str, list[_Row]], codes: dict[str, _Row]) -> Iterator[str]:
    for language, rows in terms.items():
        readings: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            readings[row["term"]].append(row["code"])
        for term, found in readings.items():
            kinds = [codes[code]["kind"] for code in found if code in codes]
            if len(kinds) != len(set(kinds)):
                yield f"terms_{language}.csv: {term!r} stands twice in a kind: {', '.join(found)}"
            elif len(kinds) > 1:
                yield f"terms_{language}.csv: {term!r} has readings of several kinds: {', '.join(found)}"


def _clean(text: str) -> bool:
    return bool(text == text.strip()) and normal_term(text) == " ".join(text.casefold().split())
