"""The DuckDB stores: tables, cases, what changed, what a night knows."""

from complaints.store.cases import (
    BASELINE_DAYS,
    TurnSpan,
    call_text,
    case_contents,
    history_begin,
    mark_duplicates,
    remove_cases,
    same_text_key,
    set_contents,
    tables_by_id,
    text_language,
    turn_spans,
    write_cases,
)
from complaints.store.changes import note_changes
from complaints.store.database import Store, compact, sql_path
from complaints.store.known import known_by
from complaints.store.mentions import counted, grouping, present
from complaints.store.schema import column_types
from complaints.store.temporary_tables import TemporaryTables, temporary_tables

__all__ = [
    "BASELINE_DAYS",
    "Store",
    "TemporaryTables",
    "TurnSpan",
    "call_text",
    "case_contents",
    "column_types",
    "compact",
    "counted",
    "grouping",
    "history_begin",
    "known_by",
    "mark_duplicates",
    "note_changes",
    "present",
    "remove_cases",
    "same_text_key",
    "set_contents",
    "sql_path",
    "tables_by_id",
    "temporary_tables",
    "text_language",
    "turn_spans",
    "write_cases",
]
