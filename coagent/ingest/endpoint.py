"""The host that serves, without what a URL may carry besides."""

from typing import Any
from urllib.parse import urlsplit


def endpoint_of(address: Any) -> str | None:
    """Host and port; user, password, path and query stay behind, for they may hold keys. None where there is none.

    >>> endpoint_of("https://key:secret@api.example.com:8443/v1?api-key=abc")
    'api.example.com:8443'
    >>> endpoint_of("api.openai.com")
    'api.openai.com'
    """
    if not isinstance(address, str) or not address:
        return None
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        port = parts.port
    except ValueError:
        return None
    return f"{parts.hostname}:{port}" if port else parts.hostname
