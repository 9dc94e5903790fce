"""When a request began, from the ways in which times are written."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from coagent.ingest.loose_json.moments import iso_moment
from coagent.ingest.options import EARLIEST_S, DecodeOptions
from coagent.ingest.refused import Refused, refused_by

_MILLIS, _MICROS, _NANOS = 1e12, 1e15, 1e18
"""From here on a number counts milli-, micro-, nanoseconds: as seconds it would lie beyond the year 9999."""

_MAX_TIME_CHARS = 64
_RFC_3339 = Annotated[datetime, Meta(tz=True)] | float


class _Strict(msgspec.Struct):
    time: _RFC_3339


def canonical_moment(written: Any, options: DecodeOptions) -> datetime:
    """The aware time of RFC 3339 or epoch seconds, for the canonical format. Raises Refused."""
    try:
        time = msgspec.convert({"time": written}, _Strict).time
    except msgspec.ValidationError as error:
        raise refused_by(error) from None
    seconds = time if isinstance(time, float) else time.timestamp()
    if not EARLIEST_S <= seconds <= options.latest_s:
        raise Refused(
            "time_out_of_range", "time is before 2015 or more than a day ahead (epoch is in seconds), at $.time"
        )
    return datetime.fromtimestamp(time, UTC) if isinstance(time, float) else time.astimezone(UTC)


def moment(written: Any, options: DecodeOptions) -> datetime:
    """The aware time of ISO 8601 or of an epoch in seconds, milli-, micro- or nanoseconds, as number or text.

    A time without a zone is read as UTC: servers log so, and the hour would be a guess otherwise. Raises Refused.
    """
    kind = type(written)
    if kind is float and EARLIEST_S <= written <= options.latest_s:
        return datetime.fromtimestamp(written, UTC)
    if kind is float or kind is int:
        return _of_epoch(written, options)
    if kind is str:
        return _of_text(written, options)
    if isinstance(written, datetime):
        return _checked(written, options)
    raise Refused("wrong_type:time", f"expected a time, got {kind.__name__}, at $.time")


def _of_epoch(number: float, options: DecodeOptions) -> datetime:
    seconds = number
    if number >= _MILLIS:
        unit = 1e3 if number < _MICROS else 1e6 if number < _NANOS else 1e9
        seconds = number / unit if number < _MILLIS**2 else float("inf")
    if not EARLIEST_S <= seconds <= options.latest_s:
        raise _out_of_range()
    return datetime.fromtimestamp(seconds, UTC)


def _of_text(text: str, options: DecodeOptions) -> datetime:
    written = text.strip() if len(text) <= _MAX_TIME_CHARS else ""
    try:
        return _of_epoch(_number(written), options)
    except ValueError:
        pass
    if (found := iso_moment(written)) is None:
        raise Refused("invalid_time:time", "expected an ISO 8601 time or an epoch, at $.time")
    return _checked(found, options)


def _number(text: str) -> float:
    """An integer stays one, for nanoseconds have more digits than a float."""
    return int(text) if text.isdecimal() else float(text)


def _checked(time: datetime, options: DecodeOptions) -> datetime:
    try:
        aware = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        seconds = aware.timestamp()
    except OverflowError:
        raise _out_of_range() from None
    if not EARLIEST_S <= seconds <= options.latest_s:
        raise _out_of_range()
    return aware


def _out_of_range() -> Refused:
    return Refused("time_out_of_range", "time is before 2015 or more than a day ahead, at $.time")
