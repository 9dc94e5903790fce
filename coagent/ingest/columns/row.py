"""A request as a plain tuple in the order of `Record`: what is held until a batch goes out."""

from operator import attrgetter
from typing import Any

from coagent.domain.request import Request
from coagent.ingest.record import Record

Row = tuple[Any, ...]
PlacedRow = tuple[Row, int, int]
"""A row with its source offset and its index within the message."""

_values = attrgetter(*Record.__struct_fields__)


def row_of(request: Request) -> Row:
    """The request's values; `attributes` stay behind, for a batch does not carry them."""
    row: Row = _values(request)
    return row
