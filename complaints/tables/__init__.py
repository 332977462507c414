"""Tables as people keep them: CSV, workbooks, JSON lines, Parquet; dates."""
