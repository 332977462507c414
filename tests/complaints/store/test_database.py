"""The store: rows as records, transactions, the stage rule, versions."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from complaints.errors import StoreError
from complaints.records import PUBLIC_TABLES, Case
from complaints.store import schema
from complaints.store.cases import write_cases
from complaints.store.database import Store

CASE = Case(
    "T1", "text", None, "a.csv#2", datetime(2026, 3, 1), "given", None, "S5", 1200.0, None, "zh", "异响", None, False,
    None, False,
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.duckdb") as opened:
        yield opened


def test_a_row_comes_back_as_it_was_written(store: Store) -> None:
    store.append([CASE])
    assert store.rows(Case) == [CASE]


def test_rows_do_not_depend_on_the_order_of_writing(store: Store) -> None:
    store.append([replace(CASE, case_id="T2"), CASE])
    assert [case.case_id for case in store.rows(Case)] == ["T1", "T2"]


def test_every_public_table_stands_in_its_column_order(store: Store) -> None:
    for table, record in PUBLIC_TABLES.items():
        found = store.query("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?", [table])
        assert dict(found) == schema.column_types(record), table


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.append([CASE])
        raise ZeroDivisionError
    assert store.rows(Case) == []


def test_what_was_committed_is_there_after_reopening(tmp_path: Path, store: Store) -> None:
    with store.transaction():
        store.append([CASE])
    store.close()
    with Store(tmp_path / "store.duckdb") as again:
        assert again.rows(Case) == [CASE]


def test_a_block_that_fails_leaves_the_store_closed(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Store(tmp_path / "failed.duckdb") as failed:
        raise ZeroDivisionError
    with pytest.raises(duckdb.ConnectionException):
        failed.query("SELECT 1")


def pending(store: Store, key: str = "k1") -> list[str]:
    return [case_id for case_id, _ in store.pending_cases("classify", key)]


def test_a_case_is_pending_until_marked(store: Store) -> None:
    write_cases(store, [CASE])
    assert pending(store) == ["T1"]
    store.mark("classify", "k1", store.pending_cases("classify", "k1"), "r1")
    assert pending(store) == []


def test_another_key_makes_a_case_pending_again(store: Store) -> None:
    write_cases(store, [CASE])
    store.mark("classify", "k1", store.pending_cases("classify", "k1"), "r1")
    assert pending(store, "k2") == ["T1"]


def test_changed_content_makes_a_case_pending_again(store: Store) -> None:
    write_cases(store, [CASE])
    store.mark("classify", "k1", store.pending_cases("classify", "k1"), "r1")
    write_cases(store, [replace(CASE, text="顿挫")])
    assert pending(store) == ["T1"]


def test_superseding_a_case_leaves_one_row(store: Store) -> None:
    write_cases(store, [CASE])
    write_cases(store, [replace(CASE, text="顿挫")])
    assert [case.text for case in store.rows(Case)] == ["顿挫"]


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path, store: Store) -> None:
    store.query("UPDATE meta SET value = '999' WHERE name = 'schema_version'")
    store.close()
    with pytest.raises(StoreError, match="schema 999"):
        Store(tmp_path / "store.duckdb")


def test_a_file_that_is_no_store_is_refused_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "broken.duckdb").write_bytes(b"x" * 5000)
    with pytest.raises(StoreError, match="Restore it from a backup"):
        Store(tmp_path / "broken.duckdb")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file modes")
def test_the_private_store_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    with Store(tmp_path / "private.duckdb", private=True):
        pass
    assert stat.S_IMODE((tmp_path / "private.duckdb").stat().st_mode) == 0o600


def test_a_migration_runs_once_for_each_version(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.close()
    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    monkeypatch.setattr(
        schema, "MIGRATIONS", {schema.SCHEMA_VERSION - 1: ("ALTER TABLE cases ADD COLUMN extra VARCHAR",)}
    )
    for _ in range(2):
        with Store(tmp_path / "store.duckdb") as moved:
            names = [
                name for (name,) in moved.query("SELECT column_name FROM duckdb_columns() WHERE table_name = 'cases'")
            ]
        assert names.count("extra") == 1
