"""Values as plain JSON types."""

from typing import Any

import msgspec


def plain(value: Any) -> Any:
    """Times are RFC 3339, money is text; an unknown (NaN) figure is None."""
    return msgspec.json.decode(msgspec.json.encode(value))
