"""The HTTP application: an endpoint for each service whose secret is known, and none besides."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from coagent.delivery_settings import DeliverySettings
from coagent.domain.errors import Transient
from coagent.domain.notice import Word
from coagent.entrypoints.serve import events, signatures
from coagent.entrypoints.serve.body import TooLarge, read_body
from coagent.ports import Clock

log = logging.getLogger(__name__)


class Words(Protocol):
    """Where words are kept."""

    def add_word(self, word: Word) -> bool: ...


class Whose(Protocol):
    """Which conversation a message or issue shows."""

    def conversation_of(self, kind: str, ref: str) -> tuple[str, str] | None: ...


Headers = Mapping[str, str]
IsGenuine = Callable[[Headers, bytes, datetime], bool]
Said = Callable[[Headers, bytes, datetime], list[Word]]
Handler = Callable[[Request], Awaitable[Response]]


def application(
    settings: DeliverySettings, words: Words, tickets: Whose, clock: Clock, others: Sequence[Route] = ()
) -> Starlette:
    """Answers 200 when the word is stored, 401 without the right signature, 413 beyond the limit, 400 for no event.
    `others`: endpoints that take something else.
    """
    routes = [Route("/health", _health), *others]
    for path, (secret, genuine, said) in _services(settings, tickets).items():
        if secret:
            routes.append(Route(path, _handler(words, clock, genuine, said), methods=["POST"]))
    return Starlette(routes=routes)


def _services(settings: DeliverySettings, tickets: Whose) -> dict[str, tuple[str, IsGenuine, Said]]:
    find = tickets.conversation_of
    slack, github, gitlab, jira, alertmanager = (
        secret.get_secret_value() if secret else ""
        for secret in (
            settings.slack_signing_secret,
            settings.github_webhook_secret,
            settings.gitlab_webhook_token,
            settings.jira_webhook_secret,
            settings.alertmanager_secret,
        )
    )
    return {
        "/slack": (
            slack,
            lambda headers, body, at: signatures.slack(slack, headers, body, at),
            lambda _headers, body, at: events.slack(body, at),
        ),
        "/github": (
            github,
            lambda headers, body, _at: signatures.hub(github, headers.get("x-hub-signature-256", ""), body),
            lambda headers, body, at: events.github(
                headers.get("x-github-event", ""), headers.get("x-github-delivery", ""), _json(body), find, at
            ),
        ),
        "/gitlab": (
            gitlab,
            lambda headers, _body, _at: signatures.token(gitlab, headers.get("x-gitlab-token", "")),
            lambda _headers, body, at: events.gitlab(_json(body), find, at),
        ),
        "/jira": (
            jira,
            lambda headers, body, _at: signatures.hub(jira, headers.get("x-hub-signature", ""), body),
            lambda _headers, body, at: events.jira(_json(body), find, at),
        ),
        "/alertmanager": (
            alertmanager,
            lambda headers, _body, _at: signatures.token(f"Bearer {alertmanager}", headers.get("authorization", "")),
            lambda _headers, body, at: events.alertmanager(_json(body), at),
        ),
    }


def _handler(words: Words, clock: Clock, genuine: IsGenuine, said: Said) -> Handler:
    async def handle(request: Request) -> Response:
        try:
            body = await read_body(request)
        except TooLarge:
            return PlainTextResponse("too large", 413)
        except ClientDisconnect:
            return PlainTextResponse("gone", 400)
        at = clock.now()
        if not genuine(request.headers, body, at):
            return PlainTextResponse("signature", 401)
        return await asyncio.to_thread(_take, words, said, request.headers, body, at)

    return handle


def _take(words: Words, said: Said, headers: Headers, body: bytes, at: datetime) -> Response:
    try:
        for word in said(headers, body, at):
            if words.add_word(word):
                log.info("%s of %s by %s in %s", word.kind, word.conversation, word.by, word.via)
    except Transient as away:
        log.warning("%s", away)
        return PlainTextResponse("try again", 503)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, msgspec.MsgspecError):
        return PlainTextResponse("no event", 400)
    return PlainTextResponse("")


def _json(body: bytes) -> dict[str, Any]:
    return msgspec.json.decode(body, type=dict[str, Any])


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok")
