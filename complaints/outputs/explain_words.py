"""What `complaints explain` says in Chinese and English: headings, sentences, names of columns and their values."""

from __future__ import annotations

from typing import Any

WORDS = {
    "zh": {
        "text": "原文", "call": "通话", "found": "找到的内容", "nothing": "没有", "category": "类别", "issue": "问题",
        "reviews": "复核", "repeats": "重复", "repeat_of": "与 {} 重复", "repeated_by": "{} 与它重复",
        "undated": "无日期", "doubtful": "存疑", "partial": "不完整", "doubt": "  （存疑：{}）",
        "heard": "  （听到的是：{}）", "turn": "{:7.1f} 秒  {}  {}{}{}", "part": "（{}）", "second": "，第 {:.1f} 秒",
        "mention": "{} {}（{}）{}：{}，第 {} 字“{}”，来自{}（{:.2f}）{}", "decided": "{}：{}，置信度 {:.2f}",
        "runners_up": "其次：{}", "drove": "起作用的词：{}", "model": "模型 {}", "near_line": "{}：{}，{}：{}",
        "joined": "归入同一{}的较早案例", "nearest": "最接近的案例（{:.2f}）",
        "nearest_confirmed": "最接近的已确认案例（{:.2f}）", "state": "状态",
        "issue_state": "{}，{}；{} 个案例，{} 台车，{} 至 {}", "events": "经过", "causes": "原因", "cases": "案例",
        "cause": "原因", "cause_state": "第 {} 位：{}，工位 {}，{}，{}", "cause_line": "{}  第 {} 位：{} {}（{}）",
        "figures": "数字", "evidence": "依据（数据）", "decisions": "专家判断", "warning": "预警",
        "serials": "序列号（本次查看已记录）", "no_serial": "没有已知的序列号",
    },
    "en": {
        "text": "Text", "call": "Call", "found": "Found in it", "nothing": "nothing", "category": "Category",
        "issue": "Issue", "reviews": "Reviews", "repeats": "Repeats", "repeat_of": "repeats {}",
        "repeated_by": "repeated by {}", "undated": "undated", "doubtful": "doubtful", "partial": "partial",
        "doubt": "  (doubtful: {})", "heard": "  (heard: {})", "turn": "{:7.1f} s  {:8}  {}{}{}", "part": " of {}",
        "second": ", second {:.1f}", "mention": '{} {} ({}){}: {}, at {} "{}", via {} ({:.2f}){}',
        "decided": "{}: {}, confidence {:.2f}", "runners_up": "runners-up: {}", "drove": "words that drove it: {}",
        "model": "model {}", "near_line": "{}: {}, {}: {}", "joined": "joined to the earlier case of the same {}",
        "nearest": "nearest ({:.2f})", "nearest_confirmed": "nearest confirmed ({:.2f})", "state": "State",
        "issue_state": "{}, {}; {} cases of {} vehicles, {} to {}", "events": "Events", "causes": "Causes",
        "cases": "Cases", "cause": "Cause", "cause_state": "rank {}: {} at {}, {}, {}",
        "cause_line": "{}  rank {}: {} {} ({})", "figures": "Figures", "evidence": "Evidence",
        "decisions": "Decisions", "warning": "Warning", "serials": "Serial numbers (this look was logged)",
        "no_serial": "none is known",
    },
}  # fmt: skip
# Names of columns and their fixed values, as the reports say them; a value that is not here is shown as it is.
CHINESE = {
    "case": "案例", "issue": "问题", "cause": "原因", "warning": "预警", "symptom": "症状", "component": "部件",
    "condition": "条件", "station": "工位", "present": "存在", "absent": "否认", "hypothetical": "假设",
    "dictionary": "词典", "phonetic": "读音", "model": "模型", "customer": "客户", "agent": "客服", "unknown": "未知",
    "fault": "故障", "service": "服务", "none": "无关", "other": "其他", "auto": "自动", "review": "待复核",
    "confirmed": "已确认", "rejected": "已否决", "open": "未结", "supported": "数据支持",
    "knowledge only": "仅凭工艺知识", "not separable": "无法区分", "contradicted": "与数据不符", "new": "新出现",
    "growing": "上升", "stable": "平稳", "fading": "减弱", "closed": "已关闭", "quiet": "已平息",
    "acknowledged": "已确认收到", "born": "产生", "grew": "扩大", "merged": "合并", "split": "拆分",
    "renamed": "改名", "category": "类别", "mention": "提及", "transcript": "转写", "vehicle": "车辆",
    "meaning": "含义", "probability": "概率", "prior": "先验概率", "relative_risk": "相对风险", "rr_low": "95% 下限",
    "rr_high": "95% 上限", "q_value": "q 值", "exposed_cases": "经过该处的投诉车辆",
    "exposed_units": "经过该处的车辆", "factor": "因素", "level": "水平", "warning_id": "预警编号",
    "group_kind": "对象种类", "group_id": "对象编号", "product": "产品", "night": "日期", "rule": "规则",
    "observed": "实际案例数", "expected": "预期案例数", "limit": "上限", "rate_per_1000": "每千台案例数",
    "baseline_from": "基线起始日", "baseline_to": "基线截止日", "excluded_windows": "未计入基线的周",
    "first_alarm": "首次预警", "status": "状态",
}  # fmt: skip


def said(value: Any, language: str) -> str:
    """Return a column's name or a fixed value in zh or en; any other value as it is."""
    text = str(value)
    return CHINESE.get(text, text.replace("_", " ")) if language == "zh" else text.replace("_", " ")
