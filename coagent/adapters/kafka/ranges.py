"""What a value from a topic may hold, checked where it is read: else a database, or whoever reads it there, breaks."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from coagent.adapters.kafka.record import Undecodable
from coagent.domain.histogram import Histogram

LARGEST_INT = 2**62
"""Fits into a bigint, sums of a few of them too."""
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
LARGEST_BIN = 10_000
"""Of a histogram: far beyond any time, and its value still a finite number."""
LONGEST_NAME = 4096
"""Characters of what names a segment."""
NAMES = frozenset({"provider", "request_model", "endpoint", "task", "tenant"})


def checked(value: msgspec.Struct) -> None:
    """Every number, time and name in it; raises Undecodable."""
    for name in value.__struct_fields__:
        _check(getattr(value, name), name)


def check_moment(moment: datetime, name: str) -> None:
    """Raises Undecodable."""
    if moment.tzinfo is None or not EARLIEST <= moment <= LATEST:
        raise Undecodable("out_of_range", f"{name}: a time with its zone from 1970 to 9999 is expected")


def check_amount(amount: Decimal | None, name: str) -> None:
    """Raises Undecodable."""
    if amount is not None and not (amount.is_finite() and abs(amount) < LARGEST_INT):
        raise Undecodable("out_of_range", f"{name}: a finite amount below 2**62 is expected")


def check_histogram(histogram: Histogram | None, name: str) -> None:
    """Raises Undecodable."""
    if histogram is None:
        return
    bins, counts = histogram.bins, histogram.counts
    fits = len(bins) == len(counts) <= 2 * LARGEST_BIN and all(-LARGEST_BIN <= one <= LARGEST_BIN for one in bins)
    if not fits or not all(0 <= one <= LARGEST_INT for one in counts):
        raise Undecodable("out_of_range", f"{name}: a count for each bin, and bins up to {LARGEST_BIN}, are expected")


def _check(value: Any, name: str) -> None:
    match value:
        case bool():
            return
        case int():
            _check_int(value, name)
        case datetime():
            check_moment(value, name)
        case Decimal():
            check_amount(value, name)
        case str() if name in NAMES and len(value) > LONGEST_NAME:
            raise Undecodable("out_of_range", f"{name}: at most {LONGEST_NAME} characters are expected")
        case msgspec.Struct():
            checked(value)
        case list():
            for item in value:
                _check(item, name)


def _check_int(value: int, name: str) -> None:
    if not -LARGEST_INT <= value <= LARGEST_INT:
        raise Undecodable("out_of_range", f"{name}: a whole number up to 2**62 is expected")
