"""The canonical telemetry record of one LLM request."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MAX_TEXT_CHARS = 512

Status = Literal["ok", "error"]
Text = Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]
Count = Annotated[int, Meta(ge=0, le=10**12)]
Seconds = Annotated[float, Meta(ge=0, le=366 * 86_400)]
Finite = Annotated[float, Meta(ge=-1e9, le=1e9)]


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One LLM request, content-free, in the order of a row: segment, texts, time, numbers. What is absent is unknown
    (None), never zero. The bounds hold where a record is read.

    Texts have 1 to 512 characters: a longer one is not read, for a shortened id is a wrong id. Times are aware UTC;
    `_s` fields are seconds, `_usd` US dollars, `_tokens` and `_chars` counts, `mean_logprob` nats a token,
    `quality_score` 0 to 1. Hashes are keyed (HMAC). `variant` names the arm of an experiment; a router that chose the
    model says how sure it was (`route_confidence`, 0 to 1) and how long that took (`router_latency_s`).

    Cached, cache-writing and input audio tokens are parts of `input_tokens`, reasoning and output audio tokens of
    `output_tokens`, `cache_write_1h_tokens` of `cache_write_tokens`. `cost_doubt` says why no list price is taken
    although tokens are known (`contradictory_counts`, `unread_usage`).
    """

    provider: Text
    request_model: Text
    endpoint: Text | None = None
    task: Text | None = None
    tenant: Text | None = None

    request_id: Text | None = None
    response_model: Text | None = None
    system_fingerprint: Text | None = None
    service_tier: Text | None = None
    operation: Text | None = None
    app_version: Text | None = None
    prompt_template: Text | None = None
    variant: Text | None = None
    prompt_hash: Text | None = None
    prefix_hash: Text | None = None
    conversation_id: Text | None = None
    finish_reason: Text | None = None
    status: Status | None = None
    error_type: Text | None = None
    cost_doubt: Text | None = None

    time: Annotated[datetime, Meta(tz=True)]
    stream: bool | None = None
    temperature: Finite | None = None
    top_p: Finite | None = None
    max_tokens: Count | None = None
    seed: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None = None
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cached_input_tokens: Count | None = None
    cache_write_tokens: Count | None = None
    cache_write_1h_tokens: Count | None = None
    reasoning_tokens: Count | None = None
    input_audio_tokens: Count | None = None
    output_audio_tokens: Count | None = None
    input_chars: Count | None = None
    output_chars: Count | None = None
    time_to_first_token_s: Seconds | None = None
    duration_s: Seconds | None = None
    http_status: Annotated[int, Meta(ge=100, le=999)] | None = None
    attempt: Count | None = None
    is_fallback: bool | None = None
    cache_hit: bool | None = None
    tool_calls: Count | None = None
    schema_valid: bool | None = None
    refusal: bool | None = None
    mean_logprob: Annotated[float, Meta(ge=-1e6, le=1e-6)] | None = None
    quality_score: Annotated[float, Meta(ge=0, le=1)] | None = None
    route_confidence: Annotated[float, Meta(ge=0, le=1)] | None = None
    router_latency_s: Seconds | None = None
    cost_usd: Annotated[float, Meta(ge=0, le=1e9)] | None = None


class Request(Record, frozen=True, kw_only=True, gc=False):
    """A record with what does not travel in a batch.

    `response_id` is the provider's id of the answer: spans of several libraries that report one call share it.
    """

    response_id: Text | None = None
    attributes: dict[str, str] = {}
