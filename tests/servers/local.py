"""A local HTTP server for tests, with faults to order."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class Lost(Exception):
    """The effect happened, its answer does not arrive."""


class LocalServer:
    """`faults` are used up one a request: a Response is answered instead of the effect, `lose` loses the answer after
    the effect, `kill` kills the client then, `hang` never answers. `answer(request, body)` is the effect.
    """

    def __init__(self) -> None:
        self.faults: deque[Response | str | None] = deque()
        self.requests: list[tuple[str, str]] = []
        self.url = ""
        self.on_kill: Callable[[], None] = lambda: None

    async def answer(self, request: Request, body: bytes) -> Response:
        raise NotImplementedError

    async def handle(self, request: Request) -> Response:
        body = await request.body()
        self.requests.append((request.method, request.url.path))
        fault = self.faults.popleft() if self.faults and self.is_write(request) else None
        if isinstance(fault, Response):
            return fault
        if fault == "hang":
            await asyncio.sleep(3600)
        answer = await self.answer(request, body)
        if fault == "kill":
            self.on_kill()
        if fault in ("lose", "kill"):
            raise Lost
        return answer

    def is_write(self, request: Request) -> bool:
        return request.method != "GET"

    def writes(self, path: str) -> int:
        return sum(method != "GET" and one.endswith(path) for method, one in self.requests)


class _Dropping(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """None: pytest keeps its own."""


@contextmanager
def running(server: LocalServer) -> Iterator[str]:
    """Its address on 127.0.0.1, until the end of the block. A lost answer is a connection that breaks off."""

    async def app(scope: Any, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        try:
            await inner(scope, receive, send)
        except Lost:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
            await send({"type": "http.response.body", "body": b"{", "more_body": False})

    inner = Starlette(routes=[Route("/{path:path}", server.handle, methods=METHODS)])
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    uvicorn_server = _Dropping(config)
    thread = threading.Thread(target=uvicorn_server.run, daemon=True)
    thread.start()
    give_up = time.monotonic() + 10
    while not uvicorn_server.started:
        assert time.monotonic() < give_up
        time.sleep(0.01)
    port = uvicorn_server.servers[0].sockets[0].getsockname()[1]
    server.url = f"http://127.0.0.1:{port}"
    try:
        yield server.url
    finally:
        uvicorn_server.should_exit = uvicorn_server.force_exit = True
        thread.join(5)


def json(value: Any, status: int = 200, **headers: str) -> Response:
    return JSONResponse(value, status, {name.replace("_", "-"): text for name, text in headers.items()})
