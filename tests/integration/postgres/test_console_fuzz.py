"""Whatever is sent to the console, at any of its routes: nothing fails, and nobody without a session gets a page.

Pages have no OpenAPI description that schemathesis could read: hypothesis draws the requests from their routes.
"""

import asyncio
import re
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, quote_from_bytes, unquote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from starlette.routing import Mount, Route
from starlette.types import Message, Scope

from coagent.entrypoints.console.access.guard import MOST_BYTES, Guard
from coagent.entrypoints.console.access.open_paths import OIDC, is_open
from coagent.entrypoints.console.access.passwords import hashed
from tests.integration.postgres.browser import console_of
from tests.integration.postgres.test_console_decisions import reported
from tests.integration.postgres.test_sql_page import filled

__all__ = ["filled", "reported"]

FUZZED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
AWAY = 502
"""The identity provider of the console beyond this machine is never there."""
BEYOND = {
    "public_url": "https://coagent.example",
    "passwords": {"ann": hashed("correct horse battery staple")},
    "oidc_issuer": "http://127.0.0.1:9/issuer",
    "oidc_client_id": "console",
    "oidc_readers": ("*",),
}
METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS", "QUERY")
NAMES = (
    *("page", "days", "by", "status", "state", "provider", "model", "task", "key", "next", "code", "error", "iss"),
    *("csrf", "decision", "reason", "name", "password"),
)
KNOWN = ("1", "2", "30", "model", "day", "all", "open", "approve", "snooze", "accept", "ann", "/", "//evil.example")
ODD = (
    "\x00",
    "%00",
    "-1",
    "1e9",
    "9" * 30,
    "٣",
    "²",
    "' OR 1=1 --",
    "%(days)s",
    "{{7*7}}",
    "\u202e",
    "\ud83d",
    "../..",
)

texts = st.sampled_from((*KNOWN, *ODD)) | st.text(max_size=30)
pairs = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), texts, max_size=5)
parts = st.sampled_from(("shift-1", "opportunity-1", "spend", "by-model", "nothing")) | texts
header_names = ("accept", "cookie", "hx-request", "x-coagent-reload", "sec-fetch-site", "sec-purpose", "content-type")
header_values = st.sampled_from((b"text/html", b"*/*", b"prefetch", b"same-origin", b"1")) | st.binary(max_size=30)
headers = st.dictionaries(st.sampled_from(header_names), header_values, max_size=4)
bodies = st.binary(max_size=60) | st.just(b"a" * (MOST_BYTES + 1)) | st.just(b"a=1&" * 50)


class Sent(NamedTuple):
    method: str
    path: bytes
    query: bytes
    headers: Mapping[str, bytes]
    body: bytes


class Answered(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class World:
    """A console with all its routes, and somebody new in each request."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self._number = guard, count()
        routes = guard.app.routes  # type: ignore[attr-defined]
        self.paths = ["/static/{file}", *(one.path for one in routes if isinstance(one, Route))]
        assert all(isinstance(one, Route | Mount) for one in routes)

    def entered(self) -> tuple[str, str]:
        """A cookie and its session's token."""
        name = self.guard.sessions.begin(f"user-{next(self._number)}", "decider")
        session = self.guard.sessions.find(name, is_use=False)
        assert session
        return f"{self.guard.place.cookie}={name}", session.csrf

    def ask(self, sent: Sent) -> Answered:
        return asyncio.run(self._ask(sent))

    async def _ask(self, sent: Sent) -> Answered:
        """As the server calls it; who asked is gone after its request, so that no stream goes on."""
        coming: list[Message] = [{"type": "http.request", "body": sent.body, "more_body": False}]
        answered: list[Message] = []

        async def receive() -> Message:
            return coming.pop() if coming else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            answered.append(message)

        await self.guard(self._scope(sent), receive, send)
        if not answered:
            return Answered(0, {}, b"")
        found = {name.decode("latin-1"): value.decode("latin-1") for name, value in answered[0]["headers"]}
        return Answered(answered[0]["status"], found, b"".join(one.get("body", b"") for one in answered[1:]))

    def _scope(self, sent: Sent) -> Scope:
        address = self.guard.place.address
        own = {"host": address.split("//")[1].encode(), "origin": address.encode(), **sent.headers}
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": sent.method,
            "scheme": address.split(":")[0],
            "path": unquote(sent.path.decode("ascii")),
            "raw_path": sent.path,
            "root_path": "",
            "query_string": sent.query,
            "headers": [(name.encode(), value) for name, value in own.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8701),
        }


@pytest.fixture(params=[{}, BEYOND], ids=["this machine", "beyond"])
def world(reported: Engine, postgres_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> World:
    guard, _, _ = console_of(postgres_url, tmp_path, **request.param)
    return World(guard)


def path_of(template: str, values: list[str]) -> bytes:
    """A route's path with these values in its places, and sometimes something behind it."""
    kept = iter(values)
    filled_in = re.sub(r"\{[^}]+\}", lambda _: quote(next(kept, "x"), safe="", errors="replace"), template)
    return "".join([filled_in, *(quote(one, safe="/", errors="replace") for one in kept)]).encode()


def encoded(values: Mapping[str, str]) -> bytes:
    return urlencode(values, errors="replace").encode()


def is_fine(path: bytes, answer: Answered) -> bool:
    return answer.status < 500 or (answer.status == AWAY and unquote(path.decode()).startswith(OIDC))


@FUZZED
@given(data=st.data())
def test_whatever_somebody_sends_is_answered(world: World, data: st.DataObject) -> None:
    """With a session and, where it is a form, its token."""
    template = data.draw(st.sampled_from(world.paths))
    path = path_of(template, data.draw(st.lists(parts, max_size=3)))
    cookie, csrf = world.entered()
    form = data.draw(pairs)
    body = data.draw(st.just(encoded({**form, "csrf": csrf})) | bodies)
    said = {"cookie": cookie.encode(), **data.draw(headers)}
    sent = Sent(
        data.draw(st.sampled_from(METHODS)), path, data.draw(pairs.map(encoded) | st.binary(max_size=40)), said, body
    )
    answer = world.ask(sent)
    assert is_fine(path, answer), answer


@FUZZED
@given(raw=st.binary(max_size=40), data=st.data())
def test_any_address_is_answered(world: World, raw: bytes, data: st.DataObject) -> None:
    path = b"/" + quote_from_bytes(raw, safe="/").encode()
    cookie, _ = world.entered()
    said = {"cookie": cookie.encode(), **data.draw(headers)}
    sent = Sent(data.draw(st.sampled_from(METHODS)), path, data.draw(st.binary(max_size=60)), said, data.draw(bodies))
    assert is_fine(path, world.ask(sent))


@FUZZED
@given(data=st.data())
def test_nobody_without_a_session_gets_a_page(world: World, data: st.DataObject) -> None:
    path = path_of(data.draw(st.sampled_from(world.paths)), data.draw(st.lists(parts, max_size=3)))
    sent = Sent(
        data.draw(st.sampled_from(METHODS)), path, data.draw(pairs.map(encoded)), data.draw(headers), data.draw(bodies)
    )
    answer = world.ask(sent)
    assert is_fine(path, answer), answer
    if not is_open(unquote(path.decode())):
        assert answer.status in (303, 401, 405), answer


@pytest.mark.parametrize("named", [{}, {"page": "1"}])
def test_the_drawn_requests_reach_what_they_aim_at(world: World, named: dict[str, Any]) -> None:
    """Or all of the above would be about refusals."""
    cookie, csrf = world.entered()
    said = {"cookie": cookie.encode()}
    assert world.ask(Sent("GET", b"/shifts/shift-1", encoded(named), said, b"")).status == 200
    assert b"shift-1" in world.ask(Sent("GET", b"/shifts.json", encoded({"days": "400", **named}), said, b"")).body
    form = encoded({"csrf": csrf, "decision": "acknowledge", "reason": "seen by a test", **named})
    assert world.ask(Sent("POST", b"/shifts/shift-1/decide", b"", said, form)).status == 200
    assert world.ask(Sent("GET", b"/events", b"", said, b"")).headers["content-type"].startswith("text/event-stream")
