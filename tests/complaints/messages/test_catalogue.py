"""The catalogue: both languages whole, every key that code gives is there with its values, and none is idle."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from complaints import console
from complaints.messages import LANGUAGES, catalogue, pattern
from complaints.records import Language, words_of

ROOT = Path(__file__).parents[3]
ROOMS = ("asr", "classify", "cluster", "complaints", "mapping", "reports")
KEY = re.compile(r"[a-z0-9_]+(\.[A-Za-z0-9_ -]+)+|plain|unset|days|share|level|yes|no|theme")
# Calls whose first argument is a key, and the parts of a message that it may stand for.
ASKING = {"message": ("",), "t": ("",), "Finding": ("", ".what", ".hint")}
FAILURES = re.compile(r"[A-Z]\w*(Error|Refused|Missing|Locked)")
OWN = {"where", "hint", "state", "exit_code", "n"}


@cache
def trees() -> dict[Path, ast.Module]:
    """Return the parsed program."""
    files = [ROOT / "cli.py", *(file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py")))]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}


@cache
def forms(language: str) -> dict[str, tuple[str, ...]]:
    """Return {key: its forms} of a catalogue."""
    found = {}
    for entry in catalogue(language):
        if entry.id:
            key = entry.id if isinstance(entry.id, str) else entry.id[0]
            found[key] = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    return found


def names(texts: tuple[str, ...]) -> set[str]:
    """Return the names of the values of a message."""
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


def nodes() -> Iterator[ast.AST]:
    """Return every node of the program."""
    for tree in trees().values():
        yield from ast.walk(tree)


def called(node: ast.Call) -> str:
    """Return the name of what is called."""
    return node.func.id if isinstance(node.func, ast.Name) else str(getattr(node.func, "attr", ""))


def calls() -> Iterator[tuple[str, tuple[str, ...], set[str] | None]]:
    """Return (key, its parts, names of the values given or None where they are not spelled out) of asking calls."""
    for node in nodes():
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = called(node)
        own_hint = len(node.args) > 2 or any(word.arg == "hint" for word in node.keywords)
        failing = (".what",) if own_hint else (".what", ".hint")
        parts = failing if FAILURES.fullmatch(name) else ASKING.get(name)
        first = node.args[1] if name == "Finding" and len(node.args) > 1 else node.args[0]
        if parts is None or not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            continue
        if KEY.fullmatch(first.value):
            given = {word.arg for word in node.keywords}
            yield first.value, parts, None if None in given else {str(name) for name in given} - OWN


def spelled() -> tuple[set[str], set[str]]:
    """Return the keys that code and templates spell out, and the beginnings of those that they put together."""
    whole, beginnings = set(), set()
    for node in nodes():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
            whole.add(node.value)
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            beginnings.add(str(node.values[0].value))
        elif isinstance(node, ast.Call) and {"named", "word_choices"} & {called(node)}:
            beginnings |= {str(a.value) + "." for a in node.args[:1] if isinstance(a, ast.Constant)}
    for template in (ROOT / "reports" / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        whole |= set(re.findall(r"""["']([a-z0-9_.]+)["'](?!\s*~)""", text))
        beginnings |= set(re.findall(r"""["']([a-z0-9_.]+\.)["']\s*~""", text))
        beginnings |= {f"{kind}." for kind in re.findall(r"""named\(["']([a-z_.]+)["']""", text)}
    return whole, {text for text in beginnings if re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]*)+", text)}


def test_both_languages_hold_the_same_keys() -> None:
    chinese, english = (set(forms(language)) for language in LANGUAGES)
    assert chinese == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_empty(language: str) -> None:
    assert [key for key, texts in forms(language).items() if not all(texts)] == []


def test_both_languages_fill_in_the_same_values() -> None:
    chinese, english = forms("zh"), forms("en")
    assert [key for key in english if names(chinese[key]) != names(english[key])] == []


def test_every_key_that_code_gives_is_in_the_catalogue() -> None:
    known = forms("en")
    missing = {key for key, parts, _ in calls() if not any(key + part in known for part in parts)}
    assert sorted(missing) == []


def test_code_gives_a_message_the_values_that_it_names() -> None:
    known = forms("en")
    wrong = []
    for key, parts, given in calls():
        named = set().union(*(names(known.get(key + part, ())) for part in parts)) - OWN
        if given is not None and given != named:
            wrong.append((key, sorted(given ^ named)))
    assert wrong == []


def test_no_message_is_idle() -> None:
    whole, beginnings = spelled()
    whole |= {key + part for key in whole for part in (".what", ".hint", ".about")}
    assert [key for key in forms("en") if key not in whole and not key.startswith(tuple(beginnings))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_found_even_where_it_reads_as_its_key(language: str) -> None:
    assert [
        key for key in forms(language) if pattern(key, language) is None and pattern(key, language, 1) is None
    ] == []


def test_a_key_that_the_catalogue_lacks_has_no_text() -> None:
    assert pattern("no.such.key", "en") is None
    assert pattern("no.such.key", "en", 2) is None


def test_every_reason_of_a_refusal_has_a_name() -> None:
    keys = [
        str(node.args[0].value)
        for node in nodes()
        if isinstance(node, ast.Call)
        and called(node) == "ItemRefused"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    reasons = {key.split(".")[1] for key in keys}
    assert sorted(reason for reason in reasons if f"reason.{reason}" not in forms("en")) == []


def test_there_is_one_list_of_languages() -> None:
    """The vocabulary's, the catalogue's and the command line's, which may not import each other for speed."""
    assert words_of(Language) == LANGUAGES == tuple(one.value for one in console.Language)
