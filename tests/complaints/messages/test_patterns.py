"""Messages in the language of the workspace: all that doctor, status and quarantine say has its Chinese."""

from __future__ import annotations

import csv
from importlib.resources import files
from string import Formatter

import pytest

from complaints.messages import in_language


def test_every_row_keeps_the_values_of_its_message() -> None:
    text = (files("complaints") / "data" / "wording_zh.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    held = {row["en"]: [name for _, name, _, _ in Formatter().parse(row["zh"]) if name is not None] for row in rows}
    lost = [text for text, names in held.items() if text.count("{}") != len(names)]
    assert (len(rows) > 100, lost) == (True, [])


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("the file is empty. Export it again", "文件是空的。请重新导出"),
        ("units without a build date: 12", "没有生产日期的车辆：12"),
        ("3 of 10 complaints (30%) were traced to a unit with its passes last night",
         "昨夜 10 条投诉中有 3 条（30%）追溯到了有过站记录的车辆"),
        ("complaints.toml, asr.beam. The nearest known one is asr.beam_size",
         "complaints.toml, asr.beam。最接近的是 asr.beam_size"),
        ("asr.beam_size: not a valid value: input should be greater than 0. "
         "Meaning: beams of the search; 1 is faster and makes more errors",
         "asr.beam_size：取值无效：input should be greater than 0。含义：搜索的束宽；1 更快，但错误更多"),
        ("something that nobody translated: 5", "something that nobody translated: 5"),
    ],
)  # fmt: skip
def test_a_message_is_said_in_chinese_with_its_values(text: str, chinese: str) -> None:
    assert in_language(text, "zh") == chinese


def test_english_stays_as_it_is() -> None:
    assert in_language("the file is empty. Export it again", "en") == "the file is empty. Export it again"
