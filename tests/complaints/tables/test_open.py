"""Which reader a file gets, packed files among them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from complaints.tables.open import table_suffix
from tests.complaints.tables.tables import read, refusal, texts, written

TABLE = "complaint_id,text\nA1,异响\n"


@pytest.mark.parametrize(
    ("name", "suffix"), [("a.CSV", ".csv"), ("a.b.csv.gz", ".csv.gz"), ("a.gz", ""), ("a.doc", "")]
)
def test_a_files_ending_tells_its_kind(name: str, suffix: str) -> None:
    assert table_suffix(name) == suffix


@pytest.mark.parametrize(
    ("name", "content"),
    [("t.csv.gz", TABLE), ("t.tsv.gz", TABLE.replace(",", "\t")), ("t.jsonl.gz", '{"text": "异响"}\n'),
     ("t.json.gz", '[{"text": "异响"}]')],
)  # fmt: skip
def test_a_packed_table_is_read(tmp_path: Path, name: str, content: str) -> None:
    assert texts(written(tmp_path / name, gzip.compress(content.encode()))) == ["异响"]


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(TABLE.encode(), mtime=0)[:-6], b"\x1f\x8b\x08"])
def test_a_broken_package_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(written(tmp_path / "t.csv.gz", content)).key == "tables.not_a_table.gz"


def test_a_package_that_swells_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv.gz", gzip.compress(b"text\n" + b"a" * 90_000_000))
    assert refusal(path).key == "tables.too_large.unpacked"


def test_excels_unicode_text_is_read(tmp_path: Path) -> None:
    assert texts(written(tmp_path / "t.txt", TABLE.replace(",", "\t").encode("utf-16"))) == ["异响"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_bytes_in_parquet_are_the_text_they_hold(tmp_path: Path, encoding: str) -> None:
    pq.write_table(pa.table({"text": ["变速箱顿挫".encode(encoding)], "complaint_id": [b"A1"]}), tmp_path / "t.parquet")
    assert read(tmp_path / "t.parquet")[0][0].values == {"text": "变速箱顿挫", "complaint_id": "A1"}


def test_nested_columns_of_parquet_are_their_words(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": [{"a": "异响", "b": ["抖动"]}, {"a": "漏油", "b": None}]}), tmp_path / "t.parquet")
    assert texts(tmp_path / "t.parquet") == ["异响\n抖动", "漏油"]
