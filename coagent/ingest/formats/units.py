"""Numbers in the units that tools write them in."""

from typing import Any


def scaled(value: Any, factor: float) -> Any:
    """The number times the factor, also of a number written as text; what is no number stays as it is, to be named.

    >>> scaled("1500", 1e-3), scaled(None, 1e-3), scaled("soon", 1e-3)
    (1.5, None, 'soon')
    """
    if value is None or isinstance(value, bool):
        return value
    try:
        return float(value) * factor
    except (TypeError, ValueError):
        return value
