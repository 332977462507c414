"""The names that columns of text tables and of calls.csv may have, in Chinese and English."""

from __future__ import annotations

TEXT_COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("投诉内容", "问题描述", "故障描述", "客户描述", "投诉描述", "描述", "内容", "反馈内容", "故障现象"),
    "complaint_id": ("投诉编号", "投诉单号", "工单号", "工单编号"),
    "received_at": ("接收时间", "受理时间", "投诉时间", "投诉日期", "受理日期", "接收日期", "创建时间"),
    "serial": ("车架号", "序列号", "机身编号", "底盘号", "VIN"),
    "product": ("车型", "产品", "型号", "产品型号"),
    "mileage": ("里程", "行驶里程", "公里数"),
    "channel": ("渠道", "来源渠道", "投诉渠道"),
    "category": ("类别", "分类", "投诉类别", "故障类别"),
}

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
