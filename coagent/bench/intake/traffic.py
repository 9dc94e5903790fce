"""Seeded requests of an imaginary fleet, as canonical records: 24 segments, the fields that a gateway knows."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

Record = dict[str, Any]

START = datetime(2026, 3, 2, tzinfo=UTC)
MODELS = (
    ("openai", "gpt-5-mini", "gpt-5-mini-2025-08-07"),
    ("openai", "gpt-4o", "gpt-4o-2024-08-06"),
    ("anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5-20250929"),
    ("google", "gemini-2.5-flash", "gemini-2.5-flash-001"),
    ("mistral", "mistral-large-latest", "mistral-large-2411"),
    ("groq", "llama-3.3-70b-versatile", "llama-3.3-70b-versatile-0625"),
)
TASKS = ("summary", "extract", "chat", "route")
REQUESTS_PER_S = 50.0


def canonical_records(count: int, seed: int = 1) -> Iterator[Record]:
    """The same `count` records for the same seed, ascending in time."""
    chance = random.Random(seed)  # noqa: S311  # traffic, not secrets
    time = START
    for _ in range(count):
        time += timedelta(seconds=chance.expovariate(REQUESTS_PER_S))
        yield _record(chance, time)


def _record(chance: random.Random, time: datetime) -> Record:
    provider, model, answered_by = chance.choice(MODELS)
    input_tokens = int(chance.lognormvariate(6.5, 0.8))
    output_tokens = int(chance.lognormvariate(5.0, 0.7))
    first_token_s = round(chance.lognormvariate(-0.9, 0.4), 4)
    return {
        "request_id": f"chatcmpl-{chance.getrandbits(96):024x}",
        "time": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "provider": provider,
        "request_model": model,
        "response_model": answered_by,
        "operation": "chat",
        "task": chance.choice(TASKS),
        "app_version": "2026.3.1",
        "stream": True,
        "temperature": 0.2,
        "max_tokens": 1024,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "cached_input_tokens": input_tokens // 128 * 64,
        "time_to_first_token_s": first_token_s,
        "duration_s": round(first_token_s + output_tokens / chance.uniform(60, 90), 4),
        "finish_reason": "stop" if output_tokens < 1024 else "length",  # noqa: PLR2004  # max_tokens above
        "status": "ok",
        "http_status": 200,
        "attempt": 1,
        "is_fallback": False,
        "cost_usd": round(input_tokens * 2.5e-7 + output_tokens * 2e-6, 8),
    }
