"""What LiteLLM's logs share: its words for operations and outcomes, its labels, its token counts."""

from collections.abc import Mapping
from typing import Any

import msgspec

from coagent.ingest.content.attributes import error_type_of, label_of
from coagent.ingest.formats.litellm_payload import CacheCreation, Details, Usage, decode_usage
from coagent.ingest.loose_json.objects import first_known
from coagent.ingest.loose_json.texts import decoded
from coagent.ingest.normalize.token_counts import whole

_CHAT = ("completion", "anthropic_messages", "responses", "generate_content", "generate_content_stream")
_SAME = ("text_completion", "moderation", "rerank", "image_generation", "transcription", "speech")
OPERATIONS: Mapping[str, str] = {
    **{f"{a}{name}": "chat" for name in _CHAT for a in ("", "a")},
    **{f"{a}{name}": name for name in _SAME for a in ("", "a")},
    **dict.fromkeys(("embedding", "aembedding", "embeddings", "/embeddings"), "embeddings"),
    **dict.fromkeys(("/chat/completions", "chat_completion", "chat.completions"), "chat"),
}
_STATUSES = {"success": "ok", "failure": "error"}
_PLACES = ("requester_metadata", "spend_logs_metadata")
_HTTP_DIGITS = len("500")
_CACHE_COUNTS = ("input_tokens", "cached_input_tokens", "cache_write_tokens")
_NO_DETAILS = Details()


_OTHER_CALLS = (
    *("create_batch", "retrieve_batch", "cancel_batch", "list_batches", "create_file", "file_", "list_files"),
    *("call_mcp_tool", "list_mcp", "vector_store", "search", "get_assistants", "create_thread", "add_message"),
    *("get_responses", "delete_responses", "list_input_items", "list_fine_tuning", "create_fine_tuning"),
)


def other_call(call_type: Any) -> str:
    """Why a call of this type is no request to a model; empty where it is one.

    >>> other_call("aretrieve_batch"), other_call("acompletion")
    ('not_a_model_request', '')
    """
    if type(call_type) is not str or call_type in OPERATIONS:
        return ""
    return "not_a_model_request" if call_type.removeprefix("a").startswith(_OTHER_CALLS) else ""


def operation_of(call_type: Any) -> Any:
    """LiteLLM's call type in coagent's terms; one that is unknown stays as it is."""
    return OPERATIONS.get(call_type, call_type) if type(call_type) is str else None


def status_of(status: Any) -> Any:
    """`ok` or `error`; what LiteLLM does not write stays as it is."""
    return _STATUSES.get(status, status) if type(status) is str else None


def is_yes(flag: Any) -> bool:
    """Whether a flag is set, also where it is written as text."""
    return flag is True or (type(flag) is str and flag.lower() == "true")


def error_fields(code: Any, error_class: Any) -> dict[str, Any]:
    """HTTP status and class of error."""
    if type(code) is str:
        code = int(code) if code.isdecimal() and len(code) == _HTTP_DIGITS else None
    return {"http_status": code if type(code) is int else None, "error_type": error_type_of(error_class) or None}


def usage_of(found: Any) -> Usage | None:
    """A usage object, also where it is written as JSON text."""
    if type(found) is str:
        try:
            found = decode_usage(found)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return None
    return found if type(found) is Usage else None


def add_details(fields: dict[str, Any], usage: Usage) -> None:
    """Canonical counts of the parts of input and output. 0 under one name does not hide another name's count."""
    put = _details(usage.prompt_tokens_details, usage.input_tokens_details)
    out = _details(usage.completion_tokens_details, usage.output_tokens_details)
    fields["cached_input_tokens"] = put.cached_tokens or first_known(usage.cache_read_input_tokens, put.cached_tokens)
    written = put.cache_write_tokens or first_known(put.cache_creation_tokens, put.cache_write_tokens)
    fields["cache_write_tokens"] = written or first_known(usage.cache_creation_input_tokens, written)
    fields["reasoning_tokens"] = out.reasoning_tokens
    fields["input_audio_tokens"], fields["output_audio_tokens"] = put.audio_tokens, out.audio_tokens
    kept = usage.cache_creation if type(usage.cache_creation) is CacheCreation else put.cache_creation_token_details
    if type(kept) is CacheCreation:
        fields["cache_write_5m_tokens"] = kept.ephemeral_5m_input_tokens
        fields["cache_write_1h_tokens"] = kept.ephemeral_1h_input_tokens


def excludes_cache(fields: Mapping[str, Any]) -> bool | None:
    """LiteLLM's counts include the cache whatever the provider's do; where they cannot, an older LiteLLM wrote them."""
    put, read, written = (fields.get(name) or 0 for name in _CACHE_COUNTS)
    if not (type(put) is type(read) is type(written) is int):
        put, read, written = whole(put), whole(read), whole(written)
    if put is None or read is None or written is None:
        return None
    return False if read + written <= put else None


def _details(found: Any, otherwise: Any) -> Details:
    if type(found) is Details:
        return found
    return otherwise if type(otherwise) is Details else _NO_DETAILS


def tag_of(tags: Any, name: str) -> str | None:
    """The value of the tag `name:value` or `name=value`."""
    length = len(name)
    for tag in tags if type(tags) is list else ():
        if type(tag) is str and tag.startswith(name) and tag[length : length + 1] in {":", "="}:
            return tag[length + 1 :].strip()
    return None


def label_in(metadata: Mapping[str, Any], name: str) -> Any:
    """The caller's label of this name."""
    for place in (metadata, *(decoded(metadata.get(place)) for place in _PLACES)):
        if isinstance(place, dict) and place.get(name) is not None:
            return label_of(place[name])
    return None


def attempt_fields(retries: Any, fallbacks: Any) -> dict[str, Any]:
    """Which attempt it was, and whether another model had failed before."""
    return {
        "attempt": retries + 1 if type(retries) is int else None,
        "is_fallback": fallbacks > 0 if type(fallbacks) is int else None,
    }
