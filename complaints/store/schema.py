"""The store's tables: public ones derived from `complaints.records`, internal ones written here, and the migrations."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from complaints.records import INTERNAL_RECORDS, PUBLIC_TABLES, FileAccount, columns_of

SCHEMA_VERSION = 4

SQL_TYPES: dict[type, str] = {
    str: "VARCHAR",
    int: "BIGINT",
    float: "DOUBLE",
    bool: "BOOLEAN",
    datetime: "TIMESTAMP",
    date: "DATE",
}


@cache
def column_types(record: type) -> dict[str, str]:
    """Return {column: SQL type} of a record class, in field order."""
    return {name: SQL_TYPES[column.kind] for name, column in columns_of(record).items()}


def _columns_of(record: type) -> str:
    return ", ".join(f'"{column}" {kind}' for column, kind in column_types(record).items())


# Internal tables of the store. Nothing here needs redaction: `source_ref` is redacted, texts and serials lie elsewhere.
INTERNAL_TABLES: dict[str, str] = {
    "meta": "name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL",
    # What intake has seen: one row a recording or text row. `content` is a digest, `input_id` the later case_id.
    "inputs": (
        "input_id VARCHAR PRIMARY KEY, kind VARCHAR NOT NULL, source_ref VARCHAR NOT NULL, content VARCHAR NOT NULL, "
        "call_id VARCHAR, received_at TIMESTAMP, received_at_from VARCHAR NOT NULL, serial_token VARCHAR, "
        "product VARCHAR, customer_channel VARCHAR, language VARCHAR, run_id VARCHAR NOT NULL"
    ),
    # The stage rule: an item is pending for a stage while no row with its current key and content stands here.
    "stage_state": (
        "stage VARCHAR NOT NULL, item_id VARCHAR NOT NULL, key VARCHAR NOT NULL, content VARCHAR NOT NULL, "
        "outcome VARCHAR NOT NULL, run_id VARCHAR NOT NULL, PRIMARY KEY (stage, item_id)"
    ),
    # Known labels as given by the user (`category` of a text table), or confirmed in a review.
    "labels": "case_id VARCHAR PRIMARY KEY, category VARCHAR NOT NULL, origin VARCHAR NOT NULL",
    # Content digest of each case's text and metadata: what the later stages read.
    # `same_text` is the digest by which repeats are found, null for short texts.
    "case_content": "case_id VARCHAR PRIMARY KEY, content VARCHAR NOT NULL, masked VARCHAR, same_text VARCHAR",
    # What changed since the cases were last grouped: each case as it was then (nulls: it was not there).
    "changed_cases": (
        "case_id VARCHAR PRIMARY KEY, received_at TIMESTAMP, serial_token VARCHAR, content VARCHAR, "
        "duplicate_of VARCHAR, digest VARCHAR"
    ),
    # Members that experts moved since the cases were last grouped, and the issue that each was in then.
    "moved_cases": "case_id VARCHAR PRIMARY KEY, issue_id VARCHAR NOT NULL",
    # Running sums over the members of each issue by day received; their columns add up to those of `issues`.
    "issue_sums": "issue_id VARCHAR NOT NULL, day DATE, cases BIGINT NOT NULL, services BIGINT NOT NULL",
    # Embeddings by masked text and model; float16 bytes.
    "vectors": "content VARCHAR NOT NULL, model VARCHAR NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (content, model)",
    # What further columns of text tables say of a complaint, redacted: to filter and to break down by.
    "case_facts": "case_id VARCHAR NOT NULL, name VARCHAR NOT NULL, value VARCHAR NOT NULL",
    # Columns of text tables that intake did not use, so that `status` can say how to map them.
    "unmapped_columns": "source_ref VARCHAR NOT NULL, name VARCHAR NOT NULL, PRIMARY KEY (source_ref, name)",
    # What lists of recordings and the recordings under them do not have in common (`intake.sidecars.SidecarGap`).
    "sidecar_gaps": (
        "source_ref VARCHAR NOT NULL, kind VARCHAR NOT NULL, name VARCHAR NOT NULL, "
        "PRIMARY KEY (source_ref, kind, name)"
    ),
    # The book of issues (`cluster.stream_state`): sums that judge new cases; one row. `key`: model and dictionary.
    "issue_book": "name VARCHAR PRIMARY KEY, key VARCHAR NOT NULL, book BLOB NOT NULL",
    # Experts' decisions about issues, in the order in which they were taken; `detail` is JSON.
    "issue_decisions": (
        "number BIGINT NOT NULL, decision_id VARCHAR PRIMARY KEY, issue_id VARCHAR NOT NULL, action VARCHAR NOT NULL, "
        "detail VARCHAR NOT NULL, reason VARCHAR NOT NULL, decided_by VARCHAR NOT NULL, decided_on DATE NOT NULL, "
        "undone BOOLEAN NOT NULL"
    ),
    # Master data as mapping understood it, so that the reports read nothing but the store.
    "stations": (
        "station_id VARCHAR PRIMARY KEY, name VARCHAR NOT NULL, line VARCHAR, sequence DOUBLE, supplier VARCHAR"
    ),
    # Units built and complaining units by build week (its Monday), at a cause's level and elsewhere: the chart.
    "cause_weeks": (
        "cause_id VARCHAR NOT NULL, week DATE NOT NULL, exposed_units BIGINT NOT NULL, exposed_cases BIGINT NOT NULL, "
        "other_units BIGINT NOT NULL, other_cases BIGINT NOT NULL"
    ),
    # Units by month in service (0 is the first): watched up to it without a complaint, and first complaints in it.
    "cause_service": (
        "cause_id VARCHAR NOT NULL, month BIGINT NOT NULL, exposed_units BIGINT NOT NULL, "
        "exposed_cases BIGINT NOT NULL, other_units BIGINT NOT NULL, other_cases BIGINT NOT NULL"
    ),
    # What stood on a station's page, one row a change: the night of the change and the leading hypothesis since.
    "station_history": (
        "station_id VARCHAR NOT NULL, night DATE NOT NULL, group_id VARCHAR NOT NULL, symptom VARCHAR, "
        "component VARCHAR, verdict VARCHAR NOT NULL, decision VARCHAR NOT NULL, factor VARCHAR, level VARCHAR, "
        "relative_risk DOUBLE, exposed_cases BIGINT, PRIMARY KEY (station_id, night)"
    ),
    # Phase I of every series of the early warning, frozen and versioned; `model` is JSON.
    "warning_limits": (
        "kind VARCHAR NOT NULL, group_id VARCHAR NOT NULL, product VARCHAR, version BIGINT NOT NULL, "
        "made_on DATE NOT NULL, rung VARCHAR NOT NULL, first DATE NOT NULL, last DATE NOT NULL, "
        "model VARCHAR NOT NULL, excluded VARCHAR NOT NULL"
    ),
    # Experts' decisions about warnings; the row of the warning holds the status.
    "warning_decisions": (
        "warning_id VARCHAR NOT NULL, action VARCHAR NOT NULL, reason VARCHAR NOT NULL, decided_by VARCHAR NOT NULL, "
        "decided_on DATE NOT NULL"
    ),
    # The night on which a symptom was first traced to a station.
    "station_symptoms": "station_id VARCHAR NOT NULL, group_id VARCHAR NOT NULL, first_night DATE NOT NULL",
    # What a stage keeps for itself between nights, or for who looks into a store: JSON by stage and name.
    "notes": "stage VARCHAR NOT NULL, name VARCHAR NOT NULL, value VARCHAR NOT NULL, PRIMARY KEY (stage, name)",
}

# Private tables: persons live here and nowhere else.
PRIVATE_TABLES: dict[str, str] = {
    "meta": "name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL",
    "serials": "serial_token VARCHAR PRIMARY KEY, serial VARCHAR NOT NULL",
    "originals": "input_id VARCHAR PRIMARY KEY, path VARCHAR NOT NULL, row_number BIGINT, raw_text VARCHAR",
    # Whole files by their state on disk, so that an unchanged file costs one look and no reading. Written last.
    "files": (
        "path VARCHAR PRIMARY KEY, size BIGINT NOT NULL, mtime_ns BIGINT NOT NULL, key VARCHAR NOT NULL, "
        "outcome VARCHAR NOT NULL"
    ),
    # What became of a table's rows, by its path: two names may be one when redacted. `intake` copies it to the store.
    "file_accounts": f"path VARCHAR PRIMARY KEY, {_columns_of(FileAccount)}",
    # Recognition before repair and redaction, by audio content and recognition key: JSON of the recognition.
    "recognised": "input_id VARCHAR PRIMARY KEY, key VARCHAR NOT NULL, segments VARCHAR NOT NULL",
    # Keyed hashes of forgotten inputs (`complaints.privacy.tombstones`).
    "tombstones": "tombstone VARCHAR PRIMARY KEY",
}

# MIGRATIONS[n] brings a store of version n to version n + 1; a released entry is never edited.
MIGRATIONS: dict[int, tuple[str, ...]] = {
    # What stood in quarantine was an English sentence; it is shown as it stands.
    1: ("ALTER TABLE IF EXISTS quarantine ADD COLUMN IF NOT EXISTS message VARCHAR DEFAULT ''",),
    # A warning that no later night takes up shows its rule by its stable name.
    2: ("ALTER TABLE IF EXISTS warnings ADD COLUMN IF NOT EXISTS rule_message VARCHAR DEFAULT ''",),
    # Causes that say again what another one says.
    3: ("ALTER TABLE IF EXISTS causes ADD COLUMN IF NOT EXISTS same_as VARCHAR",),
}


def table_of(record: type) -> str:
    """Return the table that holds rows of a record class."""
    return next(name for name, kind in (PUBLIC_TABLES | INTERNAL_RECORDS).items() if kind is record)


def store_ddl() -> list[str]:
    """Return the statements that lay out an empty store at SCHEMA_VERSION."""
    records = {name: _columns_of(record) for name, record in (PUBLIC_TABLES | INTERNAL_RECORDS).items()}
    return [f"CREATE TABLE IF NOT EXISTS {name} ({body})" for name, body in (records | INTERNAL_TABLES).items()]


def private_ddl() -> list[str]:
    """Return the statements that lay out an empty private store."""
    return [f"CREATE TABLE IF NOT EXISTS {name} ({body})" for name, body in PRIVATE_TABLES.items()]
