"""To the identity provider and back."""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coagent.entrypoints.console.access.guard import cookies
from coagent.entrypoints.console.access.local_address import local
from coagent.entrypoints.console.access.oidc.failures import NotAdmitted, ProviderFailed
from coagent.entrypoints.console.access.oidc.pending import LASTS, Pending, PendingLogins
from coagent.entrypoints.console.access.oidc.provider import Provider
from coagent.entrypoints.console.access.oidc.roles import Roles
from coagent.entrypoints.console.access.open_paths import OIDC, OIDC_RETURN
from coagent.entrypoints.console.access.place import Place
from coagent.entrypoints.console.access.sessions import Role
from coagent.entrypoints.terminal.wording import plain
from coagent.ports import Clock

BAD_GATEWAY = 502
ERROR = re.compile(r"[a-zA-Z0-9_.-]{1,64}")

log = logging.getLogger(__name__)
Render = Callable[..., Response]
Entered = Callable[[Request, Response, str, Role], Response]


class OidcLogin:
    """`entered` gives the browser a new session."""

    def __init__(
        self, provider: Provider, roles: Roles, clock: Clock, *, place: Place, render: Render, entered: Entered
    ) -> None:
        self._place, self._provider, self._roles, self._clock = place, provider, roles, clock
        self._render, self._entered = render, entered
        self._pending = PendingLogins(clock)

    def routes(self) -> list[Route]:
        return [Route(OIDC, self.begin), Route(OIDC_RETURN, self.end)]

    async def begin(self, request: Request) -> Response:
        """Sends the browser to the provider. The cookie is lax: it has to come back from another site."""
        then = local(request.query_params.get("next", ""))
        if request.headers.get("host", "").lower() != urlsplit(self._place.address).netloc:
            return RedirectResponse(f"{self._place.address}{OIDC}?next={quote(then, safe='')}", 303)
        name, pending = self._pending.begin(then)
        try:
            address = await self._provider.address(pending, self._clock.now())
        except ProviderFailed as failed:
            return self._failed(request, BAD_GATEWAY, str(failed))
        answer = RedirectResponse(address, 303)
        lasts = int(LASTS.total_seconds())
        answer.set_cookie(self._cookie, name, max_age=lasts, secure=self._place.is_https, httponly=True, samesite="lax")
        return answer

    async def end(self, request: Request) -> Response:
        """What the provider sends the browser back with."""
        said = request.query_params
        pending = self._pending.take(cookies(request).get(self._cookie, ""), said.get("state", ""))
        if pending is None:
            return self._failed(request, 400, "this login did not begin in this browser, or was used, or took too long")
        try:
            claims = await self._claims(said, pending)
            user, role = self._roles.admit(claims)
        except ProviderFailed as failed:
            return self._failed(request, BAD_GATEWAY, str(failed))
        except NotAdmitted as refused:
            return self._failed(request, 403, str(refused))
        answer = self._entered(request, self._render(request, "entered.html", then=pending.then), user, role)
        answer.delete_cookie(self._cookie, secure=self._place.is_https, httponly=True, samesite="lax")
        return answer

    async def _claims(self, said: Mapping[str, str], pending: Pending) -> Mapping[str, Any]:
        """Of whom the provider sends back. Raises ProviderFailed, NotAdmitted."""
        if "error" in said:
            error = said["error"] if ERROR.fullmatch(said["error"]) else "for no reason that is understood"
            raise NotAdmitted(f"the identity provider refused: {error} {said.get('error_description', '')}".strip())
        if said.get("iss", self._provider.issuer) != self._provider.issuer:  # RFC 9207
            raise NotAdmitted("the answer is another identity provider's")
        return await self._provider.claims(said.get("code", ""), pending, self._clock.now())

    @property
    def _cookie(self) -> str:
        return f"{self._place.cookie}_oidc"

    def _failed(self, request: Request, status: int, text: str) -> Response:
        log.warning("a login at the identity provider failed: %s", plain(text))
        title = "The identity provider does not work" if status == BAD_GATEWAY else "The login did not work"
        said = f"{text[:1].upper()}{text[1:]}."
        return self._render(request, "message.html", status=status, title=title, text=said)
