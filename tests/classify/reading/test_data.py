"""The room's own tables fit the shipped dictionary and the code that reads them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from classify.reading.content import service_words
from classify.reading.data import FOLDER, table, tables_digest
from classify.reading.patterns import patterns
from complaints.dictionary import Dictionary

FUNCTIONS = {
    "negation",
    "affirm",
    "demand",
    "hypothetical",
    "question",
    "other",
    "own",
    "repaired",
    "recovered",
    "mend",
    "past",
    "recur",
    "irrealis",
    "filler",
    "blocker",
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_cue_has_a_known_function_direction_and_scope(language: str) -> None:
    for row in table(f"cues_{language}"):
        assert row["function"] in FUNCTIONS
        assert row["direction"] in {"forward", "backward"}
        assert row["scope"] in {"", "adjacent", "end", "clause", "opening", "sentence"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_cue_row_stands_twice(language: str) -> None:
    rows = [tuple(row.values()) for row in table(f"cues_{language}")]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_pattern_names_a_code_of_the_dictionary(language: str, dictionary: Dictionary) -> None:
    unknown = {row["code"] for row in table(f"patterns_{language}") if dictionary.kind_of(row["code"]) is None}
    assert unknown == set()
    assert len(patterns(dictionary, language)) == len(table(f"patterns_{language}")) + len(table("fault_codes"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_pattern_matches_nothing_at_all(language: str, dictionary: Dictionary) -> None:
    assert [p.expression.pattern for p in patterns(dictionary, language) if p.expression.search("")] == []


def test_affinity_names_codes_of_the_dictionary(dictionary: Dictionary) -> None:
    systems = set(dictionary.systems())
    for row in table("affinity"):
        assert dictionary.kind_of(row["symptom"]) == "symptom", row
        assert not row["component"] or dictionary.kind_of(row["component"]) == "component", row
        assert set(filter(None, row["systems"].split("|"))) <= systems, row


def test_weak_components_are_components(dictionary: Dictionary) -> None:
    assert {dictionary.kind_of(row["component"]) for row in table("weak_components")} == {"component"}


def test_fault_codes_name_known_codes(dictionary: Dictionary) -> None:
    for row in table("fault_codes"):
        assert dictionary.kind_of(row["symptom"]) == "symptom"
        assert not row["component"] or dictionary.kind_of(row["component"]) == "component"
        assert re.fullmatch(r"[pbcu][0-9a-f]*", row["prefix"])


def test_mended_typos_keep_their_length() -> None:
    assert [row for row in table("typos_zh") if len(row["written"]) != len(row["meant"])] == []


def test_service_words_point_at_the_text() -> None:
    text = "刚提车就降价，定金不退"
    assert [text[w.start : w.end] for w in service_words(text, "zh") if w.weight] == ["降价", "定金"]


def test_one_more_cue_makes_other_tables(tmp_path: Path) -> None:
    other = shutil.copytree(FOLDER, tmp_path / "data")
    assert tables_digest(other) == tables_digest()
    tables_digest.cache_clear()
    with (other / "cues_zh.csv").open("a", encoding="utf-8") as stream:
        stream.write("绝无,negation,forward,adjacent\n")
    assert tables_digest(other) != tables_digest()
