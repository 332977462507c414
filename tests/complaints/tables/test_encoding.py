"""Bytes are read as the text that they are, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.errors import ItemRefused
from complaints.tables.encoding import detect_encoding
from tests.complaints.tables.tables import written

CHINESE = "投诉编号,投诉内容\nA1,变速箱换挡顿挫，低速一顿一顿的\nA2,车内有异味：开空调更重\n"
TRADITIONAL = "投訴編號,投訴內容\nA1,變速箱換檔頓挫，低速時車身抖動\nA2,引擎蓋下漏油，地上一灘\n"
ENGLISH = "id,text\nA1,The dealer couldn’t find it – “no fault”\nA2,doesn’t start below 0°\n"
GERMAN = "id,text\nA1,Die Tür schließt nicht, Geräusche über 80 km/h\nA2,Öl läuft aus\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (CHINESE, "utf-8", "utf-8"), (CHINESE, "utf-8-sig", "utf-8-sig"), (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-16-le", "utf-16-le"), (CHINESE, "utf-16-be", "utf-16-be"), (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"), (TRADITIONAL, "big5", "big5"), (TRADITIONAL, "gb18030", "gb18030"),
        (ENGLISH, "cp1252", "cp1252"), (GERMAN, "cp1252", "cp1252"), ("id,text\nA1,caf\u00e9\n", "cp1252", "cp1252"),
        ("text\nplain\n", "ascii", "utf-8"), (CHINESE + "A3,䶮䴙䴘\n", "gb18030", "gb18030"),
    ],
)  # fmt: skip
def test_bytes_are_read_as_their_text(tmp_path: Path, text: str, encoding: str, found: str) -> None:
    path = written(tmp_path / "t.csv", text.encode(encoding))
    assert detect_encoding(path) == found
    assert path.read_bytes().decode(found).removeprefix("\ufeff") == text


@pytest.mark.parametrize(
    "content",
    [b"text\n\xff\xff\xff\n", CHINESE.encode() + CHINESE.encode("gb18030"), b"text\n" + bytes(range(128, 256)) * 4,
     "text\nこれは日本語の苦情です\n".encode("shift_jis"), "text\nМашина не заводится совсем\n".encode("cp1251")],
)  # fmt: skip
def test_what_reads_as_no_text_is_refused_with_its_place(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ItemRefused) as refused:
        detect_encoding(written(tmp_path / "t.csv", content))
    assert refused.value.reason == "undecodable_bytes"
    assert refused.value.values["row"] >= 1
