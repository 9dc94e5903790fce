"""What is watched: each signal's name, unit and meaning, declared once."""

from typing import Literal

import msgspec

Owner = Literal["provider", "answer", "client"]
"""Who moves it: the provider alone, either side (the answer), or the client (a covariate)."""
Kind = Literal["continuous", "binary"]


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """`harmful` is the direction that hurts (+1 up, -1 down, 0 either); `minimum_effect` the smallest |Cliff's delta|
    (continuous) or difference of rates (binary) that matters to anybody.
    """

    name: str
    unit: str
    kind: Kind
    owner: Owner
    harmful: Literal[-1, 0, 1]
    minimum_effect: float


def _continuous(name: str, unit: str, owner: Owner, harmful: Literal[-1, 0, 1], minimum_effect: float = 0.1) -> Signal:
    return Signal(name=name, unit=unit, kind="continuous", owner=owner, harmful=harmful, minimum_effect=minimum_effect)


def _binary(name: str, owner: Owner, harmful: Literal[-1, 0, 1], minimum_effect: float = 0.01) -> Signal:
    return Signal(name=name, unit="share", kind="binary", owner=owner, harmful=harmful, minimum_effect=minimum_effect)


SIGNALS: tuple[Signal, ...] = (
    _continuous("time_to_first_token_s", "s", "provider", 1),
    _continuous("time_per_output_token_s", "s/token", "provider", 1),
    _continuous("first_token_over_pace", "tokens", "provider", 0),
    _continuous("duration_s", "s", "answer", 1),
    _continuous("output_tokens", "tokens", "answer", 1),
    _continuous("reasoning_tokens", "tokens", "answer", 1),
    _continuous("output_chars_per_token", "chars/token", "provider", 0),
    _continuous("input_chars_per_token", "chars/token", "provider", 0),
    _continuous("cached_input_share", "share", "answer", -1),
    _continuous("mean_logprob", "nats/token", "provider", -1),
    _continuous("unit_price_usd", "USD/token", "provider", 1),
    _continuous("quality_score", "0..1", "answer", -1),
    _binary("error", "provider", 1),
    _binary("refusal", "answer", 1),
    _binary("truncation", "answer", 1),
    _binary("tool_call", "answer", 0, 0.02),
    _binary("empty", "answer", 1),
    _binary("schema_invalid", "answer", 1),
    _binary("fallback", "provider", 1),
)

COVARIATES: tuple[Signal, ...] = (
    _continuous("input_length", "chars, else tokens", "client", 0),
    _continuous("max_tokens", "tokens", "client", 0),
    _continuous("temperature", "", "client", 0),
    _binary("stream", "client", 0, 0.02),
)

DECLARED = ("response_model", "system_fingerprint", "service_tier")
"""Fields in which a provider says itself what served the request."""

DEPLOY = ("app_version", "prompt_template")
"""Fields in which the client says what it deployed."""

BY_NAME = {signal.name: signal for signal in (*SIGNALS, *COVARIATES)}
