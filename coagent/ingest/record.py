"""The canonical record as a row: where its parts stand."""

from typing import get_args

from coagent.domain.request import MAX_TEXT_CHARS, Record, Status

__all__ = ["MAX_TEXT_CHARS", "ROW_WIDTH", "SEGMENT_WIDTH", "STATUSES", "TEXT_WIDTH", "Record"]

STATUSES = frozenset(get_args(Status))
SEGMENT_WIDTH = 5
TEXT_WIDTH = 20
ROW_WIDTH = len(Record.__struct_fields__)
"""A row's first 5 values are its segment's, the first 20 are texts, the 21st is the time."""
