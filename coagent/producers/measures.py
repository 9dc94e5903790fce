"""Lengths and kinds of content, taken where the content is: characters per token show a tokenizer that was changed."""

from collections.abc import Iterator, Mapping
from typing import Any

MAX_DEPTH = 8
REDACTED = "redacted-by-litellm"


def measures(payload: Mapping[str, Any]) -> dict[str, int | bool]:
    """`input_chars`, `output_chars`, `tool_calls` and `refusal` of a LiteLLM payload; what is not known is left out."""
    parameters = payload.get("model_parameters")
    tools = parameters.get("tools") if isinstance(parameters, Mapping) else None
    return _of_prompt(payload.get("messages"), tools) | _of_answer(_message(payload.get("response")))


def _of_prompt(messages: Any, tools: Any) -> dict[str, int | bool]:
    texts = [*_texts(messages), *_texts(tools)]
    return {"input_chars": sum(map(len, texts))} if messages and REDACTED not in texts else {}


def _of_answer(message: Any) -> dict[str, int | bool]:
    if not isinstance(message, Mapping) or "content" not in message:
        return {}
    texts, calls = list(_texts(message["content"])), message.get("tool_calls")
    if REDACTED in texts:
        return {}
    found: dict[str, int | bool] = {"output_chars": sum(map(len, texts))}
    found["tool_calls"] = len(calls) if isinstance(calls, list) else 0
    special = message.get("provider_specific_fields")
    for place in (message, special if isinstance(special, Mapping) else {}):
        if "refusal" in place:
            found["refusal"] = bool(place["refusal"])
    return found


def _message(response: Any) -> Any:
    choices = response.get("choices") if isinstance(response, Mapping) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return first.get("message") if isinstance(first, Mapping) else None


def _texts(content: Any, depth: int = MAX_DEPTH) -> Iterator[str]:
    """The texts of a text, a message, or a list of either."""
    if isinstance(content, str):
        yield content
    elif depth and isinstance(content, list):
        for part in content:
            yield from _texts(part, depth - 1)
    elif depth and isinstance(content, Mapping):
        for name in ("content", "text", "parts"):
            yield from _texts(content.get(name), depth - 1)
