"""The public tables as files: CSV, Parquet, XLSX, and JSON with its schema."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complaints.errors import UsageError
from complaints.outputs.snapshot_reader import last_night
from complaints.records import PUBLIC_TABLES, columns_of
from complaints.tables import write_csv, write_xlsx

if TYPE_CHECKING:
    from complaints.workspace import Workspace

FORMATS = ("csv", "parquet", "xlsx", "json")
SCHEMA_FILE = "schema.json"
# The values of a column that come from a fixed list: what a workbook's drop-down offers and the schema names.
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    table: words
    for table, record in PUBLIC_TABLES.items()
    if (words := {name: column.words for name, column in columns_of(record).items() if column.words})
}
JSON_TYPES: dict[type, dict[str, str]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def export_tables(workspace: Workspace, target: Path, form: str) -> dict[str, int]:
    """Write the public tables of the last snapshot to a folder.

    Args:
        workspace: its data/latest is read, so that a running night is no hindrance.
        target: made if missing; files of the same names are replaced.
        form: one of FORMATS. CSV carries a BOM, so that Excel reads Chinese; XLSX has a frozen head, filters and
            drop-downs; cells that a spreadsheet would take for a formula get an apostrophe in front (CSV, XLSX); JSON
            comes with schema.json, whose $defs describe a row of each table.

    Returns:
        Rows by table.

    Raises:
        UsageError: no run has ended yet, or the format is unknown.
    """
    if form not in FORMATS:
        raise UsageError("export.unknown_format", "--format", format=form, formats=FORMATS)
    counts = {}
    with last_night(workspace) as results:
        target.mkdir(parents=True, exist_ok=True)
        for table in results.tables:
            out = target / f"{table}.{form}"
            if form == "parquet":
                shutil.copyfile(results.folder / out.name, out)
                counts[table] = results.query(f"SELECT count(*) FROM {table}")[0][0]
                continue
            columns, rows = results.columns(table), results.query(f"SELECT * FROM {table} ORDER BY ALL")
            counts[table] = len(rows)
            if form == "json":
                objects = [dict(zip(columns, row, strict=True)) for row in rows]
                out.write_text(json.dumps(objects, ensure_ascii=False, indent=1, default=_iso), encoding="utf-8")
            elif form == "csv":
                write_csv(out, columns, rows)
            else:
                write_xlsx(out, table, columns, rows, CHOICES.get(table))
    if form == "json":
        (target / SCHEMA_FILE).write_text(schema_text(), encoding="utf-8")
    return counts


def _iso(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat() + ("Z" if isinstance(value, datetime) else "")
    return str(value)


def schema_text() -> str:
    """Return the JSON Schema of the JSON tables as the file that is published."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12): `$defs` holds a table's row, `properties` the tables as lists of them.

    Further columns may follow in later versions, so a row may hold more than is named. Times are UTC.
    """
    tables = {name: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}} for name in PUBLIC_TABLES}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Public tables of complaints",
        "description": "complaints export --format json writes one file a table; each is one of these properties.",
        "type": "object",
        "properties": tables,
        "$defs": {name: _row_schema(record) for name, record in PUBLIC_TABLES.items()},
    }


def _row_schema(record: type) -> dict[str, Any]:
    properties = {}
    for name, column in columns_of(record).items():
        described: dict[str, Any] = dict(JSON_TYPES[column.kind])
        if column.nullable:
            described["type"] = [described["type"], "null"]
        if column.words:
            described["examples"] = list(column.words)
        properties[name] = described
    summary = " ".join((record.__doc__ or "").split())
    required = list(properties)
    return {"type": "object", "description": summary, "properties": properties, "required": required}
