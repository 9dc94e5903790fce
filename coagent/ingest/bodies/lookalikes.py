"""Things of the same world that are not read: their name, and what to log in their place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coagent.ingest.loose_json.objects import mapping, mappings
from coagent.ingest.refused import Refused

PAIR = '{"time": …, "request": …, "response": …}'
"""What to log where a body alone says too little."""

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Lookalike:
    """`slug` is counted, `name` is what people read, `instead` the next action."""

    slug: str
    name: str
    instead: str
    is_one: Callable[[Body], bool]


def _of_object(*kinds: str) -> Callable[[Body], bool]:
    return lambda body: body.get("object") in kinds


def _has(*names: str) -> Callable[[Body], bool]:
    return lambda body: all(name in body for name in names)


def _asks(body: Body) -> bool:
    asked = any(name in body for name in ("messages", "contents", "input", "prompt"))
    return asked and any(name in body for name in ("model", "modelId", "max_tokens", "generationConfig", "contents"))


def _starts(name: str, start: str) -> Callable[[Body], bool]:
    return lambda body: str(body.get(name)).startswith(start)


def _first_of(name: str, *keys: str) -> Callable[[Body], bool]:
    return lambda body: any(key in one for one in mappings(body.get(name))[:1] for key in keys)


_OF_REPORTS = frozenset({"num_model_requests", "usage_input_tokens_no_cache", "starting_at", "byok_requests"})
_RESPONSE = "log the model's own response instead"
_ANSWERS = "log calls that answer in text, or embeddings"
_CHATS = "log Responses or Chat Completions"
_LOOKALIKES = (
    _Lookalike("batch_input", "a line of a batch's input", "read the batch's output file", _has("custom_id", "method")),
    _Lookalike("batch_input", "a line of a batch's input", "read the batch's results", _has("custom_id", "params")),
    _Lookalike("batch", "a batch job", "read its output file", _of_object("batch")),
    _Lookalike("batch", "a batch job", "read its results", lambda body: body.get("type") == "message_batch"),
    _Lookalike("assistants_run", "an Assistants run", _CHATS, _of_object("thread.run")),
    _Lookalike(
        "assistants_object", "an object of the Assistants API", _CHATS,
        lambda body: str(body.get("object")).startswith(("thread", "assistant")),
    ),
    _Lookalike(
        "usage_report", "a provider's usage report without single requests", _RESPONSE,
        lambda body: str(body.get("object")).startswith(("organization.", "page", "bucket")),
    ),
    _Lookalike(
        "usage_report", "a usage report without single requests", "export the requests themselves",
        lambda body: not _OF_REPORTS.isdisjoint(body),
    ),
    _Lookalike(
        "transcript", "a line of a coding agent's transcript",
        "turn on its OpenTelemetry events, which have costs and durations", _has("parentUuid"),
    ),
    _Lookalike("moderation", "a moderation", _ANSWERS, _first_of("results", "flagged")),
    _Lookalike(
        "image", "the answer of an image endpoint", _ANSWERS,
        _first_of("data", "b64_json", "url", "revised_prompt"),
    ),
    _Lookalike("transcription", "a transcription", _ANSWERS, _has("text", "segments")),
    _Lookalike(
        "transcription", "a transcription", _ANSWERS,
        lambda body: "text" in body and str(mapping(body.get("usage")).get("type")) in ("duration", "tokens"),
    ),
    _Lookalike("model_list", "a list of models", _RESPONSE, _first_of("data", "owned_by")),
    _Lookalike("rerank", "the answer of a rerank endpoint", _ANSWERS, _first_of("results", "relevance_score")),
    _Lookalike("classification", "the answer of a classify endpoint", _ANSWERS, _has("classifications")),
    _Lookalike("legacy_completion", "an older completion", "log Messages", _has("completion", "stop_reason")),
    _Lookalike(
        "token_count", "a count of tokens", _RESPONSE,
        lambda body: len(body) == 1 and not {"input_tokens", "totalTokens"}.isdisjoint(body),
    ),
    _Lookalike(
        "predictions", "an answer of Vertex AI predict", "log generateContent's responses", _has("predictions"),
    ),
    _Lookalike(
        "langchain_message", "a LangChain message", "send LangChain's runs through OpenTelemetry",
        lambda body: "lc" in body or "response_metadata" in body or str(body.get("type")) in ("ai", "AIMessage"),
    ),
    _Lookalike("har", "a browser's HTTP archive", f"write each call as a pair, {PAIR}", _has("log")),
    _Lookalike("job", "a fine-tuning job", _RESPONSE, _starts("object", "fine_tuning.")),
    _Lookalike("file", "a file object", _RESPONSE, _of_object("file")),
    _Lookalike("error_alone", "an error without its request", f"log it as a pair, {PAIR}", _has("error")),
    _Lookalike("request_alone", "a request without its response", f"log both as a pair, {PAIR}", _asks),
)  # fmt: skip


def refusal_of(body: Body) -> Refused:
    """Why this is not read, with the name of what it looks like and the next action."""
    for one in _LOOKALIKES:
        if body and one.is_one(body):
            return Refused(f"not_read:{one.slug}", f"this looks like {one.name}, which is not read: {one.instead}")
    return Refused(
        "unknown_response",
        "the response is none of OpenAI Chat Completions, Responses or embeddings, Anthropic Messages, Gemini, "
        "Bedrock Converse, Ollama, Cohere, at $.response",
    )
