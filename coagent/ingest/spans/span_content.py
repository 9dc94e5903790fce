"""Lengths and keyed hashes of the content that a span may carry; the content itself goes no further."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from coagent.ingest.content.measures import prompt_fields, texts
from coagent.ingest.loose_json.texts import decoded
from coagent.ingest.options import DecodeOptions

_PROMPTS = ("gen_ai.input.messages", "gen_ai.prompt", "ai.prompt.messages")
_ANSWERS = ("gen_ai.output.messages", "gen_ai.completion")
_BEFORE = ("gen_ai.system_instructions", "gen_ai.tool.definitions")
_NUMBERED = re.compile(r"\.(?P<number>\d{1,9})\.(?:message\.)?(?P<key>role|content)")
_CALLS = re.compile(r"(?:llm\.output_messages|gen_ai\.completion)\.\d{1,9}\.(?:message\.)?tool_calls\.(\d{1,9})\.")


def content_fields(attributes: Mapping[str, Any], options: DecodeOptions) -> dict[str, Any]:
    """`input_chars`, `prompt_hash`, `prefix_hash`, `output_chars` and `tool_calls`, each where its content is there."""
    prompt = _first(attributes, _PROMPTS) or _numbered(attributes, "gen_ai.prompt", "llm.input_messages")
    before = [found for name in _BEFORE if (found := decoded(attributes.get(name)))]
    return prompt_fields(prompt, before, options) | _answer_fields(attributes)


def _answer_fields(attributes: Mapping[str, Any]) -> dict[str, Any]:
    answer = _first(attributes, _ANSWERS) or _numbered(attributes, "gen_ai.completion", "llm.output_messages")
    if answer:
        parts = sum(1 for part in _parts(answer) if part.get("type") == "tool_call")
        calls = {found[0] for name in attributes if (found := _CALLS.match(name))}
        return {"output_chars": sum(map(len, texts(answer))), "tool_calls": parts or len(calls)}
    return _vercel_answer(attributes.get("ai.response.text"), decoded(attributes.get("ai.response.toolCalls")))


def _vercel_answer(answer: Any, calls: Any) -> dict[str, Any]:
    if not isinstance(answer, str) and not isinstance(calls, list):
        return {}
    return {
        "output_chars": len(answer) if isinstance(answer, str) else 0,
        "tool_calls": len(calls) if isinstance(calls, list) else 0,
    }


def _first(attributes: Mapping[str, Any], names: Iterable[str]) -> Any:
    """The first that is there: messages, or an object that holds them."""
    for name in names:
        found = decoded(attributes.get(name))
        if isinstance(found, dict):
            found = found.get("messages", found)
        if found:
            return found
    return None


def _numbered(attributes: Mapping[str, Any], *prefixes: str) -> list[dict[str, Any]]:
    """Messages in the flat form, `gen_ai.prompt.0.role`, in their order."""
    messages: dict[int, dict[str, Any]] = defaultdict(dict)
    for name, value in attributes.items():
        if name.startswith(prefixes):
            prefix = next(one for one in prefixes if name.startswith(one))
            if found := _NUMBERED.fullmatch(name, len(prefix)):
                messages[int(found["number"])][found["key"]] = value
    return [messages[number] for number in sorted(messages)]


def _parts(messages: Any) -> Iterable[Mapping[str, Any]]:
    for message in messages if isinstance(messages, list) else ():
        parts = message.get("parts") if isinstance(message, dict) else None
        yield from (part for part in (parts if isinstance(parts, list) else ()) if isinstance(part, dict))
