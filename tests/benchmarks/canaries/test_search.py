"""A search that finds what stands in outputs, however it is hidden."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from benchmarks.canaries.search import search
from tests.benchmarks.canaries.people import PERSONS


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
