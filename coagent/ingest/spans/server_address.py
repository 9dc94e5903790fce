"""Where a request went: host and port, or the URL it was sent to."""

from collections.abc import Mapping
from typing import Any

_USUAL_PORTS = frozenset({"443", "80", "0"})


def host_of(facts: Mapping[str, Any]) -> str | None:
    """The server's address with an unusual port, else a URL; None where the span names neither.

    >>> host_of({"host": "10.0.0.7", "port": 8000})
    '10.0.0.7:8000'
    >>> host_of({"host": "api.openai.com", "port": "443"})
    'api.openai.com'
    """
    address = facts.get("host")
    if not isinstance(address, str) or not address:
        url = facts.get("url")
        return url if isinstance(url, str) else None
    port = str(facts.get("port", "0"))
    has_port = not port.isdecimal() or port in _USUAL_PORTS or "//" in address or ":" in address
    return address if has_port else f"{address}:{port}"
