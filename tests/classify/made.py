"""Cases, segments and labels for the tests of classify."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from complaints.records import Case, Language, Segment, Source
from complaints.run.night import Night
from complaints.store.cases import write_cases

TROUBLES = {
    "制动": ["刹车异响", "刹车片磨损", "踩刹车时方向盘抖", "刹车失灵", "刹车盘生锈"],
    "传动": ["变速箱顿挫", "变速箱漏油", "换挡冲击", "挂不上挡", "变速箱异响"],
    "销售": ["降价太多", "定金不退", "承诺的礼包没给", "发票不开", "交车一拖再拖"],
}
WHEN = ["早上", "上周", "冷车的时候", "高速上", "停车以后", "雨天", "过完年", "保养之后", "刚提车", "夏天"]


def a_case(case_id: str, text: str, language: Language = "zh", source: Source = "text") -> Case:
    return Case(
        case_id=case_id,
        source=source,
        external_id=None,
        source_ref=f"texts.csv#{case_id}",
        received_at=datetime(2026, 3, 1),
        received_at_from="given",
        serial_token=None,
        product=None,
        mileage=None,
        channel=None,
        language=language,
        text=text,
        duplicate_of=None,
        doubtful=False,
        content=None,
        partial=False,
    )


def labelled_texts() -> list[tuple[str, str]]:
    """Return (text, category) of 150 texts in three categories, all different."""
    return [
        (f"{when}{trouble}，第{number}次反映了", category)
        for category, troubles in TROUBLES.items()
        for number, (when, trouble) in enumerate((w, t) for w in WHEN for t in troubles)
    ]


def put(night: Night, cases: Sequence[Case], segments: Sequence[Segment] = ()) -> None:
    with night.store.transaction():
        night.store.append(list(segments))
        write_cases(night.store, cases)


def label(night: Night, rows: Sequence[tuple[str, str]], origin: str = "given") -> None:
    night.store.append_values("labels", [(case, category, origin) for case, category in rows], replace=True)
