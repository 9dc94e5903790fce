"""A request as a plain tuple in the order of `Record`: what is held until a batch goes out."""

from typing import Any

from msgspec.structs import astuple

from coagent.domain.request import Request
from coagent.ingest.record import ROW_WIDTH

Row = tuple[Any, ...]
PlacedRow = tuple[Row, int, int]
"""A row with its source offset and its index within the message."""


def row_of(request: Request) -> Row:
    """The request's values; what stands behind them stays behind, for a batch does not carry it."""
    return astuple(request)[:ROW_WIDTH]
