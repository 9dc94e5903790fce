"""What may be known of content without keeping it: lengths, keyed hashes, the kind of answer.

Nothing here returns a piece of the content itself.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from coagent.ingest.options import DecodeOptions
from coagent.ingest.refused import Refused
from coagent.ingest.strict_json import MAX_DEPTH, deeper_than

REDACTED = frozenset({"redacted-by-litellm", "[REDACTED]"})
"""What loggers put in place of content: neither its length nor its hash would mean anything."""

_PREFIX_ROLES = ("system", "developer")
_MAX_KEY_BYTES = 64
_encode = msgspec.json.Encoder(order="deterministic").encode


def prompt_fields(prompt: Any, prefix: Any, options: DecodeOptions) -> dict[str, Any]:
    """`input_chars`, `prompt_hash` and `prefix_hash` of a text or of chat messages; {} where there is no content.

    `prefix` is what stands before the chat history, such as tool definitions and separate instructions. The prefix
    hash covers it and the leading system messages: what a provider's prompt cache can keep between requests.
    """
    if not prompt or _is_redacted(prompt):
        return {}
    _check_depth([prefix, prompt])
    leading = [prefix, _leading(prompt)]
    return {
        "input_chars": sum(map(len, texts(prompt))) + sum(map(len, texts(prefix))),
        "prompt_hash": keyed_hash([prefix, prompt], options),
        "prefix_hash": keyed_hash(leading, options) if any(leading) else None,
    }


def keyed_hash(content: Any, options: DecodeOptions) -> str | None:
    """32 hex digits of keyed BLAKE2b over the content as JSON with sorted keys; None without a key."""
    key = options.hash_key
    if not key:
        return None
    short = key if len(key) <= _MAX_KEY_BYTES else hashlib.blake2b(key).digest()
    return hashlib.blake2b(_encode(content), key=short, digest_size=16).hexdigest()


def texts(content: Any) -> Iterator[str]:
    """The text parts of a text, a message, a list of either, or their `parts`."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for part in content:
            yield from texts(part)
    elif isinstance(content, Mapping):
        for name in ("content", "text", "parts"):
            yield from texts(content.get(name))


def answer_fields(message: Any) -> dict[str, Any]:
    """`output_chars`, `tool_calls` and `refusal` of an answer in OpenAI's form; {} where there is none."""
    if not isinstance(message, Mapping) or "content" not in message or _is_redacted(message):
        return {}
    calls = message.get("tool_calls")
    found: dict[str, Any] = {
        "output_chars": sum(map(len, texts(message.get("content")))),
        "tool_calls": len(calls) if isinstance(calls, list) else 0,
    }
    if "refusal" in message:
        found["refusal"] = bool(message["refusal"])
    return found


def mean_logprob(choice: Mapping[str, Any]) -> float | None:
    """The mean over the tokens of a choice in OpenAI's form, nats a token."""
    logprobs = choice.get("logprobs")
    if not isinstance(logprobs, Mapping):
        return None
    tokens = logprobs.get("content")
    listed = [token.get("logprob") for token in _mappings(tokens)] or logprobs.get("token_logprobs")
    known = [value for value in listed if isinstance(value, float)] if isinstance(listed, list) else []
    return min(sum(known) / len(known), 0.0) if known else None


def is_valid_json(text: Any, schema: Any) -> bool:
    """Whether an answer that had to be JSON is, and has the keys that its schema requires at the top."""
    if not isinstance(text, str):
        return False
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False
    required = schema.get("required") if isinstance(schema, Mapping) else None
    if not isinstance(required, list):
        return True
    return isinstance(found, dict) and all(isinstance(name, str) and name in found for name in required)


def _check_depth(content: Any) -> None:
    if deeper_than(content, MAX_DEPTH):
        raise Refused("too_deep", f"content is nested deeper than {MAX_DEPTH} levels")


def _leading(prompt: Any) -> list[Any]:
    leading: list[Any] = []
    for message in prompt if isinstance(prompt, list) else ():
        if not (isinstance(message, Mapping) and message.get("role") in _PREFIX_ROLES):
            break
        leading.append(message)
    return leading


def _is_redacted(content: Any) -> bool:
    return any(text in REDACTED for text in texts(content))


def _mappings(values: Any) -> Iterable[Mapping[str, Any]]:
    return (value for value in values if isinstance(value, Mapping)) if isinstance(values, list) else ()
