"""The console with its database, logins and place."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cache, partial
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET, socket

from starlette.routing import BaseRoute

from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.bootstrap.postgres import database
from coagent.console_settings import ConsoleSettings
from coagent.domain.errors import Fatal
from coagent.entrypoints.console.access.guard import Guard
from coagent.entrypoints.console.access.login import Login
from coagent.entrypoints.console.access.one_time_link import OneTimeLink, note_listening
from coagent.entrypoints.console.access.open_paths import OIDC_RETURN
from coagent.entrypoints.console.access.people import people_of
from coagent.entrypoints.console.access.place import Place, is_loopback, local_place, public_place
from coagent.entrypoints.console.access.sessions import Sessions
from coagent.entrypoints.console.answers import Answers
from coagent.entrypoints.console.app import console
from coagent.entrypoints.console.decide import Decisions, Words
from coagent.entrypoints.console.live.events import events_route
from coagent.entrypoints.console.live.news import News
from coagent.entrypoints.console.live.topics import QUERY
from coagent.entrypoints.console.processes import no_kafka, processes_on_kafka
from coagent.entrypoints.console.render import Templates
from coagent.entrypoints.console.rows import as_rows
from coagent.entrypoints.control.user import user
from coagent.ports import Clock
from coagent.settings import Settings

log = logging.getLogger(__name__)


def check(settings: ConsoleSettings) -> None:
    """Raises Fatal where it would be open to others without a login."""
    beyond = settings.public_url is not None or not is_loopback(settings.host)
    if beyond and not settings.has_login:
        raise Fatal(
            "the console is to be seen beyond this machine, so it needs a login: set COAGENT_CONSOLE__PASSWORDS "
            "(`coagent console password` makes a hash) or COAGENT_CONSOLE__OIDC_ISSUER (docs/console.md)"
        )
    if not is_loopback(settings.host) and settings.public_url is None:
        raise Fatal(
            "COAGENT_CONSOLE__PUBLIC_URL is missing: say the https:// address that people open; TLS ends before coagent"
        )


def listening_socket(settings: ConsoleSettings) -> socket:
    """At its port; on this machine alone at any free one where that is taken. Raises Fatal."""
    with suppress(OSError):
        return _bound(settings.host, settings.port)
    if settings.public_url is not None:
        raise Fatal(f"port {settings.port} of {settings.host} is taken: set COAGENT_CONSOLE__PORT to another")
    return _bound(settings.host, 0)


def place_of(settings: ConsoleSettings, port: int) -> Place:
    return public_place(settings.public_url) if settings.public_url else local_place(settings.host, port)


def wired(settings: Settings, place: Place, clock: Clock) -> tuple[Guard, str]:
    """The application, and the link that opens it."""
    own = settings.console
    link = None if own.has_login else OneTimeLink(place.address, settings.data_dir)
    if link is None:
        note_listening(settings.data_dir, place.address)
    sessions = Sessions(clock, timedelta(hours=own.idle_hours), timedelta(hours=own.session_hours))
    parts = Parts(settings, clock)
    others = partial(_others, parts, link)
    guard = console(parts.answers, place, sessions, others, {"": lambda: {"processes": parts.processes.look()}})
    return guard, link.link if link else place.address


class Parts:
    """What the console asks of the world."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings, self.clock = settings, clock
        self.engine = database(settings)
        self.answers = Answers(SqlReader(self.engine))
        named = settings.kafka.bootstrap_servers is not None
        self.processes = processes_on_kafka(settings, clock) if named else no_kafka(clock)

    @cache  # noqa: B019  as long as the console
    def words(self) -> Words:
        """Loaded at the first decision: it brings 20 MB of what else is kept there."""
        from coagent.adapters.postgres.conversations import PostgresConversations  # noqa: PLC0415

        return PostgresConversations(self.engine)

    def versions(self) -> dict[str, str | None]:
        """What changes when something is new, by topic. Raises CoagentError."""
        (row,) = as_rows(self.answers.ask(QUERY, {}))
        return {**row, "processes": self.processes.version()}


def _others(parts: Parts, link: OneTimeLink | None, guard: Guard, templates: Templates) -> Sequence[BaseRoute]:
    settings = parts.settings.console
    people = people_of(settings) if settings.passwords else None
    login = Login(guard, templates.answer, link=link, people=people, provider=settings.oidc_host, user=user())
    decisions = Decisions(parts.words, parts.answers, templates, parts.clock)
    events = events_route(News(parts.versions), guard.place.cookie, partial(guard.sessions.find, is_use=False))
    at_provider = _oidc_routes(settings, guard, templates, login, parts.clock) if settings.oidc_issuer else []
    return [*at_provider, *login.routes(), *decisions.routes(), events]


def _oidc_routes(
    settings: ConsoleSettings, guard: Guard, templates: Templates, login: Login, clock: Clock
) -> Sequence[BaseRoute]:
    """Loaded where people log in so: it brings 15 MB of cryptography."""
    from coagent.entrypoints.console.access.oidc.provider import provider_of  # noqa: PLC0415
    from coagent.entrypoints.console.access.oidc.roles import roles_of  # noqa: PLC0415
    from coagent.entrypoints.console.access.oidc.routes import OidcLogin  # noqa: PLC0415

    place = guard.place
    provider = provider_of(settings, f"{place.address}{OIDC_RETURN}")
    roles, render = roles_of(settings), templates.answer
    return OidcLogin(provider, roles, clock, place=place, render=render, entered=login.entered).routes()


def _bound(host: str, port: int) -> socket:
    one = socket(AF_INET6 if ":" in host else AF_INET)
    try:
        one.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        one.bind((host, port))
        one.listen()  # from now on nobody else gets the port, and who follows the link waits instead of being refused
    except OSError:
        one.close()
        raise
    return one
