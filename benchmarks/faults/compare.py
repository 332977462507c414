"""Whether two workspaces hold the same: every row of both stores but for what is any run's own."""

from __future__ import annotations

import hashlib
from pathlib import Path

from complaints.workspace.layout import Workspace

# A disturbed night is several runs: their records, their numbers, and the tokens' key are its own.
OWN_TABLES = frozenset({"runs", "meta"})
OWN_COLUMNS = frozenset({"run_id"})


def contents(workspace: Workspace) -> dict[str, tuple[int, str]]:
    """Return {store:table: (rows, digest of the sorted rows)} of both stores."""
    return _tables(workspace.store_file) | _tables(workspace.private_file)


def differences(one: dict[str, tuple[int, str]], other: dict[str, tuple[int, str]]) -> list[str]:
    """Return the tables whose rows differ, with the numbers of rows."""
    found = []
    for table in sorted(one.keys() | other.keys()):
        if one.get(table) != other.get(table):
            rows = one.get(table, (0, ""))[0], other.get(table, (0, ""))[0]
            found.append(f"{table} ({rows[0]} and {rows[1]} rows)")
    return found


def _tables(file: Path) -> dict[str, tuple[int, str]]:
    import duckdb

    result = {}
    with duckdb.connect(str(file), read_only=True) as connection:
        names = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY 1").fetchall()
        for (table,) in names:
            if table in OWN_TABLES:
                continue
            described = connection.execute(
                "SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [table]
            ).fetchall()
            columns = ", ".join(f'"{name}"' for (name,) in described if name not in OWN_COLUMNS)
            rows = connection.execute(f'SELECT {columns} FROM "{table}" ORDER BY ALL').fetchall()
            result[f"{file.stem}:{table}"] = len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()
    return result
