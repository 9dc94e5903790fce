"""The canonical telemetry record of one LLM request."""

from datetime import datetime
from typing import Literal

import msgspec

Status = Literal["ok", "error"]


class Request(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One LLM request, content-free. What is absent is unknown (None), never zero.

    Times are aware UTC; `_s` fields are seconds, `_usd` US dollars, `_tokens` and `_chars` counts,
    `mean_logprob` nats a token, `quality_score` 0 to 1. Hashes are keyed (HMAC).

    Cached, cache-writing and input audio tokens are parts of `input_tokens`, reasoning and output audio tokens of
    `output_tokens`, `cache_write_1h_tokens` of `cache_write_tokens`. `cost_doubt` says why no list price is taken
    although tokens are known (`contradictory_counts`, `unread_usage`). `response_id` is the provider's id of the
    answer: spans of several libraries that report one call share it.
    """

    time: datetime
    provider: str
    request_model: str
    request_id: str | None = None
    response_model: str | None = None
    system_fingerprint: str | None = None
    service_tier: str | None = None
    operation: str | None = None
    task: str | None = None
    endpoint: str | None = None
    tenant: str | None = None
    app_version: str | None = None
    prompt_template: str | None = None
    prompt_hash: str | None = None
    prefix_hash: str | None = None
    conversation_id: str | None = None
    stream: bool | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_input_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_write_1h_tokens: int | None = None
    reasoning_tokens: int | None = None
    input_audio_tokens: int | None = None
    output_audio_tokens: int | None = None
    input_chars: int | None = None
    output_chars: int | None = None
    time_to_first_token_s: float | None = None
    duration_s: float | None = None
    finish_reason: str | None = None
    status: Status | None = None
    error_type: str | None = None
    http_status: int | None = None
    attempt: int | None = None
    is_fallback: bool | None = None
    cache_hit: bool | None = None
    tool_calls: int | None = None
    schema_valid: bool | None = None
    refusal: bool | None = None
    mean_logprob: float | None = None
    quality_score: float | None = None
    cost_usd: float | None = None
    cost_doubt: str | None = None
    response_id: str | None = None
    attributes: dict[str, str] = {}
