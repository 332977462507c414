"""JSON in the shapes that programs export."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.complaints.tables.tables import refusal, texts, written


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.json", '[{"id": 1, "text": "异响"}, {"id": 2, "text": "漏油"}]'),
        ("t.json", '{"code": 0, "data": {"total": 2, "rows": [{"text": "异响"}, {"text": "漏油"}]}}'),
        ("t.json", '{"text": "异响"}\n{"text": "漏油"}\n'),
        ("t.ndjson", '\n{"text": "异响"}\n\n{"text": "漏油"}'),
        ("t.jsonl", '[\n{"text": "异响"},\n{"text": "漏油"}\n]'),
    ],
)
def test_lists_of_objects_are_tables(tmp_path: Path, name: str, content: str) -> None:
    assert texts(written(tmp_path / name, content)) == ["异响", "漏油"]


@pytest.mark.parametrize(
    ("value", "words"),
    [('{"标题": "漏水", "正文": "顶棚湿"}', "漏水\n顶棚湿"), ('["异响", "抖动"]', "异响\n抖动"),
     ('[{"x": "异响"}, null, 3]', "异响\n3")],
)  # fmt: skip
def test_an_object_in_a_cell_is_its_words(tmp_path: Path, value: str, words: str) -> None:
    assert texts(written(tmp_path / "t.jsonl", f'{{"text": {value}}}\n')) == [words]


@pytest.mark.parametrize("content", ['["异响", "漏油"]', "[]", "[1, 2]", '"异响"', "[[1, 2], [3]]"])
def test_json_that_is_no_table_says_what_to_deliver(tmp_path: Path, content: str) -> None:
    assert refusal(written(tmp_path / "t.json", content)).key == "tables.not_a_table.json"
