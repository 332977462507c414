"""Tables as people keep them: CSV, workbooks, JSON, Parquet; dates."""

from complaints.tables.cells import is_no_serial, is_placeholder, is_rounded
from complaints.tables.child import TableReader
from complaints.tables.dates import Order, datetime_in_name, parse_datetime, parse_mileage_km
from complaints.tables.delimited import delimiter_of
from complaints.tables.encoding import detect_encoding
from complaints.tables.grid import Grid
from complaints.tables.headers import columns_by_key, header_key, is_label, quotable
from complaints.tables.open import TABLE_SUFFIXES
from complaints.tables.reader import read_table
from complaints.tables.spreadsheet import BAD_WORKBOOK, safe_cell, write_csv, write_xlsx
from complaints.tables.types import Reading, SheetAccount, Table, TableLimits, TableRow

__all__ = [
    "BAD_WORKBOOK",
    "TABLE_SUFFIXES",
    "Grid",
    "Order",
    "Reading",
    "SheetAccount",
    "Table",
    "TableLimits",
    "TableReader",
    "TableRow",
    "columns_by_key",
    "datetime_in_name",
    "delimiter_of",
    "detect_encoding",
    "header_key",
    "is_label",
    "is_no_serial",
    "is_placeholder",
    "is_rounded",
    "parse_datetime",
    "parse_mileage_km",
    "quotable",
    "read_table",
    "safe_cell",
    "write_csv",
    "write_xlsx",
]
