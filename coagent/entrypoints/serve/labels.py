"""`POST /labels`: labels and reports as on `coagent.labels.v1`, one object or an array, onto that topic."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from coagent.adapters.kafka.label_codec import decode_label
from coagent.adapters.kafka.record import Undecodable
from coagent.domain.errors import CoagentError
from coagent.domain.label import Said
from coagent.entrypoints.serve import signatures
from coagent.entrypoints.serve.body import TooLarge, read_body
from coagent.ports import Clock, LabelSayer

PATH = "/labels"
MOST = 1_000

log = logging.getLogger(__name__)


def labels_route(token: str, sayer: LabelSayer, clock: Clock) -> Route:
    """Answers 200 when Kafka has taken all, 400 when one is wrong (then none is sent), 401 without the token."""

    async def handle(request: Request) -> Response:
        if not signatures.token(f"Bearer {token}", request.headers.get("authorization", "")):
            return PlainTextResponse("token", 401)
        try:
            said = labels_in(await read_body(request), clock.now())
        except TooLarge:
            return PlainTextResponse("too large", 413)
        except ClientDisconnect:
            return PlainTextResponse("gone", 400)
        except Undecodable as wrong:
            return PlainTextResponse(f"{wrong.reason}: {wrong.detail}", 400)
        return await asyncio.to_thread(_say, sayer, said)

    return Route(PATH, handle, methods=["POST"])


def labels_in(body: bytes, now: datetime) -> list[Said]:
    """`id` and `at` may be left out: then it is a new one, said now. Raises Undecodable."""
    try:
        found = msgspec.json.decode(body, type=dict[str, Any] | list[dict[str, Any]])
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise Undecodable("malformed_label", "a JSON object, or an array of them, is expected") from error
    several = found if isinstance(found, list) else [found]
    if not 0 < len(several) <= MOST:
        raise Undecodable("out_of_range", f"1 to {MOST} labels are expected")
    return [_decoded({"id": uuid4().hex, "at": now} | one, now) for one in several]


def _decoded(one: dict[str, Any], now: datetime) -> Said:
    try:
        return decode_label(msgspec.json.encode(one), None, now)
    except (msgspec.MsgspecError, RecursionError, ValueError, OverflowError) as error:
        raise Undecodable("malformed_label", "it cannot be written again as JSON") from error


def _say(sayer: LabelSayer, said: Sequence[Said]) -> Response:
    try:
        sayer.say(said)
    except CoagentError as away:
        log.warning("%s", away)
        return PlainTextResponse("try again", 503)
    log.info("%d labels by %d reviewers", len(said), len({one.by for one in said}))
    return JSONResponse({"taken": len(said), "ids": [one.id for one in said]})
