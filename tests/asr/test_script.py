"""How recognised text is written."""

from __future__ import annotations

import pytest

from asr.script import written


@pytest.mark.parametrize(
    ("raw", "language", "stored"),
    [
        ("發動機設計有缺陷", "zh", "发动机设计有缺陷"),
        ("没有漏油|也没有异响", "zh", "没有漏油，也没有异响"),
        ("没有漏油。|也没有异响", "zh", "没有漏油。也没有异响"),
        ("垃圾公司 丧良心", "zh", "垃圾公司，丧良心"),
        ("没有,灯都没亮?", "zh", "没有，灯都没亮？"),
        ("行驶6,858公里", "zh", "行驶6,858公里"),
        ("车\ufffd机", "zh", "车机"),
        (" My car| makes noise. | Really.", "en", "My car, makes noise. Really."),
        ("|", "zh", ""),
    ],
)
def test_text_is_written_one_way(raw: str, language: str, stored: str) -> None:
    assert written(raw, language) == stored


def test_writing_again_changes_nothing() -> None:
    once = written("發動機|異響 很大,對嗎?", "zh")
    assert written(once, "zh") == once
