"""Parquet tables: one record a row, a batch of rows at a time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from coagent.adapters.files.cells import record_of
from coagent.domain.errors import Fatal

BATCH_ROWS = 512


def parquet_rows(path: str) -> Iterator[bytes]:
    """Rows in order. Raises Fatal where pyarrow is missing or the file is damaged."""
    pyarrow, parquet = _libraries(path)
    number = 0
    try:
        with parquet.ParquetFile(path) as table:
            for batch in table.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
                for row in _microseconds(pyarrow, batch).to_pylist(maps_as_pydicts="lossy"):
                    number += 1
                    yield record_of((name, _value(cell)) for name, cell in row.items())
    except (pyarrow.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0][:200]
        raise Fatal(f"{path}: damaged after row {number} ({reason}). Fetch or write the file again.") from error


def _libraries(path: str) -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as missing:
        raise Fatal(f"{path}: is Parquet, which needs pyarrow. Run pip install 'coagent-watch[parquet]'.") from missing


def _microseconds(pyarrow: Any, batch: Any) -> Any:
    """Python's times have no nanoseconds."""
    fields = [
        field.with_type(pyarrow.timestamp("us", field.type.tz))
        if pyarrow.types.is_timestamp(field.type) and field.type.unit == "ns"
        else field
        for field in batch.schema
    ]
    return pyarrow.Table.from_batches([batch]).cast(pyarrow.schema(fields), safe=False)


def _value(cell: Any) -> Any:
    """A time without a zone is UTC; bytes are text where they can be."""
    if isinstance(cell, datetime) and cell.tzinfo is None:
        return cell.replace(tzinfo=UTC)
    if isinstance(cell, bytes):
        return cell.decode(errors="replace")
    return cell
