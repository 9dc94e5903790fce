"""Rows of one stream from one source partition, columnar: what travels on `coagent.requests.v2`.

Numbers are little-endian float64 with NaN for unknown (counts are exact below 2**53); texts are dictionary
encoded, code -1 for unknown. A column in which nothing is known is left out.
"""

import msgspec

from coagent.domain.segment import Segment

SCHEMA_VERSION = 2

NUMBER_COLUMNS = (
    "time_s",
    "stream",
    "temperature",
    "top_p",
    "max_tokens",
    "seed",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "reasoning_tokens",
    "input_audio_tokens",
    "output_audio_tokens",
    "input_chars",
    "output_chars",
    "time_to_first_token_s",
    "duration_s",
    "http_status",
    "attempt",
    "is_fallback",
    "cache_hit",
    "tool_calls",
    "schema_valid",
    "refusal",
    "mean_logprob",
    "quality_score",
    "route_confidence",
    "router_latency_s",
    "cost_usd",
    "list_cost_usd",
)
"""`time_s` is epoch seconds; booleans are 0 or 1; `list_cost_usd` is what the price table says for the tokens."""

TEXT_COLUMNS = (
    "task",
    "tenant",
    "request_id",
    "response_model",
    "system_fingerprint",
    "service_tier",
    "operation",
    "app_version",
    "prompt_template",
    "variant",
    "prompt_hash",
    "prefix_hash",
    "conversation_id",
    "finish_reason",
    "status",
    "error_type",
    "cost_doubt",
    "price_version",
)


class Source(msgspec.Struct, frozen=True, order=True):
    """A partition of a telemetry topic in a named Kafka cluster: offsets mean something only within it."""

    cluster: str
    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.cluster}/{self.topic}/{self.partition}"


class TextColumn(msgspec.Struct, frozen=True):
    """`codes`: int32 little-endian, one a row, an index into `values` or -1."""

    values: list[str]
    codes: bytes


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Rows ascending by (offset, index), of many accounts: `segment` is their stream. `offsets`: int64, `indexes`:
    int32 (place within the source message).
    """

    segment: Segment
    source: Source
    rows: int
    first_offset: int
    last_offset: int
    offsets: bytes
    indexes: bytes
    numbers: dict[str, bytes]
    texts: dict[str, TextColumn]
