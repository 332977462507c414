"""Parquet: columns of any type, unpacked in small batches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from complaints.errors import ItemRefused
from complaints.tables.cells import cell_text
from complaints.tables.types import RawRow, Source, TableLimits

BATCH_ROWS = 256


class ParquetRows(Source):
    """The rows of a Parquet file."""

    def __init__(self, path: Path, limits: TableLimits) -> None:
        """Open a file.

        Raises:
            ItemRefused: `not_a_table`.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.path, self._limits = path, limits
        try:
            schema = pq.read_schema(path)
        except (pa.ArrowException, OSError) as error:
            raise _no_parquet(path) from error
        self.header = list(schema.names)
        # Texts stay as their dictionary: a value that stands in a million rows is unpacked once.
        self._texts = [f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_binary(f.type)]

    def head(self) -> list[RawRow]:
        """Return nothing: the file names its columns."""
        return []

    def rows(self, width: int) -> Iterator[RawRow]:
        """Yield all rows.

        Raises:
            ItemRefused: `undecodable_bytes` or `not_a_table`.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(self.path, read_dictionary=self._texts) as file:
                number = 0
                for batch in file.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
                    columns = [self._values(column) for column in batch.columns]
                    for row in zip(*columns, strict=True):
                        number += 1
                        yield RawRow(number, [cell_text(value) for value in row])
        except UnicodeDecodeError as error:
            raise ItemRefused("tables.undecodable_bytes.parquet", self.path.name) from error
        except MemoryError:  # Arrow's is one of its own exceptions, too
            raise
        except (pa.ArrowException, OSError) as error:
            raise _no_parquet(self.path) from error

    def _values(self, column: Any) -> list[Any]:
        """Return a column as Python values; a time that Python has no type for (the year 200,000) as a number.

        The texts of a dictionary are made once, and cut a little above the longest that is read.
        """
        import pyarrow as pa

        if pa.types.is_dictionary(column.type):
            used = column.indices.unique().drop_null().to_pylist()
            longest = self._limits.cell_characters * 4 + 4
            texts: dict[int | None, Any] = {None: None}
            for index in used:
                buffer = column.dictionary[index].as_buffer()
                texts[index] = _text(buffer, longest, pa.types.is_binary(column.dictionary.type))
            return [texts[index] for index in column.indices.to_pylist()]
        try:
            values: list[Any] = column.to_pylist()
        except UnicodeDecodeError:
            raise
        except (OverflowError, ValueError):
            values = [_value(value) for value in column]
        return values


def _text(buffer: Any, longest: int, is_binary: bool) -> Any:
    if buffer is None:
        return None
    if buffer.size > longest:
        return buffer.slice(0, longest).to_pybytes().decode("utf-8", "replace")
    content = buffer.to_pybytes()
    return content if is_binary else content.decode("utf-8")


def _value(value: Any) -> Any:
    try:
        return value.as_py()
    except (OverflowError, ValueError):
        return str(value.value)  # a timestamp's own number, in its unit


def _no_parquet(path: Path) -> ItemRefused:
    return ItemRefused("tables.not_a_table.parquet", path.name)
