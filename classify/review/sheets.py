"""The review workbook: its sheets, their columns, and the hash that ties each row to what was shown."""

from __future__ import annotations

from dataclasses import dataclass

from complaints.fingerprints import digest
from complaints.vocabulary import ExpertDecision, MentionVerdict, words_of

REVIEWER, DECIDED_ON, COMMENT = "reviewer", "decided_on", "comment"
CASES, MENTIONS, TRANSCRIPTS, CAUSES, LISTS, GUIDE = "cases", "mentions", "transcripts", "causes", "lists", "guide"
VERDICTS = words_of(MentionVerdict)
CAUSE_DECISIONS = words_of(ExpertDecision)
SIGNED = (REVIEWER, DECIDED_ON, COMMENT)
HASH_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet.

    Args:
        name: of the sheet.
        keys: columns that say what the row is about; protected.
        shown: further protected columns.
        asked: columns in which a decision is made; the first is the decision, the rest goes with it.
        width: of columns, by name, in characters.
    """

    name: str
    keys: tuple[str, ...]
    shown: tuple[str, ...]
    asked: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in order; `hash` stands behind the keys."""
        return (*self.keys, "hash", *self.shown, *self.asked, *SIGNED)


SHEETS = (
    Sheet(
        CASES,
        ("case_id",),
        ("received_at", "product", "text", "category", "confidence", "runners_up", "words", "earlier_reviews"),
        ("decision",),
    ),
    Sheet(
        MENTIONS,
        ("case_id", "kind", "code", "start", "end"),
        ("quote", "name", "component", "polarity", "via"),
        ("verdict", "right_code"),
    ),
    Sheet(TRANSCRIPTS, ("case_id", "start_s", "channel"), ("speaker", "text", "doubt"), ("right_text",)),
    Sheet(
        CAUSES, ("cause_id",), ("about", "station_id", "cause", "probability", "verdict", "decided"), ("decision",)
    ),
)  # fmt: skip
WIDTHS = {"text": 70, "quote": 50, "right_text": 60, "words": 30, "comment": 30, "about": 30, "cause": 40, "doubt": 24}
TITLES = {
    "zh": {
        "case_id": "案例编号", "hash": "校验码", "received_at": "收到时间", "product": "产品", "text": "原文",
        "category": "系统判断", "confidence": "把握", "runners_up": "其他可能", "words": "依据词",
        "earlier_reviews": "已有评审", "decision": "您的结论", "kind": "种类", "code": "代码", "start": "起",
        "end": "止",
        "quote": "上下文", "name": "名称", "component": "部件", "polarity": "极性", "via": "来源",
        "verdict": "对/错/极性",
        "right_code": "正确代码", "start_s": "秒", "channel": "声道", "speaker": "说话人", "doubt": "疑点",
        "right_text": "正确文字", "cause_id": "原因编号", "about": "问题", "station_id": "工位", "cause": "原因",
        "probability": "概率", "decided": "目前结论", "reviewer": "评审人", "decided_on": "日期", "comment": "备注",
    },
    "en": {
        "case_id": "Case", "hash": "Check", "received_at": "Received", "product": "Product", "text": "Text",
        "category": "Machine's category", "confidence": "Confidence", "runners_up": "Runners-up",
        "words": "Driving words", "earlier_reviews": "Reviews so far", "decision": "Your decision", "kind": "Kind",
        "code": "Code", "start": "From", "end": "To", "quote": "Quote", "name": "Name", "component": "Component",
        "polarity": "Polarity", "via": "Via", "verdict": "Right, wrong or polarity", "right_code": "Right code",
        "start_s": "Second", "channel": "Channel", "speaker": "Speaker", "doubt": "Doubt", "right_text": "Right text",
        "cause_id": "Cause", "about": "About", "station_id": "Station", "cause": "Cause", "probability": "Probability",
        "decided": "Decided", "reviewer": "Reviewer", "decided_on": "Date", "comment": "Comment",
    },
}  # fmt: skip
HELP = {
    "zh": (
        "只填白色单元格。灰色部分受保护：改动了编号或校验码的行不会被采纳。",
        "每个结论要有评审人；日期空着就算导入当天。没填的行保持原样。",
        "“您的结论”从下拉表中选。两人意见不同的案例在导入后列出，多数意见生效。",
        "导入：complaints review import 文件.xlsx",
    ),
    "en": (
        "Fill in the white cells alone. Grey ones are protected: a row whose id or check was changed is refused.",
        "Each decision needs a reviewer; an empty date means the day of the import. Rows left empty stay as they are.",
        "Choose your decision from the list. Cases on which two reviewers differ are named at the import; the majority "
        "counts.",
        "Import: complaints review import FILE.xlsx",
    ),
}


def row_hash(sheet: Sheet, keys: tuple[object, ...], content: str) -> str:
    """Return the check of a row: its sheet, its keys, and what the reviewer was shown."""
    return digest("review", sheet.name, *(str(key) for key in keys), content)[:HASH_DIGITS]
