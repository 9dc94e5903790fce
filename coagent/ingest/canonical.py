"""The canonical record of the README, one JSON object a message: coagent's own format and the hot path.

`decode` reads any message strictly. `decode_rows` reads a chunk of ordinary ones at full speed and leaves to
`decode` whatever is not plainly in order, so that both accept the same messages.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import repeat
from operator import itemgetter
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import astuple

from coagent.ingest.attributes import kept_attributes
from coagent.ingest.options import EARLIEST_S, MAX_RECORD_BYTES, DecodeOptions, Outcome
from coagent.ingest.record import ROW_WIDTH, TEXT_WIDTH, Record, to_request
from coagent.ingest.refused import rejecting
from coagent.ingest.row import Row
from coagent.ingest.strict_json import parse_object, quotes_of

_FIELDS = frozenset(Record.__struct_fields__)
_TIME = TEXT_WIDTH
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_QUOTE = ord('"')
_texts, _numbers = itemgetter(slice(TEXT_WIDTH)), itemgetter(slice(TEXT_WIDTH, None))
_decode = msgspec.json.Decoder(Record).decode
_decode_any = msgspec.json.Decoder().decode


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request, or why there is none."""
    found = parse_object(value, MAX_RECORD_BYTES)
    own = found.pop("attributes", None)
    extra = {name: value for name, value in found.items() if name not in _FIELDS}
    known = {name: value for name, value in found.items() if name in _FIELDS}
    return [to_request(known, options, kept_attributes((own if isinstance(own, dict) else {}) | extra))]


def decode_rows(values: Sequence[bytes], options: DecodeOptions) -> Sequence[Row | None]:
    """A row for each message, None for those that `decode` has to look at."""
    rows = _all_rows(values)
    if rows is not None:
        return rows if _all_plain(values, rows, options) else _unambiguous_rows(values, rows, options)
    some = [_row(value) for value in values]
    known = [row for row in some if row is not None]
    read = [value for value, row in zip(values, some, strict=True) if row is not None]
    return some if not known or _all_plain(read, known, options) else _unambiguous_rows(values, some, options)


def _all_rows(values: Sequence[bytes]) -> list[Row] | None:
    """None where one of them cannot be read."""
    if max(map(len, values), default=0) > MAX_RECORD_BYTES:
        return None
    try:
        return [astuple(_decode(value)) for value in values]
    except _UNREADABLE:
        return None


def _row(value: bytes) -> Row | None:
    if len(value) > MAX_RECORD_BYTES:
        return None
    try:
        return astuple(_decode(value))
    except _UNREADABLE:
        return None


def _all_plain(values: Sequence[bytes], rows: Sequence[Row], options: DecodeOptions) -> bool:
    """No escapes, times in bounds, and no key besides the known ones, each once.

    A message has two quotes for each key and each text value. Without escapes no message can have fewer than its
    row accounts for, so an equal sum means that no message has an unknown, a null or a repeated key.
    """
    text = b"".join(values)
    return b"\\" not in text and _times_in_bounds(rows, options) and _quotes(text) == _accounted_for(rows)


def _unambiguous_rows(values: Sequence[bytes], rows: Sequence[Row | None], options: DecodeOptions) -> list[Row | None]:
    pairs = zip(values, rows, strict=True)
    return [row if row is not None and _unambiguous(value, row, options) else None for value, row in pairs]


def _unambiguous(value: bytes, row: Row, options: DecodeOptions) -> bool:
    """The same for one message that may have unknown and null keys: each key stands there once."""
    if b"\\" in value or not _times_in_bounds([row], options):
        return False
    try:
        return value.count(b'"') == quotes_of(_decode_any(value))
    except _UNREADABLE:
        return False


def _quotes(text: bytes) -> int:
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == _QUOTE))


def _accounted_for(rows: Sequence[Row]) -> int:
    texts = TEXT_WIDTH * len(rows) - _unknown(map(_texts, rows))
    numbers = (ROW_WIDTH - TEXT_WIDTH) * len(rows) - _unknown(map(_numbers, rows))
    written_times = [type(row[_TIME]) for row in rows].count(datetime)
    return 2 * (2 * texts + numbers + written_times)


def _unknown(rows: Iterable[Row]) -> int:
    return sum(map(tuple.count, rows, repeat(None)))


def _times_in_bounds(rows: Sequence[Row], options: DecodeOptions) -> bool:
    times: list[Any] = [row[_TIME] for row in rows]
    try:
        first, last = min(times), max(times)
    except TypeError:
        return False
    return EARLIEST_S <= _seconds(first) and _seconds(last) <= options.latest_s


def _seconds(time: datetime | float) -> float:
    return time if isinstance(time, float) else time.astimezone(UTC).timestamp()
