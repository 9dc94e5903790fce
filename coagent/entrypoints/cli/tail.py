"""`coagent tail`."""

import sys
from base64 import b64encode
from contextlib import suppress
from typing import Annotated, Any

import msgspec
import typer

from coagent import bootstrap
from coagent.adapters.kafka.record import header_texts
from coagent.adapters.kafka.tail import Tail
from coagent.domain import topics
from coagent.settings import Settings


def tail(
    topic: Annotated[str, typer.Argument(help="One of coagent's public topics, or any topic with JSON in it.")],
    from_beginning: Annotated[bool, typer.Option(help="From the oldest message instead of from now on.")] = False,
    count: Annotated[int | None, typer.Option(help="End after so many messages.", min=1)] = None,
) -> None:
    """Print a topic's events as JSON lines: {"type", "id", "data"}, as they come; no JSON as {"bytes": base64}."""
    names = {name.removeprefix("coagent.").removesuffix(".v1"): name for name in topics.PUBLIC}
    reader = Tail(bootstrap.kafka_connection(Settings()), [names.get(topic, topic)], from_beginning=from_beginning)
    with suppress(KeyboardInterrupt):
        for number, message in enumerate(reader.follow(), 1):
            headers = header_texts(message.headers())
            event = {"type": headers.get("ce_type"), "id": headers.get("ce_id"), "data": _data(message.value())}
            sys.stdout.write(msgspec.json.encode(event).decode() + "\n")
            sys.stdout.flush()
            if number == count:
                break
    reader.close()


def _data(value: bytes | None) -> Any:
    """A value as JSON on one line: null for a tombstone, {"bytes": base64} for what is no JSON."""
    if value is None:
        return None
    try:
        msgspec.json.decode(value)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return {"bytes": b64encode(value).decode()}
    return msgspec.Raw(msgspec.json.format(value, indent=-1))
