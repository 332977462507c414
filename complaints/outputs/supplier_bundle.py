"""`complaints share`: a supplier's bundle. Aggregates only: no case, no quote, no serial number, no small cell.

The bundle holds what the last run knows about one supplier: complaints by month, symptoms, causes at its stations or
with its name as the level, and actions. A count from 1 to under the smallest cell is hidden, and every figure that
would give it away with it; counts over all months are rounded to multiples of the smallest cell, so that a hidden month
cannot be worked out from them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complaints.errors import StoreError, UsageError
from complaints.messages import message
from complaints.nearest_name import meant
from complaints.outputs import bundle_check
from complaints.outputs.snapshot_reader import Results, last_night
from complaints.redaction import redact_name
from complaints.tables import safe_cell

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.workspace import Workspace

FORMAT = 1
DAY_ONE = (1980, 1, 1, 0, 0, 0)  # of every file in the archive: the same data give the same bytes
SHOWN = ("supported", "not separable")  # verdicts of causes that are shared
README = """\
{supplier} · {night}

中文：本包只含汇总数字，由投诉分析工具生成。没有客户、录音、原话、序列号或车架号。
小于 {smallest} 的计数以“<{smallest}”表示；causes.csv 的计数取 {smallest} 的倍数。
这些是信号，不是已证实的原因。核对：python check.py 本包.zip

English: aggregate figures alone. No customer, recording, quote, serial number or VIN is in here.
Counts under {smallest} are written "<{smallest}"; those of causes.csv are rounded to multiples of {smallest}.
These are signals, not proven causes. To check it: python check.py THIS.zip

months.csv    complaints a month, per million units in service, and open actions
symptoms.csv  complaints a month by symptom, the most frequent ones
causes.csv    what the data support, or cannot tell apart, at the supplier's stations or for its parts
actions.csv   corrective actions at these stations, and their effect
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the bundle; `counts` are the columns in which small cells are hidden."""

    name: str
    columns: tuple[str, ...]
    counts: tuple[str, ...]
    rows: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Shared:
    """What was written: the bundle, its rows by table, how many cells were hidden."""

    bundle: Path
    supplier: str
    night: str
    rows: dict[str, int]
    hidden: int


def share(workspace: Workspace, supplier: str, out: Path, dictionary: Dictionary, smallest: int) -> Shared:
    """Write a supplier's bundle, and check it before it gets its name.

    Args:
        workspace: with a run that ended.
        supplier: as master/lots or master/stations name it.
        out: the .zip to write; an existing file is replaced.
        dictionary: gives symptoms and components their names.
        smallest: smallest count that is shown.

    Raises:
        UsageError: no such supplier, or no run has ended.
        StoreError: the finished bundle does not pass its own check; nothing is written.
    """
    with last_night(workspace) as results:
        reader = _Reader(results, _station_suppliers(workspace), dictionary, smallest)
        if supplier not in reader.suppliers:
            hint = meant(supplier, reader.suppliers, message("share.unknown_supplier.hint"), alike=0.0)
            raise UsageError("share.unknown_supplier", supplier, hint)
        tables = [reader.months(supplier), reader.symptoms(supplier), reader.causes(supplier), reader.actions(supplier)]
    content = _bundle(supplier, reader.night, smallest, tables)
    found = bundle_check.problems(content)
    if found:
        raise StoreError("share.broken_promise", found[0])
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(content)
    part.replace(out)
    return Shared(out, supplier, reader.night, {t.name: len(t.rows) for t in tables}, reader.hidden)


def _bundle(supplier: str, night: str, smallest: int, tables: Sequence[Table]) -> bytes:
    files = {table.name: _csv(table) for table in tables}
    files["check.py"] = Path(bundle_check.__file__).read_bytes()
    files["README.txt"] = README.format(supplier=supplier, night=night, smallest=smallest).encode("utf-8-sig")
    manifest = {
        "format": FORMAT, "supplier": supplier, "night": night, "smallest_cell": smallest,
        "tables": {t.name: {"columns": list(t.columns), "counts": list(t.counts)} for t in tables},
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }  # fmt: skip
    files["manifest.json"] = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, DAY_ONE), files[name], zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _csv(table: Table) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([["" if v is None else safe_cell(v) for v in row] for row in table.rows])
    return text.getvalue().encode("utf-8-sig")


def _station_suppliers(workspace: Workspace) -> dict[str, str]:
    from complaints.master import read_small

    return {
        row.values["station_id"]: row.values["supplier"]
        for row in read_small(workspace.master, "stations", workspace.master_reading()) or []
        if "station_id" in row.values and "supplier" in row.values
    }


class _Reader:
    """Reads a bundle's tables from the last night's results; `stations` gives each station's supplier."""

    def __init__(self, results: Results, stations: Mapping[str, str], dictionary: Dictionary, smallest: int) -> None:
        self._rows, self._stations = results.query, stations
        self._dictionary, self._smallest = dictionary, smallest
        self.hidden = 0
        self.night = str(self._rows("SELECT max(as_of) FROM runs WHERE finished_at IS NOT NULL")[0][0])
        named = self._rows("SELECT DISTINCT supplier FROM suppliers")
        named += self._rows("SELECT DISTINCT level FROM causes WHERE factor = 'supplier' AND level IS NOT NULL")
        # A night of an earlier version does not know which causes say the same.
        self._told = "same_as IS NULL" if "same_as" in results.columns("causes") else "true"
        self.suppliers = {str(name) for (name,) in named} | set(self._stations.values())

    def _count(self, number: int | None) -> Any:
        if number is None or number == 0 or number >= self._smallest:
            return number
        self.hidden += 1
        return f"{bundle_check.HIDDEN}{self._smallest}"

    def _whole(self, number: int | None) -> Any:
        """Return a count over all months, rounded where it is shown."""
        shown = self._count(number)
        return self._smallest * round(shown / self._smallest) if isinstance(shown, int) else shown

    def _is_shown(self, number: int | None) -> bool:
        return number is not None and (number == 0 or number >= self._smallest)

    def _own(self, supplier: str) -> list[str]:
        return sorted(station for station, name in self._stations.items() if name == supplier)

    def _name(self, code: str | None, language: str) -> str:
        return self._dictionary.name(code, language) if code else ""

    def months(self, supplier: str) -> Table:
        rows = [
            [month, self._count(cases), rate if self._is_shown(cases) else None, actions]
            for month, cases, rate, actions in self._rows(
                "SELECT month, cases, rate_per_million, actions_open FROM suppliers WHERE supplier = ? ORDER BY month",
                [supplier],
            )
        ]
        return Table("months.csv", ("month", "cases", "rate_per_million", "actions_open"), ("cases",), rows)

    def symptoms(self, supplier: str) -> Table:
        rows = []
        for month, top in self._rows(
            "SELECT month, top_symptoms FROM suppliers WHERE supplier = ? ORDER BY month", [supplier]
        ):
            for found in json.loads(top):
                code = str(found["symptom"])
                rows.append([month, code, self._name(code, "zh"), self._name(code, "en"), self._count(found["cases"])])
        return Table("symptoms.csv", ("month", "symptom", "name_zh", "name_en", "cases"), ("cases",), rows)

    def causes(self, supplier: str) -> Table:
        rows = []
        for station, symptom, component, verdict, factor, level, rr, low, high, cases, units in self._rows(
            "SELECT station_id, symptom, component, verdict, factor, level, relative_risk, rr_low, rr_high,"
            f" exposed_cases, exposed_units FROM causes WHERE rank <= 3 AND decision <> 'rejected' AND {self._told}"
            " AND list_contains(?::VARCHAR[], verdict)"
            " AND (list_contains(?::VARCHAR[], station_id) OR (factor = 'supplier' AND level = ?))"
            " ORDER BY station_id, group_kind, group_id, rank",
            [list(SHOWN), self._own(supplier), supplier],
        ):  # fmt: skip
            shown = self._is_shown(cases)
            rows.append([
                redact_name(station), symptom, component, self._name(symptom, "zh"), self._name(symptom, "en"), verdict,
                factor, redact_name(level) if level else None, *((rr, low, high) if shown else (None, None, None)),
                self._whole(cases), self._whole(units) if shown else None,
            ])  # fmt: skip
        columns = (
            "station_id", "symptom", "component", "symptom_zh", "symptom_en", "verdict", "factor", "level",
            "relative_risk", "rr_low", "rr_high", "exposed_cases", "exposed_units",
        )  # fmt: skip
        return Table("causes.csv", columns, ("exposed_cases", "exposed_units"), rows)

    def actions(self, supplier: str) -> Table:
        rows = [
            [redact_name(station), symptom, component, status, started, verdict]
            for station, symptom, component, status, started, verdict in self._rows(
                "SELECT station_id, symptom, component, status, started_at, verdict FROM actions"
                " WHERE list_contains(?::VARCHAR[], station_id) ORDER BY station_id, started_at, action_id",
                [self._own(supplier)],
            )
        ]  # fmt: skip
        columns = ("station_id", "symptom", "component", "status", "started_at", "verdict")
        return Table("actions.csv", columns, (), rows)
