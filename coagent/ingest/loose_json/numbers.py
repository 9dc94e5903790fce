"""Numbers as such or as text, in the units that tools write them in."""

import math
import re
from typing import Any

_DURATION = re.compile(r"(?P<number>\d{1,12}(?:\.\d{1,9})?)(?P<unit>ns|us|µs|ms|s|m|h)")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_MAX_CHARS = 32


def number_of(value: Any) -> float | None:
    """A finite number, or the text of one; None for anything else.

    >>> number_of("1.5"), number_of(True), number_of("NaN")
    (1.5, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def scaled(value: Any, per: float) -> Any:
    """The number in a unit that is `per` times as large; what is no number stays as it is, to be noted as such.

    >>> scaled("1500", 1000), scaled(None, 1000), scaled("soon", 1000)
    (1.5, None, 'soon')
    """
    number = number_of(value)
    return value if number is None else number / per


def seconds_of_ms(milliseconds: Any) -> Any:
    """Seconds; what is no number stays as it is.

    >>> seconds_of_ms("880"), seconds_of_ms(None)
    (0.88, None)
    """
    return scaled(milliseconds, 1000)


def seconds_with_unit(value: Any) -> float | None:
    """The seconds of a duration written with its unit, as Go and Rust print it.

    >>> seconds_with_unit("1500ms"), seconds_with_unit("2.5s"), seconds_with_unit("1500")
    (1.5, 2.5, None)
    """
    found = _DURATION.fullmatch(value) if isinstance(value, str) and len(value) <= _MAX_CHARS else None
    return float(found["number"]) * _UNITS[found["unit"]] if found else None
