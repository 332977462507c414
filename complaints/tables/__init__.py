"""Tables as people keep them: CSV, workbooks, JSON lines, Parquet; dates."""

from complaints.tables.dates import Order, datetime_in_name, parse_datetime, parse_mileage_km
from complaints.tables.reader import (
    BAD_WORKBOOK,
    MAX_XLSX_BYTES,
    TABLE_SUFFIXES,
    TableRow,
    cell_text,
    columns_by_key,
    delimiter_of,
    detect_encoding,
    header_key,
    read_table,
)
from complaints.tables.spreadsheet import safe_cell, write_csv, write_xlsx

__all__ = [
    "BAD_WORKBOOK",
    "MAX_XLSX_BYTES",
    "TABLE_SUFFIXES",
    "Order",
    "TableRow",
    "cell_text",
    "columns_by_key",
    "datetime_in_name",
    "delimiter_of",
    "detect_encoding",
    "header_key",
    "parse_datetime",
    "parse_mileage_km",
    "read_table",
    "safe_cell",
    "write_csv",
    "write_xlsx",
]
