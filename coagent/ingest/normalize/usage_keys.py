"""Which keys of a usage object may change a price, by their names."""

import re
from functools import lru_cache

MAX_KEYS = 8
"""As many unread keys of one request are named; it is noted that there were more."""

_MAX_KEY_CHARS = 44
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_STRANGE = re.compile(r"[^\w.:/-]+", re.ASCII)
_SERIAL = re.compile(r"[0-9a-fA-F-]{12,}|\d{5,}")

_HARMLESS = re.compile(
    r"total"  # sums of what is read
    r"|text_|_text|accepted_prediction|rejected_prediction|rejected_output"  # parts that cost what the whole costs
    r"|uncached|non_cached|not_cached|no_cache|cache_miss"  # the rest of what is read
    r"|cost|price|byok|currency|discount"  # money, no usage
    r"|latency|_per_second|throughput|speed|queue|(?<!audio_)(?<!video_)(?:time|duration)(?:_ms|_s)?$"
    r"|percent|ratio|limit|remaining|window|max_|_max"
)
_HARMLESS_NAMES = frozenset([
    "type", "object", "id", "model", "name", "unit", "source", "tier", "service_tier", "inference_geo", "geo",
    "requests", "num_requests", "request_count", "input", "output", "prompt", "completion", "input_tokens",
    "output_tokens", "prompt_tokens", "completion_tokens", "input_token_count", "output_token_count",
    "prompt_token_count", "completion_token_count", "candidates_token_count", "prompt_eval_count", "eval_count",
    "tokens", "details", "estimated", "is_estimated", "text", "raw", "count", "llm_calls", "steps", "iterations",
])  # fmt: skip
"""Names of what is read under another name, and of what is no amount."""


@lru_cache(2048)
def may_change_price(key: str) -> bool:
    """Whether tokens or other units of this name may be billed at a price of their own.

    >>> may_change_price("usage.completion_tokens_details.audio_tokens"), may_change_price("gen_ai.usage.total_tokens")
    (True, False)
    """
    name = _HUMP.sub("_", key[-_MAX_KEY_CHARS:]).lower().replace("-", "_")
    last = re.split(r"[./]", name)[-1]
    return last not in _HARMLESS_NAMES and not _HARMLESS.search(name)


@lru_cache(2048)
def slug_of(key: str) -> str:
    """A key as the end of a reason: short, plain, without serial numbers.

    >>> slug_of("gen_ai.usage.prompt 00f067aa0ba902b7")
    'gen_ai.usage.prompt_#'
    """
    return _SERIAL.sub("#", _STRANGE.sub("_", key[: 2 * _MAX_KEY_CHARS]))[:_MAX_KEY_CHARS]
