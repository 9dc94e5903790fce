"""The chunks of a Chat Completions stream: the answer they make together, and the one chunk that counts alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from coagent.ingest.formats.openai import CHUNK
from coagent.ingest.formats.openai_marks import marks_of
from coagent.ingest.loose_json.objects import mapping, mappings


def is_chunk(body: Mapping[str, Any]) -> bool:
    return body.get("object") == CHUNK or bool(_choice(body).get("delta"))


def is_last(chunk: Mapping[str, Any]) -> bool:
    """Whether this chunk carries the whole stream's usage: it has no choice, or the choice that ends.

    Some servers write the usage so far into each chunk, so a usage alone does not end a stream. OpenRouter's last
    chunk has a choice that does not end.
    """
    usage = mapping(chunk.get("usage")) or mapping(mapping(chunk.get("x_groq")).get("usage"))
    ends = not chunk.get("choices") or _choice(chunk).get("finish_reason") is not None
    return bool(usage) and (ends or "openrouter" in marks_of(chunk, usage))


def joined(chunks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The answer of a whole stream, its first choice alone, in the form of an answer that was not streamed."""
    whole: dict[str, Any] = {}
    for chunk in chunks:
        whole |= {name: value for name, value in chunk.items() if value not in (None, "", [], 0)}
    texts = [mapping(choice.get("delta")) for chunk in chunks if (choice := _choice(chunk))]
    ends = [choice["finish_reason"] for chunk in chunks if (choice := _choice(chunk)) and choice.get("finish_reason")]
    text = "".join(part for delta in texts if isinstance(part := delta.get("content"), str))
    message = {"content": text, "tool_calls": _calls(texts)}
    choice = {"message": message, "finish_reason": ends[-1] if ends else None}
    return whole | {"object": "chat.completion", "choices": [choice]}


def _calls(deltas: Sequence[Mapping[str, Any]]) -> list[Any]:
    places = {call.get("index", 0) for delta in deltas for call in mappings(delta.get("tool_calls"))}
    return list(places)


def _choice(chunk: Mapping[str, Any]) -> Mapping[str, Any]:
    found = mappings(chunk.get("choices"))
    return found[0] if found else {}
