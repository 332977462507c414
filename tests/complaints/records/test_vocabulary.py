"""A misspelt word of the vocabulary is found before it is stored: by mypy in Python, by this test in SQL."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from complaints.records import PUBLIC_TABLES, columns_of

ROOT = Path(__file__).parents[3]
ROOMS = ("asr", "classify", "cluster", "complaints", "mapping", "reports")
# Columns of internal tables that share their name with one of a public table.
INTERNAL = {
    "kind": {"recording", "text", "issue", "station"},  # of inputs and of series
    "decision": {"right", "wrong"},
}
COMPARED = re.compile(r"\b(?:\w+\.)?(\w+)\s*(?:=|<>|!=|(?:NOT )?IN)\s*(\(?'[^()]*?'\)?)(?=[\s,)\";]|$)")
WORD = re.compile(r"'([^']*)'")

PROGRAM = """
from complaints.records import Verdict

def claims(verdict: Verdict) -> bool:
    return verdict == "supported"

def misspelt(verdict: Verdict) -> bool:
    return verdict == "suported"
"""


def words_by_column() -> dict[str, set[str]]:
    """Return the words that a column of this name may hold in any public table."""
    words: dict[str, set[str]] = defaultdict(set)
    for record in PUBLIC_TABLES.values():
        for name, column in columns_of(record).items():
            words[name].update(column.words)
    return {name: known | INTERNAL.get(name, set()) for name, known in words.items() if known}


def texts() -> Iterator[tuple[str, str]]:
    """Return every string of the program with its place; the pieces of an f-string as one."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield place, node.value
                elif isinstance(node, ast.JoinedStr):
                    yield place, "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


def test_a_word_that_sql_compares_a_column_with_is_one_that_it_may_hold() -> None:
    known = words_by_column()
    compared = [
        (place, column, word)
        for place, text in texts()
        for column, words in COMPARED.findall(text)
        for word in WORD.findall(words)
        if column in known
    ]
    assert len(compared) > 50
    assert [found for found in compared if found[2] not in known[found[1]]] == []


def test_a_misspelt_verdict_does_not_pass_mypy(tmp_path: Path) -> None:
    program, settings = tmp_path / "program.py", tmp_path / "mypy.ini"
    program.write_text(PROGRAM, encoding="utf-8")
    settings.write_text("[mypy]\nstrict_equality = True\nfollow_imports = silent\n", encoding="utf-8")
    # A cache of its own, which stays: the settings are others than the project's, and a cold start takes half a minute.
    cache = ROOT / ".mypy_cache" / "vocabulary"
    command = [sys.executable, "-m", "mypy", "--config-file", str(settings), "--cache-dir", str(cache), str(program)]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    # Without the folder: of the same program in another one the cache still names the first.
    errors = [line.rpartition("program.py")[2] for line in checked.stdout.splitlines() if "error:" in line]
    assert errors == [
        ":8: error: Non-overlapping equality check "
        "(left operand type: \"Literal['supported', 'knowledge only', 'not separable', 'contradicted']\", "
        "right operand type: \"Literal['suported']\")  [comparison-overlap]"
    ]


def test_a_column_of_fixed_words_stays_text_in_the_store() -> None:
    assert columns_of(PUBLIC_TABLES["cases"])["content"].kind is str
    assert columns_of(PUBLIC_TABLES["cases"])["content"].nullable
