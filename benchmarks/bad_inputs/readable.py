"""Tables as people have them, sound but odd: what each holds is known, so that a loss or a wrong day is seen."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from benchmarks.scale.wording import clause

FIRST_DAY, DAYS = date(2025, 1, 1), 500
FAULTS = (
    "发动机怠速抖动",
    "空调不制冷",
    "刹车踩下去有异响",
    "洗衣机脱水时剧烈震动",
    "车门关不严漏风",
    "屏幕黑屏后重启",
)
TRADITIONAL = ("發動機怠速抖動", "冷氣不冷", "煞車踩下去有異響", "車門關不緊會漏風")
WESTERN = ("Le moteur vibre au ralenti, déjà signalé à l'été", "Geräusch beim Bremsen, Tür schließt nicht")
EPOCH = datetime(1970, 1, 1)
NO_DATE = ("去年夏天", "2026-13-45", "32/13/2026", "N/A", "soon", "99999999999999")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# Moments are at 10:05 in the plant's zone (UTC+8), so that the day is the same in UTC.
DATES: dict[str, Callable[[date], str]] = {
    "iso": date.isoformat,
    "slashes": lambda d: f"{d.year}/{d.month}/{d.day}",
    "dots": lambda d: f"{d.year}.{d.month:02}.{d.day:02}",
    "compact": lambda d: f"{d:%Y%m%d}",
    "chinese": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "forenoon": lambda d: f"{d.year}/{d.month}/{d.day} 上午10:05",
    "afternoon": lambda d: f"{d.year}年{d.month}月{d.day}日 下午3点05分",
    "day first": lambda d: f"{d:%d/%m/%Y}",
    "month first": lambda d: f"{d:%m/%d/%Y} 10:05:00 AM",
    "day dots": lambda d: f"{d:%d.%m.%Y}",
    "month name": lambda d: f"{d:%d}-{MONTHS[d.month - 1]}-{d.year}",
    "american": lambda d: f"{MONTHS[d.month - 1]} {d.day}, {d.year}",
    "mail": lambda d: f"{WEEKDAYS[d.weekday()]}, {d.day:02} {MONTHS[d.month - 1]} {d.year} 10:05:00 +0800",
    "weekday": lambda d: f"{d.isoformat()} 星期{'一二三四五六日'[d.weekday()]} 10:05",
    "utc": lambda d: f"{d.isoformat()}T02:05:00Z",
    "offset": lambda d: f"{d.isoformat()}T10:05:00.000+08:00",
    "serial": lambda d: str((d - date(1899, 12, 30)).days),
    "serial with time": lambda d: f"{(d - date(1899, 12, 30)).days}.42",
    "epoch": lambda d: str(int((datetime(d.year, d.month, d.day, 2, 5) - EPOCH).total_seconds())),
    "epoch ms": lambda d: str(int((datetime(d.year, d.month, d.day, 2, 5) - EPOCH).total_seconds()) * 1000),
}
# As programs hand them over: values of cells, not words.
TYPED: dict[str, Callable[[date], object]] = {
    "cells of days": lambda d: d,
    "cells of moments": lambda d: datetime(d.year, d.month, d.day, 10, 5),
    "serials as numbers": lambda d: (d - date(1899, 12, 30)).days,
}
# What programs leave in texts: as written, and as meant.
LEFT_IN = (
    ("", ""), ("", ""), ("", ""), (" A&amp;B", " A&B"), (" 说&quot;没事&quot;", ' 说"没事"'),
    ("\r\n还没修好", "\n还没修好"),
    (' "原话", 如此', ' "原话", 如此'), (" a;b\tc|d", " a;b\tc|d"), ("<br>", "<br>"),
)  # fmt: skip
HEADS = (
    ("complaint_id", "received_at", "text"), ("投诉编号", "投诉时间", "投诉内容"), ("工单号", "受理时间", "问题描述"),
)  # fmt: skip
IDS = ("own", "none", "equal", "rounded", "anew")
FORMS = ("csv", "tsv", "xlsx", "jsonl", "json", "parquet", "csv.gz", "ndjson.gz")
DELIMITED = ("csv", "tsv", "csv.gz")


@dataclass
class Readable:
    """A table, and what is known of it.

    Args:
        days: the day of each text; None where its date cannot be read.
        left_out: rows that are no complaints.
        each: every row is a complaint of its own, whatever its id says.
        how: in words, for messages.
    """

    form: str
    content: bytes = b""
    days: dict[str, date | None] = field(default_factory=dict)
    left_out: int = 0
    each: bool = True
    how: str = ""


def readable(number: int, rng: random.Random) -> Readable:
    """Return a table; `number` makes its texts its own."""
    made = Readable(rng.choice(FORMS))
    encoding = rng.choice(ENCODINGS) if made.form in DELIMITED else "utf-8"
    foreign = encoding in ("big5", "cp1252")  # has no simplified characters
    head = list(HEADS[0] if foreign else rng.choice(HEADS))
    styles = [style for style, write in DATES.items() if not foreign or write(FIRST_DAY).isascii()]
    writers: dict[str, Callable[[date], object]] = {style: DATES[style] for style in styles}
    if made.form in ("xlsx", "parquet"):
        writers = TYPED if rng.random() < 0.4 else writers
    style, ids = rng.choice(list(writers)), rng.choice(IDS)
    texts = {"big5": TRADITIONAL, "cp1252": WESTERN}.get(encoding, FAULTS)
    made.each = ids in ("own", "none", "rounded")
    rows: list[list[object]] = []
    for at in range(rng.randint(4, 12)):
        text = rng.choice(texts) + (f" ({number}-{at})" if foreign else f"，{clause(number * 16 + at)}")
        # The first day is beyond the twelfth: that decides a column between day and month.
        day = FIRST_DAY + timedelta(rng.randrange(DAYS)) if at else date(2025, rng.randint(1, 12), rng.randint(13, 28))
        undated = at > 1 and rng.random() < 0.1 and not (style in TYPED and made.form == "parquet")
        written, meant = rng.choice(LEFT_IN) if not foreign else ("", "")
        made.days[text + meant] = None if undated else day
        rows.append(
            [_id(ids, number, at), rng.choice(NO_DATE[foreign:]) if undated else writers[style](day), text + written]
        )
    layout = rng.choice(LAYOUTS) if made.form in (*DELIMITED, "xlsx") else "plain"
    made.how = f"{made.form}, dates {style}, ids {ids}, {encoding}, {layout}"
    made.content = _written(made, head, rows, layout, encoding)
    return made


ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16", "big5", "cp1252")
LAYOUTS = (
    "plain",
    "title",
    "total",
    "title and total",
    "repeated head",
    "blank rows",
    "sep",
    "sheets",
    "merged title",
    "two heads",
    "stray quote",
)


def _id(ids: str, number: int, at: int) -> str:
    return {
        "own": f"K{number}-{at}", "none": "", "equal": f"K{number}-{at // 2}", "rounded": "2.02403E+11",
        "anew": str(at % 3 + 1),
    }[ids]  # fmt: skip


def _written(made: Readable, head: list[str], rows: list[list[object]], layout: str, encoding: str) -> bytes:
    records = [dict(zip(head, row, strict=True)) for row in rows]
    if made.form in ("jsonl", "ndjson.gz"):
        content = "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()
        return gzip.compress(content) if made.form.endswith(".gz") else content
    if made.form == "json":
        return json.dumps(records, ensure_ascii=False).encode()
    if made.form == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        sink = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(records), sink)
        return sink.getvalue()
    lines: list[list[object]] = [list(head), *rows]
    titles = ("Complaints", "Total") if encoding in ("big5", "cp1252") else ("投诉明细表", "合计")
    if "total" in layout:
        lines.append([titles[1], "", ""])
        made.left_out += 1
    if layout == "repeated head":
        lines.insert(3, list(head))
        made.left_out += 1
    if layout == "blank rows":
        lines[3:3] = [["", "", ""]] * 2
    if "title" in layout:
        lines.insert(0, [titles[0], "", ""])
    if layout == "two heads":
        lines.insert(0, ["Facts" if titles[1] == "Total" else "基本信息", "", ""])
    if made.form == "xlsx":
        return _workbook(lines, layout)
    if layout == "stray quote":
        made.each = False  # whether the quote is meant to be said is open; the rows behind it are not
    content = _delimited(made.form, lines, layout, encoding)
    return gzip.compress(content) if made.form.endswith(".gz") else content


def _delimited(form: str, lines: list[list[object]], layout: str, encoding: str) -> bytes:
    stream = io.StringIO()
    delimiter = "\t" if form == "tsv" else ";" if layout == "sep" else ","
    if layout == "sep" and form != "tsv":
        stream.write("sep=;\r\n")
    csv.writer(stream, delimiter=delimiter).writerows(lines)
    text = stream.getvalue()
    if layout == "stray quote":
        first, second = f"{lines[2][2]}", f"{lines[1][2]}"
        plain = next((line for line in (first, second) if f"{delimiter}{line}\r\n" in text), None)
        text = text.replace(f"{delimiter}{plain}\r\n", f'{delimiter}"{plain}\r\n') if plain else text
    return text.encode(encoding)


def _workbook(lines: list[list[object]], layout: str) -> bytes:
    from openpyxl import Workbook

    book, stream = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for line in lines:
        sheet.append([value if value != "" else None for value in line])
    if layout == "two heads":
        sheet.merge_cells("A1:B1")
    if layout == "merged title":
        sheet.merge_cells("A1:C1")
    if layout == "sheets":
        hidden = book.create_sheet("旧表")
        hidden.sheet_state = "hidden"
        for line in lines[:2]:
            hidden.append([*line[:2], "隐藏的投诉"])
        book.create_sheet("说明").append(["填表说明"])
    book.save(stream)
    return stream.getvalue()
