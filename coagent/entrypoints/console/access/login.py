"""Logging in: by the one-time link on this machine, by password, and out again."""

import asyncio
import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coagent.entrypoints.console.access.guard import Guard, cookies
from coagent.entrypoints.console.access.limits import Limit
from coagent.entrypoints.console.access.local_address import local
from coagent.entrypoints.console.access.one_time_link import OneTimeLink, is_looked_at_only
from coagent.entrypoints.console.access.people import People
from coagent.entrypoints.console.access.sessions import Role

BY_NAME = (5, 60.0)
BY_ALL = (30, 2.0)
"""Tries at once, then one every so many seconds: by the name that is tried, and of everybody together."""
AT_ONCE = 2
"""Hashes that are computed side by side: each takes 32 MiB."""
LONGEST_NAME = 200

log = logging.getLogger(__name__)
Render = Callable[..., Response]


class Login:
    """`link`: None where people log in; `people`: None without passwords; `provider`: the identity provider's host."""

    def __init__(
        self,
        guard: Guard,
        render: Render,
        *,
        link: OneTimeLink | None,
        people: People | None,
        provider: str | None,
        user: str,
    ) -> None:
        self._guard, self._render, self._link, self._people = guard, render, link, people
        self._provider, self._user = provider, user
        self._tries, self._all_tries = Limit(*BY_NAME), Limit(*BY_ALL)
        self._hashing = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[Route]:
        return [
            Route("/enter", self.enter),
            Route("/login", self.form),
            Route("/login", self.log_in, methods=["POST"]),
            Route("/logout", self.log_out, methods=["POST"]),
        ]

    async def enter(self, request: Request) -> Response:
        """The one-time link. The page goes on by itself: a redirect from another site would lack a strict cookie."""
        key = request.query_params.get("key", "")
        if self._link is None or request.method != "GET" or is_looked_at_only(request.headers):
            return self._message(request, "This link opens nothing here", "Open the console's address and log in.", 403)
        if not self._all_tries.allows("link"):
            return self._message(request, "Too many tries", "Wait a minute.", 429)
        if not self._link.use(key):
            log.warning("a link that is not valid was tried")
            return self._message(
                request, "This link was used, or is not right", "`coagent console link` prints a new one.", 403
            )
        return self.entered(request, self._render(request, "entered.html", then="/"), self._user, "decider")

    async def form(self, request: Request) -> Response:
        """What to do to get in."""
        return self._form(request, 200)

    async def log_in(self, request: Request) -> Response:
        """By name and password. What was wrong is not said."""
        form = request.state.form
        name, password = form.get("name", "")[:LONGEST_NAME], form.get("password", "")
        if not (self._all_tries.allows("login") and self._tries.allows(name.casefold())):
            return self._form(request, 429, "Too many tries. Wait a minute.")
        role = await self._role(name, password)
        if role is None:
            log.warning("a login failed")
            return self._form(request, 403, "Name or password is wrong.")
        return self.entered(request, RedirectResponse(local(form.get("next", "")), 303), name, role)

    async def log_out(self, request: Request) -> Response:
        """Ends the session at the server too."""
        place = self._guard.place
        self._guard.sessions.end(cookies(request).get(place.cookie, ""))
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(place.cookie, secure=place.is_https, httponly=True, samesite="strict")
        return answer

    def entered(self, request: Request, answer: Response, user: str, role: Role) -> Response:
        """A session with a new name, whatever the browser had before."""
        place, sessions = self._guard.place, self._guard.sessions
        sessions.end(cookies(request).get(place.cookie, ""))
        name = sessions.begin(user, role)
        log.info("%s is in as %s", user, role)
        answer.set_cookie(place.cookie, name, secure=place.is_https, httponly=True, samesite="strict")
        return answer

    async def _role(self, name: str, password: str) -> Role | None:
        if self._people is None:
            return None
        async with self._hashing:
            return await asyncio.to_thread(self._people.by_password, name, password)

    def _form(self, request: Request, status: int, problem: str = "") -> Response:
        wanted = request.query_params.get("next", "") or request.state.form.get("next", "")
        how = {"by_link": self._link is not None, "by_password": self._people is not None, "provider": self._provider}
        csrf = self._guard.csrf(None, request.state.nonce)
        answer = self._render(
            request, "login.html", status=status, problem=problem, next=local(wanted), login_csrf=csrf, **how
        )
        place = self._guard.place
        answer.set_cookie(
            f"{place.cookie}_login", request.state.nonce, secure=place.is_https, httponly=True, samesite="strict"
        )
        return answer

    def _message(self, request: Request, title: str, text: str, status: int) -> Response:
        return self._render(request, "message.html", status=status, title=title, text=text)
