"""Headers: where they stand, what each means, and when a first row is no header but somebody's data."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from complaints.errors import ItemRefused
from complaints.redaction import redact_label
from complaints.tables.dates import date_readings
from complaints.tables.types import RawRow, Reading, Source

_PASSED_OVER = dict.fromkeys(map(ord, "_-*:：\ufeff"))
LONGEST_HEADER = 40  # characters; what is longer is a title, an explanation or a text
QUOTED_HEADERS = 12
# Columns that count complaints: a list of single complaints has none of them.
_COUNTS = re.compile(
    r"(数量|计数|次数|件数|台数|起数|条数|投诉数|投诉量|总数|合计|总计|占比|比例|百分比|count|counts|total|number|qty|quantity"
    r"|frequency|percentage|percent|share|求和项.*|计数项.*|平均值项.*|sumof.*|countof.*|averageof.*|grandtotal|行标签|rowlabels)"
)
_WORDS = re.compile(
    r"号|编|码|名|称|日期|时间|内容|描述|类|型|里程|渠道|地区|城市|省|状态|备注|来源|等级|原因|部门|产品|车|电话|地址|客户"
    r"|\b(id|no|name|date|time|text|type|model|code|status|city|state|remark|comment|description|phone|address|product"
    r"|serial|vin|number|mileage|channel|category|summary|title|customer|case|file)\b",
    re.I,
)


def header_key(header: str) -> str:
    """Return a header as it is compared: NFKC, case folded, without blanks, underscores and hyphens."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return "".join(folded.split()).translate(_PASSED_OVER)


def columns_by_key(aliases: Mapping[str, str]) -> dict[str, str]:
    """Return the canonical column of each header, by its `header_key`.

    Args:
        aliases: header -> canonical column; canonical names are headers of their own, unless they are mapped.
    """
    return {header_key(header): column for header, column in [*((c, c) for c in aliases.values()), *aliases.items()]}


@dataclass(frozen=True)
class Header:
    """A table's understood headers.

    Args:
        row: number of the row (the lower of two) that they stand in; 0: the format names its columns.
        names: the headers as they stand, by place.
        columns: what each column is called in rows: its canonical column, else the header itself, "" for none.
        passed_over: (header, column) of those for which a better header was there.
        matched: canonical columns that are there.
    """

    row: int
    names: tuple[str, ...]
    columns: tuple[str, ...]
    passed_over: tuple[tuple[str, str], ...]
    matched: frozenset[str]

    @property
    def unmapped(self) -> list[str]:
        """Headers that mean no column."""
        over = {name for name, _ in self.passed_over}
        found = zip(self.names, self.columns, strict=True)
        return [name for name, column in found if name and (column not in self.matched or name in over)]

    @property
    def taken_for(self) -> list[tuple[str, str]]:
        """(header, canonical column) of what was understood."""
        found = zip(self.names, self.columns, strict=True)
        return [(name, column) for name, column in found if name and column in self.matched]


class HeaderFinder:
    """Finds the headers of a file's tables."""

    def __init__(self, reading: Reading) -> None:
        self._known = columns_by_key(reading.aliases)
        self._required = frozenset(reading.required)
        self._weak = {header_key(header): place for place, header in enumerate(reading.weak, start=1)}
        self._order = {header_key(header): place for place, header in enumerate(reading.aliases)}
        # Where weak headers are known, the likelier of two counts; the words of a complaint are never chosen among.
        usual = self._required if reading.weak else frozenset(self._known.values())
        self._alone = usual if reading.alone is None else reading.alone

    def find(self, source: Source, where: str) -> tuple[Header | None, list[RawRow]]:
        """Return a table's headers, None where no row is one, and the rows that were looked at.

        The row with most known headers counts, the first of several; two rows together where they know more than each.

        Raises:
            ItemRefused: `double_column`.
        """
        if source.header is not None:
            return self._header(0, source.header, where), []
        head = source.head()
        best: tuple[int, int, list[str]] | None = None  # columns known, row number, names
        for place, row in enumerate(head):
            if row.problem is not None or not any(row.cells):
                continue
            names = _trimmed(row.cells)
            candidates = [(self._score(names), row.number, names)]
            if place + 1 < len(head) and self._score(names) and self._score(head[place + 1].cells):
                both = _joined(row.cells, head[place + 1].cells, self._known)
                if self._score(both) > max(candidates[0][0], self._score(head[place + 1].cells)):
                    candidates.append((self._score(both), head[place + 1].number, both))
            for candidate in candidates:
                if self._fits(candidate[2]) and (best is None or candidate[0] > best[0]):
                    best = candidate
        if best is None and not self._required:
            first = next((row for row in head if any(row.cells)), None)
            best = (0, first.number, _trimmed(first.cells)) if first else None
        return (None, head) if best is None else (self._header(best[1], best[2], where), head)

    def _score(self, names: Sequence[str]) -> int:
        return len({self._known[key] for name in names if (key := header_key(name)) in self._known})

    def _fits(self, names: Sequence[str]) -> bool:
        found = {self._known.get(header_key(name)) for name in names}
        return self._required <= found and found != {None}

    def _header(self, row: int, names: Sequence[str], where: str) -> Header:
        by_column: dict[str, list[int]] = {}
        columns = [self._known.get(header_key(name), name.strip()) for name in names]
        for place, column in enumerate(columns):
            if column:
                by_column.setdefault(column, []).append(place)
        passed: list[tuple[str, str]] = []
        known = set(self._known.values())
        for column, places in by_column.items():
            if len(places) == 1:
                continue
            best = self._best(names, column, places, where) if column in known else places[0]
            for number, place in enumerate(places, start=1):
                if place != best:
                    passed += [(names[place], column)] if column in known else []
                    # The other one stays readable: under its own name, or numbered where it has the same.
                    own = names[place].strip()
                    columns[place] = own if own not in columns and own not in known else f"{own} ({number})"
        matched = frozenset(column for column in columns if column in known)
        return Header(row, tuple(names), tuple(columns), tuple(passed), matched)

    def _best(self, names: Sequence[str], column: str, places: list[int], where: str) -> int:
        """Return which of several headers means a column: a strong one before weak ones, never two strong ones."""
        ranks = {place: self._weak.get(header_key(names[place]), 0) for place in places}
        strong = [place for place in places if ranks[place] == 0]
        if len(strong) > 1 and column in self._alone:
            shown = quotable([names[place] for place in strong])
            if not shown:
                raise ItemRefused("tables.double_column.unnamed", where, count=len(strong), column=column)
            raise ItemRefused("tables.double_column", where, headers=shown, column=column)
        return min(places, key=lambda place: (ranks[place], self._order.get(header_key(names[place]), 0), place))

    def counts(self, header: Header) -> bool:
        """Tell whether a table counts complaints: it has a column of counts, and none of what a single one has."""
        single = header.matched & {"complaint_id", "received_at", "serial", "mileage", "file", "station_id"}
        return "text" in header.matched and not single and any(_COUNTS.fullmatch(header_key(n)) for n in header.names)

    def missing(self, head: list[RawRow], source: Source, where: str) -> ItemRefused:
        """Return why a table without the required headers is refused, in words that help and quote nobody's data."""
        wanted = next(iter(sorted(self._required)), "")
        names = source.header if source.header is not None else None
        if names is None:
            # What is merged over several columns counts once: a title over the whole width is no row of heads.
            rows = [(_trimmed(row.cells), [name for name, _ in groupby(filter(None, row.cells))]) for row in head]
            most = max((len(told) for _, told in rows), default=0)
            names, told = next((row for row in rows if len(row[1]) * 2 >= most), ([], []))
            if _is_data(told):
                return ItemRefused("tables.no_header", where, columns=len(names), column=wanted)
            names = told
        shown = quotable(names)
        if not shown:
            return ItemRefused("tables.missing_column.unnamed", where, column=wanted, count=len(names))
        return ItemRefused("tables.missing_column", where, column=wanted, names=shown)


def _trimmed(cells: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _joined(upper: Sequence[str], lower: Sequence[str], known: Mapping[str, str]) -> list[str]:
    """Return the headers of two rows: each column's lower one, both together, or the upper one, whichever is known."""
    width = max(len(upper), len(lower))
    rows = [[*row, *([""] * (width - len(row)))] for row in (upper, lower)]
    names = []
    for top, bottom in zip(*rows, strict=True):
        choices = [bottom, f"{top} {bottom}" if top and bottom else "", top]
        names.append(next((name for name in choices if name and header_key(name) in known), bottom or top))
    return _trimmed(names)


def _is_data(names: Sequence[str]) -> bool:
    """Tell whether a row holds data: a cell with a number, a date or a text, or one value twice and more."""
    filled = [name for name in names if name]
    return any(not is_label(name) for name in filled) or any(n > 2 for n in Counter(filled).values())


def is_label(text: str) -> bool:
    """Tell whether a cell may be a header: short, one line, without long numbers, dates and plates in it."""
    if len(text) > LONGEST_HEADER or "\n" in text.strip() or re.search(r"\d{4,}|@|[，。！？；]", text):
        return False
    plate = re.search(r"[\u4e00-\u9fff][A-Z][·\s]?[A-Z0-9]{5,6}", text)
    return not plate and not text.replace(".", "").replace("-", "").isdecimal() and not date_readings(text)


def quotable(names: Sequence[str]) -> list[str]:
    """Return headers that may stand in a message: all of them labels, and most of them words that headers have.

    A row of data may look like labels (a name, a city, a fault): it is not quoted, nor is anything that redaction
    would take a word from.
    """
    filled = [name for name in names if name]
    if not filled or any(not is_label(name) or redact_label(name) != name for name in filled):
        return []
    usual = sum(bool(_WORDS.search(name)) or (name.isascii() and name.replace("_", "").islower()) for name in filled)
    if usual * 2 < len(filled):
        return []
    shown = filled[:QUOTED_HEADERS]
    return shown + (["…"] if len(filled) > QUOTED_HEADERS else [])
