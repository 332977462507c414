"""What a head of a PFMEA form means: decided by its words and the abbreviation in its brackets, not by a list of heads.

The kinds are those of the AIAG & VDA FMEA handbook (2019), in Chinese and English, and of the forms before it (RPN).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LONGEST_HEAD = 90  # characters; what is longer is an explanation or a cell of the table
BRACKETED = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
PLURAL = re.compile(r"\b(causes?|effects?|modes?|failures?|mechanisms?|controls?|steps?|actions?)\s*\(s\)")
RATINGS = ("severity", "occurrence", "detection")

# Abbreviations of the handbook, the more specific first: "Severity (S) of the failure effect (FE)" is a severity.
CODES: dict[str, str] = {
    "ap": "action_priority", "pfmea ap": "action_priority", "rpn": "other", "pc": "control", "dc": "control",
    "d": "detection", "det": "detection", "o": "occurrence", "occ": "occurrence", "s": "severity", "sev": "severity",
    "fc": "cause", "fe": "symptom", "fm": "failure_mode",
}  # fmt: skip

# Words of the ratings that are given again after the action: they never stand for those before it.
AFTERWARDS = re.compile(
    r"(措施|优化|改进|改善|整改|实施|完成|行动)(之)?后|采取的?措施|措施(执行|实施)?结果|改进结果|优化|最终|修订后|"
    r"\brevised\b|\bre-?assess|\bafter\b|\bresults?\b|\boptimi[sz]ation\b|\bactions? taken\b|\bresidual\b|"
    r"\bnew [sod]\b|"
    r"\bfinal\b|\bpost[- ]"
)

# The first that matches decides. The order is that of specificity: a rating of a cause is a rating, a cause of a
# failure mode is a cause, an effect of a failure mode is an effect; the function of a step is no step.
WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("other", r"理由|备注|说明|日期|\brationale\b|\bremarks?\b|\bdate\b|\brpn\b|风险顺序|风险系数|筛选|\bfilter\b"),
        ("action_priority", r"优先级|优先度|action\s*priority"),
        (
            "control",
            r"(预防|探测|检测|过程|工艺|设计)(性)?(的)?(控制|措施|方法)|控制|"
            r"prevent|\bcontrols?\b|detection (method|action)",
        ),
        ("detection", r"探测[度性率]|可?(探测|检测|检出|侦测)(度|性)|难检度|\bdetect|\bdet\b|^(探测|检测)$"),
        ("occurrence", r"频度|频数|发生[度率性]|发生频|\boccurr?ence\b|\bocc\b"),
        ("severity", r"严重[度性]?|\bseverity\b|\bsev\b"),
        (
            "other",
            r"(失效|故障|缺陷|要因)(模式|起因|原因|影响)?的? ?(编号|代码|序号)|"
            r"failure (mode |cause |effect )?(code|no\b|number|id)",
        ),
        ("cause", r"起因|原因|成因|机理|\bcauses?\b|mechanism"),
        ("symptom", r"后果|影响|\beffects?\b|consequence"),
        ("failure_mode", r"(失效|故障|缺陷|不良)(的)?(模式|形式)|failure\s*modes?"),
        ("other", r"过程项|要求项|process item|4m|工作要素|work element|步骤的?功能|功能[和及与]|function of"),
        (
            "station_id",
            r"工[位站]|岗位|站[号位]|\bstation\b|work ?station|(工序|过程|步骤|作业|工艺)\s*(编?号|代码|序号)|"
            r"\b(process|operation|proc|step|opn?|p)\.?\s*(step )?(no|number|id|#)|^p\. ?no|^op$",
        ),
        (
            "operation",
            r"工序|(过程|工艺|作业|操作)(步骤|名称|内容|描述|功能)|process\s*(step|name|function|description)|^process$|"
            r"\boperation|^步骤$|^操作$|^作业$|^过程$|^function$",
        ),
        ("component", r"零部?件|部件|组件|总成|\bcomponent\b|\bpart name\b|^part$|^item$"),
    )
)


def plain(text: str) -> str:
    """Return a head as it is read: half width, lower case, one blank between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_afterwards(text: str) -> bool:
    """Tell whether a head, or the group that it stands under, speaks of the time after the action."""
    return AFTERWARDS.search(plain(text)) is not None


def names_step_and_station(text: str) -> bool:
    """Tell whether one column holds both the step and its station ("2. 过程步骤 工位编号和关注要素名称")."""
    words = plain(text)
    return bool(re.search(r"步骤|process step|operation", words)) and bool(re.search(r"工[位站]|station", words))


def kind_of(text: str) -> str | None:
    """Return what a head means.

    Args:
        text: the head, in any width and case; line breaks are blanks.

    Returns:
        A column of the table `pfmea`, ``control`` or ``other`` for what is known and not used, None for no known head.
    """
    words = plain(text)
    if not words or len(words) > LONGEST_HEAD:
        return None
    words = PLURAL.sub(r"\1", words)
    inside = [code for match in BRACKETED.findall(words) for code in re.split(r"[/,、\s]+", match)]
    bare = " ".join(BRACKETED.sub(" ", words).split()).strip(" .:*")
    found = {CODES[code.strip(". ")] for code in (*inside, bare) if code.strip(". ") in CODES}
    if found:
        return next(kind for kind in CODES.values() if kind in found)
    return next((kind for kind, pattern in WORDS if pattern.search(bare) or pattern.search(words)), None)


def is_rating(text: str) -> bool:
    """Tell whether a cell is a rating: a whole number from 1 to 10."""
    return re.fullmatch(r"(10|[1-9])(\.0+)?", plain(text)) is not None


def is_number(text: str) -> bool:
    """Tell whether a cell is a bare number: no head is."""
    return re.fullmatch(r"[-+]?\d+([.,]\d+)?", plain(text)) is not None


def priority_of(text: str) -> str | None:
    """Return an action priority as H, M or L, None for anything else."""
    words = plain(text).strip(" .")
    levels = {"H": ("h", "高", "high"), "M": ("m", "中", "medium"), "L": ("l", "低", "low")}
    return next((level for level, names in levels.items() if words in names), None)


def fits(kind: str, values: Sequence[str]) -> bool:
    """Tell whether a column's cells can be what its head says: most of those that are filled.

    Ratings are 1 to 10, priorities H, M or L (高, 中, 低); a failure mode, effect or cause is text, never a number.
    """
    filled = [value for value in values if value.strip()]
    if not filled:
        return True
    if kind in RATINGS:
        good = sum(is_rating(value) for value in filled)
    elif kind == "action_priority":
        good = sum(priority_of(value) is not None for value in filled)
    elif kind in ("failure_mode", "symptom", "cause"):
        good = sum(re.search(r"[^\W\d_]{2}|[\u3400-\u9fff]", value) is not None for value in filled)
    else:
        return True
    return good * 2 > len(filled)
