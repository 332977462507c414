"""The names that columns of text tables and of calls.csv may have, in Chinese and English."""

from __future__ import annotations

TEXT_COLUMNS: dict[str, tuple[str, ...]] = {
    "text": (
        "投诉内容", "问题描述", "故障描述", "客户描述", "投诉描述", "反馈内容", "故障现象", "投诉详情",
        "问题详情", "客户反映", "客户诉求", "来电内容", "工单内容", "投诉事项", "问题现象", "complaint text",
        "complaint", "complaint description", "problem description", "issue description", "customer complaint",
        "customer comment", "customer comments", "verbatim", "customer verbatim", "narrative", "cdescr",
    ),
    "complaint_id": (
        "投诉编号", "投诉单号", "工单号", "工单编号", "投诉单编号", "受理单号", "complaint id", "complaint no",
        "complaint no.", "complaint number", "case id", "case no", "case no.", "case number", "ticket",
        "ticket id", "ticket no", "ticket number", "odino",
    ),
    "received_at": (
        "接收时间", "受理时间", "投诉时间", "投诉日期", "受理日期", "接收日期", "来电时间", "来电日期",
        "反馈时间", "反馈日期", "报修时间", "报修日期", "received", "received at", "received on",
        "received date", "date received", "complaint date", "date of complaint", "reported at", "reported on",
        "report date", "ldate",
    ),
    "serial": (
        "车架号", "序列号", "机身编号", "底盘号", "VIN", "VIN码", "车架号码", "车辆识别代号", "车辆识别码",
        "产品序列号", "机身号", "整机条码", "serial no", "serial no.", "serial number", "vin number",
        "chassis number",
    ),
    "product": (
        "车型", "产品", "型号", "产品型号", "车系", "机型", "产品名称", "product name", "vehicle model",
        "car model",
    ),
    "mileage": (
        "里程", "行驶里程", "公里数", "里程数", "里程(km)", "行驶里程(km)", "mileage km",
        "kilometers",
    ),
    "channel": (
        "渠道", "来源渠道", "投诉渠道", "受理渠道", "反馈渠道", "complaint channel", "contact channel",
    ),
    "category": (
        "类别", "分类", "投诉类别", "故障类别", "投诉类型", "故障类型", "问题类型", "问题分类",
        "complaint category",
    ),
}  # fmt: skip

# Plain heads of exports, which mean these where no other head does; the likelier first.
WEAK_COLUMNS: dict[str, tuple[str, ...]] = {
    "text": (
        "内容", "描述", "详情", "反馈", "说明", "description", "content", "comments", "comment", "message",
        "body", "details", "detail", "summary", "feedback", "problem", "issue", "symptom", "notes", "remarks",
    ),
    "complaint_id": (
        "编号", "单号", "id", "no", "no.", "number", "reference", "ref", "case",
    ),
    "received_at": (
        "创建时间", "创建日期", "登记时间", "登记日期", "提交时间", "日期", "时间", "date", "created at",
        "created", "created on", "creation date", "create time", "opened at", "opened", "date opened",
        "submitted at", "timestamp", "datetime", "time",
    ),
    "serial": (
        "serial", "sn", "s/n", "chassis", "chassis no", "unit",
    ),
    "product": (
        "model", "车辆型号", "item", "model name", "车辆", "vehicle",
    ),
    "mileage": (
        "km", "公里",
    ),
    "channel": (
        "来源", "source", "origin", "via",
    ),
}  # fmt: skip

CALL_COLUMNS: dict[str, tuple[str, ...]] = {
    "file": ("文件", "文件名", "录音文件"),
    "call_id": ("通话编号", "来电编号", "录音编号"),
    "received_at": ("接收时间", "来电时间", "通话时间"),
    "serial": ("车架号", "序列号", "机身编号", "底盘号", "VIN"),
    "product": ("车型", "产品", "型号", "产品型号"),
    "customer_channel": ("客户声道", "客户通道"),
    "language": ("语言", "语种"),
}

CHANNELS = {"left": "left", "right": "right", "mix": "mix", "左": "left", "右": "right", "左声道": "left"}
CHANNELS |= {"右声道": "right", "混合": "mix", "单声道": "mix", "mono": "mix", "l": "left", "r": "right"}
LANGUAGES = {"zh": "zh", "en": "en", "中文": "zh", "汉语": "zh", "普通话": "zh", "英文": "en", "英语": "en"}


def aliases(columns: dict[str, tuple[str, ...]], mapped: dict[str, str] | None = None) -> dict[str, str]:
    """Return {header: column} of the built-in names and the user's own (`[intake.columns]`), which win."""
    known = {header: column for column, headers in columns.items() for header in (column, *headers)}
    own = {header: column for header, column in (mapped or {}).items() if column in columns}
    # A column that the user mapped no longer answers to its Chinese names: both may stand in the file.
    kept = {header: column for header, column in known.items() if column not in own.values() or header == column}
    return kept | own


def text_aliases(mapped: dict[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return {header: column} of text tables, and the weak ones among the headers, the likelier first.

    A header of ours keeps its meaning in files without the user's: there it is weak.

    Args:
        mapped: the user's own (`[intake.columns]`).
    """
    own = aliases(TEXT_COLUMNS, mapped)
    rest = {h: c for columns in (TEXT_COLUMNS, WEAK_COLUMNS) for c, names in columns.items() for h in names}
    weak = [header for header in rest if header not in own]
    return own | {header: rest[header] for header in weak}, tuple(weak)
