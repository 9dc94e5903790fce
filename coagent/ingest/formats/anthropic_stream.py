"""The events of an Anthropic stream: the message they make together."""

from collections.abc import Mapping, Sequence
from typing import Any

from coagent.ingest.loose_json.objects import mapping

EVENTS = (
    "message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta",
    "message_stop", "ping",
)  # fmt: skip


def is_event(body: Mapping[str, Any]) -> bool:
    """Whether this is one event of a stream."""
    return body.get("type") in EVENTS


def joined(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The whole message; its counts are those of the last event that has them, for they add up as the stream goes.
    What was counted out is known at the end alone: a stream that was cut off has written 1 or so at its beginning. An
    `error` may end it.
    """
    message: dict[str, Any] = {"type": "message", "role": "assistant"}
    usage: dict[str, Any] = {}
    for event in events:
        started = mapping(event.get("message"))
        message |= started
        usage |= _known(started.get("usage")) | _known(event.get("usage"))
        message |= _known(event.get("delta")) if event.get("type") == "message_delta" else {}
        message |= {"error": event["error"]} if event.get("type") == "error" and "error" in event else {}
    if not any("output_tokens" in mapping(event.get("usage")) for event in events):
        usage.pop("output_tokens", None)
    return message | {"usage": usage, "content": _blocks(events)}


def _blocks(events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    blocks: dict[Any, dict[str, Any]] = {}
    for event in events:
        place = str(event.get("index"))
        if event.get("type") == "content_block_start":
            blocks[place] = dict(mapping(event.get("content_block")))
        elif event.get("type") == "content_block_delta" and isinstance(text := _text(event), str):
            block = blocks.setdefault(place, {"type": "text", "text": ""})
            block["text"] = str(block.get("text") or "") + text
    return list(blocks.values())


def _text(event: Mapping[str, Any]) -> Any:
    return mapping(event.get("delta")).get("text")


def _known(found: Any) -> dict[str, Any]:
    return {name: value for name, value in mapping(found).items() if value is not None}
