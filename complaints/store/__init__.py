"""The DuckDB stores: tables, cases, what changed."""
