"""Which log events report a request to a model, and what is known of their producers."""

from collections.abc import Mapping
from typing import Any

import msgspec

from coagent.ingest.normalize.spellings import status_of_code
from coagent.ingest.spans.operations import NO_REQUESTS
from coagent.ingest.spans.producers import EXCLUSIVE, INCLUSIVE
from coagent.ingest.spans.requests import NOT_A_REQUEST, NOT_GENAI, folded
from coagent.ingest.spans.slugs import Slugs
from coagent.ingest.spans.span import Span
from coagent.ingest.spans.span_events import INFERENCE

_slugs = Slugs("event")


class Call(msgspec.Struct, frozen=True):
    """How the producer of an event counts, and who serves where nothing else says so."""

    marks: tuple[str, ...] = ()
    input_excludes_cache: bool | None = None
    output_excludes_reasoning: bool | None = None
    failed: bool = False
    tool_tokens: str | None = None


_CLAUDE = Call(("anthropic",), EXCLUSIVE, INCLUSIVE)
_CODEX = Call(("openai",), INCLUSIVE, INCLUSIVE)
_GEMINI = Call(("gcp.gemini",), INCLUSIVE, EXCLUSIVE, tool_tokens="tool_token_count")
_QWEN = Call((), INCLUSIVE, None)

_ANSWERS: Mapping[str, Call] = {
    "claude_code.api_request": _CLAUDE,
    "gemini_cli.api_response": _GEMINI,
    "qwen-code.api_response": _QWEN,
    "qwen_code.api_response": _QWEN,
}
_ERRORS: Mapping[str, Call] = {
    "claude_code.api_error": _CLAUDE,
    "gemini_cli.api_error": _GEMINI,
    "qwen-code.api_error": _QWEN,
    "qwen_code.api_error": _QWEN,
}
_STREAMS = frozenset({"codex.sse_event", "codex.websocket_event"})
_COMPLETED, _FAILED = "response.completed", frozenset({"response.failed", "response.incomplete"})
_AGENTS = ("claude_code.", "codex.", "gemini_cli.", "qwen-code.", "qwen_code.")
_MESSAGES = ("gen_ai.system.", "gen_ai.user.", "gen_ai.assistant.", "gen_ai.tool.", "gen_ai.choice", "gen_ai.content.")
_TWICE = frozenset({"gemini-cli", "qwen-code"})
"""Services that report each answer as an event of their own and as the convention's event."""


def call_of(log: Span) -> Call | str:
    """Or the reason why the event is no request."""
    name = log.name
    if name in _ANSWERS:
        return _placed(_ANSWERS[name], log)
    if name in _ERRORS:
        return msgspec.structs.replace(_placed(_ERRORS[name], log), failed=True)
    if name.startswith("codex."):
        return _codex(log)
    if name == INFERENCE:
        return _inference(log)
    return _other(log)


def _inference(log: Span) -> Call | str:
    """Some write the event for agents and tools too."""
    if str(log.resource.get("service.name")) in _TWICE:
        return "repeated_call"
    return NOT_A_REQUEST if folded(str(log.named("gen_ai.operation.name"))) in NO_REQUESTS else Call()


def _placed(call: Call, log: Span) -> Call:
    """Gemini on Vertex AI is another provider."""
    if call.marks == _GEMINI.marks and "vertex" in str(log.named("auth_type")).lower():
        return msgspec.structs.replace(call, marks=("gcp.vertex_ai",))
    return call


def _codex(log: Span) -> Call | str:
    """Tokens come with the second of two events at the end of the stream, the first says how long the last piece of
    it took; an attempt that failed has an event of its own, and so has a stream that broke off.
    """
    if log.name in _STREAMS:
        kind = log.named("event.kind")
        if kind == _COMPLETED and log.named("input_token_count") is not None:
            return _CODEX
        broke = kind is None or kind == _COMPLETED
        has_error = bool(log.named("error.message") or log.named("error.type"))
        return (
            msgspec.structs.replace(_CODEX, failed=True)
            if (broke and has_error) or str(kind) in _FAILED
            else NOT_A_REQUEST
        )
    code = log.named("http.response.status_code") or log.named("status_code")
    if log.name == "codex.api_request" and (status_of_code(code) == "error" or log.named("error.message")):
        return msgspec.structs.replace(_CODEX, failed=True)
    return NOT_A_REQUEST


def _other(log: Span) -> Call | str:
    if log.name.startswith((*_AGENTS, *_MESSAGES)):
        return NOT_A_REQUEST
    fields = set(log.plan.reads.names)
    has_tokens = "input_tokens" in fields or "output_tokens" in fields
    if has_tokens and not fields.isdisjoint({"request_model", "response_model"}):
        return Call()
    return _slugs.slug(log.name) if log.name.startswith(("gen_ai.", "llm.")) else NOT_GENAI


def event_name(name: Any, attribute: Any, body: Any, scope: str, service: Any) -> str:
    """The event's full name: of the record, of its attribute, or of its body, which Claude Code writes it to.

    >>> event_name("", "api_request", "claude_code.api_request", "com.anthropic.claude_code.events", "claude-code")
    'claude_code.api_request'
    """
    if isinstance(body, str) and body.startswith(_AGENTS) and len(body) <= _MAX_NAME:
        return body
    found = next((one for one in (name, attribute) if isinstance(one, str) and one), "")
    if "." not in found and (scope.startswith("com.anthropic.claude_code") or service == "claude-code"):
        return f"claude_code.{found}"
    return found if len(found) <= _MAX_NAME else ""


_MAX_NAME = 128
