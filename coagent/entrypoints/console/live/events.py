"""`/events`: server-sent events, one a topic in which something is new (HTML standard, 9.2)."""

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from coagent.entrypoints.console.access.guard import cookies
from coagent.entrypoints.console.access.sessions import Session
from coagent.entrypoints.console.live.news import News, TooMany

QUIET_S = 20.0
"""Then a comment goes out, so that nothing between closes the connection, and the session is looked at again."""
RETRY = b"retry: 5000\n\n"

StillIn = Callable[[str], Session | None]


def events_route(news: News, cookie: str, still_in: StillIn) -> Route:
    """Ends with its session."""

    async def handle(request: Request) -> Response:
        name = cookies(request).get(cookie, "")
        stream = _stream(news, lambda: still_in(name) is not None)
        first = await anext(stream, None)
        if first is None:
            return PlainTextResponse("too many pages are open\n", 503)
        return StreamingResponse(_with(first, stream), media_type="text/event-stream")

    return Route("/events", handle)


async def _with(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in rest:
        yield part


async def _stream(news: News, is_in: Callable[[], bool]) -> AsyncIterator[bytes]:
    try:
        async with news.page() as queue:
            yield RETRY
            while is_in():
                yield await _next(queue)
    except TooMany:
        return


async def _next(queue: asyncio.Queue[str]) -> bytes:
    try:
        topic = await asyncio.wait_for(queue.get(), QUIET_S)
    except TimeoutError:
        return b": quiet\n\n"
    return f"event: {topic}\ndata: {topic}\n\n".encode()
