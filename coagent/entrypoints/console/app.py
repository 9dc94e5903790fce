"""The console as an ASGI application."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from coagent.domain.errors import CoagentError, Transient
from coagent.entrypoints.console.access.guard import Guard
from coagent.entrypoints.console.access.place import Place
from coagent.entrypoints.console.access.sessions import Sessions
from coagent.entrypoints.console.answers import Answers
from coagent.entrypoints.console.page_routes import More, PageRoutes
from coagent.entrypoints.console.pages import PAGES
from coagent.entrypoints.console.render import Templates

NOTHING: Mapping[str, More] = MappingProxyType({})
STATIC = Path(__file__).parent / "static"
Others = Callable[[Guard, Templates], Sequence[BaseRoute]]

log = logging.getLogger(__name__)


def console(
    answers: Answers, place: Place, sessions: Sessions, others: Others, more: Mapping[str, More] = NOTHING
) -> Guard:
    """All pages behind the guard; `others`: logins, decisions, events; `more`: what pages show besides, by path."""
    templates = Templates(PAGES)
    app = Starlette()
    guard = Guard(app, place, sessions)
    pages = [
        route for page in PAGES for route in PageRoutes(page, answers, templates, more.get(page.path, dict)).routes()
    ]
    app.router.routes = [
        Route("/health", _health),
        Mount("/static", StaticFiles(directory=STATIC)),
        *others(guard, templates),
        *pages,
    ]
    _handle_problems(app, templates)
    return guard


def _handle_problems(app: Starlette, templates: Templates) -> None:
    def shown(request: Request, status: int, title: str, text: str) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return templates.answer(request, "message.html", status=status, title=title, text=text)
        return PlainTextResponse(f"{text}\n", status)

    def refused(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, HTTPException)
        return shown(request, problem.status_code, TITLES.get(problem.status_code, "No"), problem.detail)

    def failed(request: Request, problem: Exception) -> Response:
        log.warning("%s: %s", request.scope["path"], problem)
        status = 503 if isinstance(problem, Transient) else 500
        return shown(request, status, "The database could not be asked", str(problem))

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(CoagentError, failed)


TITLES = {400: "That is not understood", 404: "Not here", 405: "Not that way"}


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok\n")
