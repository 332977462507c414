"""SQL that tables of master/ are read with: names, texts and moments."""

from __future__ import annotations


def quoted(name: str) -> str:
    """Return a column name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def moment(column: str, kind: str) -> str:
    """Return the SQL of a timestamp: a typed column as it is, a text in ISO or a usual Chinese form, else NULL."""
    if kind != "VARCHAR":
        return f"try_cast({column} AS TIMESTAMP)"
    pattern = r"^\s*(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?"
    iso = f"regexp_replace({column}, '{pattern}', '\\1-\\2-\\3 ')"
    return f"coalesce(try_cast(trim({iso}) AS TIMESTAMP), try_strptime({column}, '%Y%m%d'))"
