"""What may be known of content without keeping it: lengths, keyed hashes, the kind of answer.

Nothing here returns a piece of the content itself.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from coagent.ingest.loose_json.objects import mappings
from coagent.ingest.options import DecodeOptions
from coagent.ingest.refused import Refused
from coagent.ingest.strict_json import MAX_DEPTH

REDACTED = frozenset({"redacted-by-litellm", "[REDACTED]"})
"""What loggers put in place of content: neither its length nor its hash would mean anything."""

_PREFIX_ROLES = ("system", "developer")
_TEXT_KEYS = ("content", "text", "parts")
_MAX_KEY_BYTES = 64
_encode = msgspec.json.Encoder(order="deterministic").encode


def prompt_fields(prompt: Any, prefix: Any, options: DecodeOptions) -> dict[str, Any]:
    """`input_chars`, `prompt_hash` and `prefix_hash` of a text or of chat messages; {} where there is no content.

    `prefix` is what stands before the chat history, such as tool definitions and separate instructions. The prefix
    hash covers it and the leading system messages: what a provider's prompt cache can keep between requests.
    """
    if not prompt:
        return {}
    found = _contents(prompt) or texts(prompt)
    if not REDACTED.isdisjoint(found):
        return {}
    chars = sum(map(len, found)) + (sum(map(len, texts(prefix))) if prefix else 0)
    if not options.hash_key:
        return {"input_chars": chars}
    leading = [prefix, _leading(prompt)]
    return {
        "input_chars": chars,
        "prompt_hash": keyed_hash([prefix, prompt], options),
        "prefix_hash": keyed_hash(leading, options) if any(leading) else None,
    }


def _contents(messages: Any) -> list[str]:
    """The texts of chat messages that are nothing but texts, the ordinary ones; [] where there is more to look into."""
    found: list[str] = []
    for message in messages if type(messages) is list else ():
        content = message.get("content") if type(message) is dict else None
        if type(content) is not str or "text" in message or "parts" in message:
            return []
        found.append(content)
    return found


def keyed_hash(content: Any, options: DecodeOptions) -> str | None:
    """32 hex digits of keyed BLAKE2b over the content as JSON with sorted keys; None without a key."""
    key = options.hash_key
    if not key:
        return None
    short = key if len(key) <= _MAX_KEY_BYTES else hashlib.blake2b(key).digest()
    return hashlib.blake2b(_encode(content), key=short, digest_size=16).hexdigest()


def texts(content: Any) -> list[str]:
    """The texts of a text, a message, a list of either, or their `parts`, in no order. Raises Refused where they
    are nested too deep.
    """
    found: list[str] = []
    level = [content]
    for _ in range(MAX_DEPTH):
        if not level:
            return found
        deeper: list[Any] = []
        for part in level:
            kind = type(part)
            if kind is str:
                found.append(part)
            elif kind is list:
                deeper += part
            elif kind is dict:
                deeper += [part[name] for name in _TEXT_KEYS if name in part]
        level = deeper
    raise Refused("too_deep", f"content is nested deeper than {MAX_DEPTH} levels")


def answer_fields(message: Any) -> dict[str, Any]:
    """`output_chars`, `tool_calls` and `refusal` of an answer in OpenAI's form; {} where there is none."""
    if not isinstance(message, dict) or "content" not in message:
        return {}
    content = message["content"]
    answer = [content] if type(content) is str else texts(content)
    if not REDACTED.isdisjoint(answer):
        return {}
    calls = message.get("tool_calls")
    found: dict[str, Any] = {
        "output_chars": sum(map(len, answer)),
        "tool_calls": len(calls) if isinstance(calls, list) else 0,
    }
    special = message.get("provider_specific_fields")  # LiteLLM's place for what not all providers have
    if "refusal" in message:
        found["refusal"] = bool(message["refusal"])
    if isinstance(special, dict) and "refusal" in special:
        found["refusal"] = bool(special["refusal"])
    return found


def mean_logprob(choice: Mapping[str, Any]) -> float | None:
    """The mean over the tokens of a choice in OpenAI's form, nats a token."""
    logprobs = choice.get("logprobs")
    if not isinstance(logprobs, dict):
        return None
    tokens = logprobs.get("content")
    listed = [token.get("logprob") for token in mappings(tokens)] or logprobs.get("token_logprobs")
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
    required = schema.get("required") if isinstance(schema, dict) else None
    if not isinstance(required, list):
        return True
    return isinstance(found, dict) and all(isinstance(name, str) and name in found for name in required)


def _leading(prompt: Any) -> list[Any]:
    leading: list[Any] = []
    for message in prompt if isinstance(prompt, list) else ():
        if not (isinstance(message, dict) and message.get("role") in _PREFIX_ROLES):
            break
        leading.append(message)
    return leading
