"""What intake of large tables costs, beside pandas reading the same files."""
