"""The benchmark of canaries, in short: recall on its develop set, and a search that finds what stands in outputs."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from benchmarks.canaries.__main__ import texts_recall, turns_recall
from benchmarks.canaries.forms import written
from benchmarks.canaries.normal import normal
from benchmarks.canaries.persons import FREE, KINDS, Person, make_persons
from benchmarks.canaries.search import search
from benchmarks.canaries.wording import wording
from complaints import redaction
from complaints.redaction import redact

SEED = 5
FRAMES, NAMES = wording("develop")
PERSONS = make_persons(60, SEED, NAMES)


@pytest.mark.parametrize("kind", KINDS)
def test_recall_of_a_kind_in_texts_and_turns(kind: str) -> None:
    rows = {f"{p.person}-{p.kind}": (p.turns[0], [p]) for person in PERSONS for p in written(person, FRAMES, SEED)}
    texts = texts_recall(rows, {key: redact(text).text for key, (text, _) in rows.items()})
    least = 0.95 if kind in FREE else 0.99
    assert min(texts.of(kind), turns_recall(PERSONS, SEED).of(kind)) >= least


def test_names_and_sentences_that_judge_stand_nowhere_in_the_recognisers() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in sorted(Path(redaction.__path__[0]).glob("*.py")))
    frames, names = wording("judge")
    sentences = [text for kind in frames.values() for frame in kind for text in frame.split("{}") if len(text) > 5]
    people = [family + given for family in names.family for given in names.given if len(family + given) > 2]
    assert [text for text in sentences + people + names.roads + names.estates if text in source] == []


def spread(value: str) -> str:
    """The value as it might be hidden in an output: full width, in groups."""
    return " ".join(chr(ord(c) + 0xFEE0) if c.isdecimal() else c for c in value)


def as_html(path: Path, value: str) -> Path:
    (path / "page.html").write_text("<p>" + "".join(f"<b>&#{ord(c)};</b>" for c in value), encoding="utf-8")
    return path


def as_json(path: Path, value: str) -> Path:
    (path / "log.jsonl").write_text(json.dumps({"detail": json.dumps({"x": spread(value)})}), encoding="utf-8")
    return path


def as_archive(path: Path, value: str) -> Path:
    with zipfile.ZipFile(path / "bundle.zip", "w") as archive:
        archive.writestr("a.csv", "x\n" + value)
    return path


def as_parquet(path: Path, value: str) -> Path:
    duckdb.execute("COPY (SELECT ? AS x) TO '" + str(path / "t.parquet") + "' (FORMAT parquet)", [spread(value)])
    return path


def as_store(path: Path, value: str) -> Path:
    with duckdb.connect(str(path / "s.duckdb")) as connection:
        connection.execute("CREATE TABLE t (x VARCHAR)")
        connection.execute("INSERT INTO t VALUES (?)", [value])
    return path


def as_file_name(path: Path, value: str) -> Path:
    (path / f"{value}.txt").touch()
    return path


@pytest.mark.parametrize("hide", [as_html, as_json, as_archive, as_parquet, as_store, as_file_name])
@pytest.mark.parametrize("kind", ["mobile", "vin", "id_card"])
def test_the_search_finds_a_value_wherever_it_stands(
    hide: Callable[[Path, str], Path], kind: str, tmp_path: Path
) -> None:
    found = search([hide(tmp_path, PERSONS[3].values[kind])], PERSONS).found
    assert {what for _, what in found} == {kind}


def test_the_search_finds_seven_digits_of_a_value(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("rest " + PERSONS[3].values["mobile"][2:9], encoding="utf-8")
    assert {what for _, what in search([tmp_path], PERSONS).found} == {"mobile"}


def test_the_search_finds_nothing_in_figures_and_digests(tmp_path: Path) -> None:
    digits = PERSONS[3].values["mobile"]
    (tmp_path / "a.txt").write_text(f"0.{digits} C{digits}abcdef0 4711", encoding="utf-8")
    assert not search([tmp_path], PERSONS).found


def test_spoken_and_parted_numbers_are_one() -> None:
    assert normal("幺三八，嗯，零 零１２") == "1380012"


def test_the_same_seed_gives_the_same_persons() -> None:
    assert make_persons(3, SEED, NAMES) == PERSONS[:3]
    assert isinstance(PERSONS[0], Person)
