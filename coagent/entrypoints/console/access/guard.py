"""Stands before every page: host, session, forms, headers. What it does not let through reaches no route."""

import hmac
import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coagent.entrypoints.console.access.headers import headers_of
from coagent.entrypoints.console.access.limits import Limit
from coagent.entrypoints.console.access.open_paths import is_open
from coagent.entrypoints.console.access.place import Place
from coagent.entrypoints.console.access.sessions import Session, Sessions
from coagent.entrypoints.serve.body import TooLarge, read_body

MOST_BYTES = 16_384
MOST_FIELDS = 20
HEALTH = "/health"
"""It says nothing of anything, and what asks for it knows an address of its own."""
METHODS = ("GET", "HEAD", "POST")
RELOAD = "x-coagent-reload"
"""A page that reloads by itself says so: that keeps no session alive."""
DECISIONS = (20, 3.0)
"""At once, then one every so many seconds, by user."""


class Refused(Exception):
    """With the answer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.answer = PlainTextResponse(f"{text}\n", status)


@dataclass
class Guard:
    """ASGI middleware. What it found stands in the request's state: `session`, `form`, `nonce`."""

    app: ASGIApp
    place: Place
    sessions: Sessions
    decisions: Limit = field(default_factory=lambda: Limit(*DECISIONS))
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            answer = await self._checked(Request(scope, receive))
        except Refused as refused:
            answer = refused.answer
        await (answer or self.app)(scope, receive, self._with_headers(scope, send))

    async def _checked(self, request: Request) -> Response | None:
        """None: it may pass. Raises Refused."""
        if request.scope["path"] != HEALTH and not self.place.is_host(request.headers.get("host", "")):
            raise Refused(421, "this host is not served here")
        if request.method not in METHODS:
            raise Refused(405, "no such method")
        if not request.scope["query_string"].isascii():
            raise Refused(400, "an address is written in ASCII, other bytes as %xx (RFC 3986)")
        state = request.state
        state.session, state.form, state.nonce = self._session(request), {}, self._nonce(request)
        if state.session is None and not is_open(request.scope["path"]):
            return _to_login(request)
        if request.method == "POST":
            await self._check_post(request)
        return None

    async def _check_post(self, request: Request) -> None:
        self._check_origin(request.headers)
        state, path = request.state, request.scope["path"]
        session = None if is_open(path) else state.session
        state.form = await _form(request)
        if not hmac.compare_digest(state.form.get("csrf", "").encode(), self.csrf(session, state.nonce).encode()):
            raise Refused(403, "this form is out of date: reload the page and send it again")
        if session is None or path == "/logout":
            return
        if session.role != "decider":
            raise Refused(403, "only deciders may decide: ask whoever runs coagent to name you in its settings")
        if not self.decisions.allows(session.user):
            raise Refused(429, "too many decisions at once: wait a minute")

    def csrf(self, session: Session | None, nonce: str) -> str:
        """What a form carries: the session's own, or before a login one that belongs to the browser's nonce."""
        return session.csrf if session else hmac.new(self.key, nonce.encode(), "sha256").hexdigest()

    def _check_origin(self, headers: Headers) -> None:
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
        if origin not in self.place.origins or site != "same-origin":
            raise Refused(403, "a form is taken from the console's own pages alone")

    def _session(self, request: Request) -> Session | None:
        name = cookies(request).get(self.place.cookie, "")
        return self.sessions.find(name, is_use=RELOAD not in request.headers) if name else None

    def _nonce(self, request: Request) -> str:
        return cookies(request).get(f"{self.place.cookie}_login", "") or secrets.token_urlsafe(16)

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        said = headers_of(scope["path"], is_https=self.place.is_https)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(said)
            await send(message)

        return sending


def cookies(request: Request) -> dict[str, str]:
    """Of a header that may be anything."""
    try:
        return {name: one.value for name, one in SimpleCookie(request.headers.get("cookie", "")).items()}
    except CookieError:
        return {}


async def _form(request: Request) -> dict[str, str]:
    try:
        body = await read_body(request, MOST_BYTES)
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except TooLarge:
        raise Refused(413, "too large") from None
    except ClientDisconnect:
        raise Refused(400, "gone") from None
    except ValueError:
        raise Refused(400, "this is no form") from None
    return {name: values[-1] for name, values in found.items()}


def _to_login(request: Request) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("accept", "") and _is_a_visit(request):
        said = request.scope["query_string"].decode("latin-1")
        query = f"?{said}" if said else ""
        return RedirectResponse(f"/login?next={quote(request.url.path + query, safe='')}", 303)
    return PlainTextResponse("log in first: /login\n", 401)


def _is_a_visit(request: Request) -> bool:
    return "hx-request" not in request.headers
