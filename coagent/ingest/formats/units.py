"""Numbers in the units that tools write them in."""

from typing import Any


def scaled(value: Any, per: float) -> Any:
    """The number in a unit that is `per` times as large, also of a number in a text; the rest stays, to be named.

    >>> scaled("1500", 1000), scaled(None, 1000), scaled("soon", 1000)
    (1.5, None, 'soon')
    """
    if value is None or isinstance(value, bool):
        return value
    try:
        return float(value) / per
    except (TypeError, ValueError, OverflowError):
        return value
