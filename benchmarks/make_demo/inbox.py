"""Writes the complaints as the call centre, the web shop and the export office would hand them over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from benchmarks.make_demo.complaints import CallRecord, Complaint
from benchmarks.make_demo.tables import write_csv

_CHINESE_HEADER = ("投诉编号", "投诉内容", "接收时间", "车架号", "车型", "里程", "渠道")
_ENGLISH_HEADER = ("complaint_id", "text", "received_at", "serial", "product", "mileage", "channel")
_SECOND_QUARTER = date(2026, 4, 1)
_WEB_CHANNELS = ("微信小程序", "官网", "APP")


@dataclass(frozen=True, slots=True)
class Filed:
    """A complaint with the id and the channel it has in its file."""

    complaint_id: str
    channel: str
    complaint: Complaint


def file_complaints(complaints: Sequence[Complaint]) -> dict[str, list[Filed]]:
    """Deal the complaints, given in order of time, to the four files; ids count within a file."""
    files: dict[str, list[Filed]] = {
        name: [] for name in ("hotline_2026q1.csv", "hotline_2026q2.csv", "online_2026h1.xlsx", "export_2026h1.jsonl")
    }
    for number, one in enumerate(complaints):
        if one.english:
            name, prefix, channel = "export_2026h1.jsonl", "EX", "email"
        elif number % 5 < 2:
            name, prefix, channel = "online_2026h1.xlsx", "WEB", _WEB_CHANNELS[number // 5 % 3]
        elif one.received_at.date() < _SECOND_QUARTER:
            name, prefix, channel = "hotline_2026q1.csv", "RX1", "热线"
        else:
            name, prefix, channel = "hotline_2026q2.csv", "RX2", "热线"
        files[name].append(Filed(f"{prefix}-{len(files[name]) + 1:04d}", channel, one))
    return files


def write_texts(folder: Path, files: dict[str, list[Filed]]) -> None:
    """Write the four files: GB18030 with Chinese headers and dates, UTF-8, a workbook, and JSON lines."""
    first, second, online, export = files.values()
    chinese_dates = [_cells(filed, _chinese_time(filed.complaint.received_at)) for filed in first]
    write_csv(folder / "hotline_2026q1.csv", _CHINESE_HEADER, chinese_dates, "gb18030")
    iso = [_cells(filed, filed.complaint.received_at.isoformat(timespec="minutes")) for filed in second]
    write_csv(folder / "hotline_2026q2.csv", _ENGLISH_HEADER, iso, "utf-8-sig")
    _write_workbook(folder / "online_2026h1.xlsx", online)
    with (folder / "export_2026h1.jsonl").open("w", encoding="utf-8", newline="\n") as stream:
        for filed in export:
            cells = _cells(filed, filed.complaint.received_at.isoformat(timespec="minutes"))
            row = {name: cell for name, cell in zip(_ENGLISH_HEADER, cells, strict=True) if cell is not None}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_calls(folder: Path, calls: Sequence[CallRecord]) -> None:
    """Write calls.csv, the sidecar of the recordings."""
    header = ("file", "call_id", "received_at", "serial", "product", "customer_channel", "language")
    rows = [
        (
            call.file,
            call.file.removesuffix(".ogg"),
            call.received_at.isoformat(timespec="minutes"),
            call.unit.serial,
            call.unit.product,
            "right",
            "zh",
        )
        for call in calls
    ]
    write_csv(folder / "calls.csv", header, rows)


def _cells(filed: Filed, received_at: object) -> tuple[object, ...]:
    one = filed.complaint
    return filed.complaint_id, one.text, received_at, one.serial, one.product, one.mileage_km, filed.channel


def _chinese_time(moment: datetime) -> str:
    return f"{moment.year}/{moment.month}/{moment.day} {moment:%H:%M}"


def _write_workbook(path: Path, filed: Sequence[Filed]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.properties.creator = "示例工厂"
    sheet = book.active
    sheet.title = "线上投诉"
    sheet.append(list(_CHINESE_HEADER))
    for one in filed:
        sheet.append(list(_cells(one, one.complaint.received_at)))
    for column, width in zip("ABCDEFG", (12, 80, 18, 20, 10, 8, 12), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    book.save(path)
