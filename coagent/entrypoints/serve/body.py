"""A request's body, as far as it is read."""

from starlette.requests import Request

MOST_BYTES = 2_000_000
"""GitHub sends up to 25 MB; what coagent needs of an event is far smaller."""


class TooLarge(Exception):
    """A body beyond the limit."""


async def read_body(request: Request, most_bytes: int = MOST_BYTES) -> bytes:
    """Raises TooLarge as soon as it is known to be."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most_bytes:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)
