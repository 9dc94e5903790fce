"""The HTTP client of a model server: a body of at most so many bytes, none that unpacks, nowhere but there."""

from typing import Any

import openai

ANSWER_BYTES = 1 << 20
"""An answer of 1,024 tokens takes 8 KB of JSON: 128 times that is no answer to us."""


class Unreadable(Exception):
    """A body that is not read to its end; its text is one reason, without anything that the server sent."""


class BoundedClient(openai.DefaultAsyncHttpxClient):
    """Reads `max_bytes` of a body at most. A packed body is refused: a few of its bytes can fill the memory."""

    def __init__(self, max_bytes: int = ANSWER_BYTES) -> None:
        super().__init__(follow_redirects=False, headers={"accept-encoding": "identity"})
        self._max_bytes = max_bytes

    async def send(self, request: Any, *, stream: bool = False, **options: Any) -> Any:  # noqa: ARG002  always read here
        """The response with its whole body. Raises Unreadable."""
        response = await super().send(request, stream=True, **options)
        try:
            body = await self._read(response)
        finally:
            await response.aclose()
        return type(response)(response.status_code, headers=response.headers, content=body, request=request)

    async def _read(self, response: Any) -> bytes:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise Unreadable("a compressed body that was not asked for")
        body = bytearray()
        async for part in response.aiter_raw():
            body += part
            if len(body) > self._max_bytes:
                raise Unreadable(f"a body of more than {self._max_bytes:,} bytes")
        return bytes(body)
