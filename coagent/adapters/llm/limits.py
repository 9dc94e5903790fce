"""What one model may cost in time, tokens and requests at once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """`timeout_s` bounds an answer from the call to its last byte, waiting for a free place included."""

    timeout_s: float = 60.0
    answer_tokens: int = 1024
    concurrency: int = 16
    tokens_per_hour: int | None = None
    breaker_failures: int = 3
    breaker_open_s: float = 30.0
