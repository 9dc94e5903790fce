"""Batches for tests: columns as lists or arrays in, a batch or several out."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from coagent.domain.batch import NUMBER_COLUMNS, TEXT_COLUMNS, Batch, Source, TextColumn
from coagent.domain.segment import Segment

SEGMENT = Segment("openai", "gpt-4")
SOURCE = Source("test", "llm.telemetry", 0)
Columns = Mapping[str, Sequence[Any] | np.ndarray]


def _text(values: Sequence[str | None]) -> TextColumn:
    names = {name: code for code, name in enumerate(dict.fromkeys(value for value in values if value is not None))}
    codes = np.array([-1 if value is None else names[value] for value in values], "<i4")
    return TextColumn(list(names), codes.tobytes())


def _number(values: Sequence[float | None] | np.ndarray) -> bytes:
    return np.array([np.nan if value is None else value for value in values], "<f8").tobytes()


def batch_of(columns: Columns, first_offset: int = 0, segment: Segment = SEGMENT, source: Source = SOURCE) -> Batch:
    """All rows in one batch, one source message a row."""
    rows = len(next(iter(columns.values())))
    offsets = np.arange(first_offset, first_offset + rows)
    return Batch(
        segment=segment,
        source=source,
        rows=rows,
        first_offset=first_offset,
        last_offset=first_offset + rows - 1,
        offsets=offsets.astype("<i8").tobytes(),
        indexes=np.zeros(rows, "<i4").tobytes(),
        numbers={name: _number(columns[name]) for name in NUMBER_COLUMNS if name in columns},
        texts={name: _text(list(columns[name])) for name in TEXT_COLUMNS if name in columns},
    )


def batches_of(columns: Columns, sizes: Sequence[int], **kwargs: Any) -> Iterator[Batch]:
    """Cut into batches of these sizes, again and again until the rows are used up."""
    rows = len(next(iter(columns.values())))
    at = turn = 0
    while at < rows:
        size = sizes[turn % len(sizes)]
        yield batch_of({name: values[at : at + size] for name, values in columns.items()}, at, **kwargs)
        at, turn = at + size, turn + 1


def timed(columns: Columns) -> dict[str, Sequence[Any] | np.ndarray]:
    """With a row a second, request ids and status ok, where the columns do not say otherwise."""
    rows = len(next(iter(columns.values())))
    return {
        "time_s": 1_790_000_000.0 + np.arange(rows),
        "request_id": [f"r{row}" for row in range(rows)],
        "status": ["ok"] * rows,
        **columns,
    }


def case_columns(path: Path) -> tuple[Segment, dict[str, list[Any]]]:
    """A labelled case's segment and columns."""
    with gzip.open(path, "rt") as lines:
        rows = [json.loads(line) for line in lines]
    names = {name for row in rows for name in row}
    columns: dict[str, list[Any]] = {
        name: [row.get(name) for row in rows] for name in (*NUMBER_COLUMNS, *TEXT_COLUMNS) if name in names
    }
    columns["time_s"] = [datetime.fromisoformat(row["time"]).timestamp() for row in rows]
    first = rows[0]
    return Segment(first["provider"], first["request_model"], first.get("endpoint")), columns
