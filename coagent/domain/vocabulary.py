"""What people read for every signal, unit, cause, family, direction, hold and status. Nothing else names them."""

from collections.abc import Mapping

import msgspec

from coagent.domain.shift import CauseKind, Direction, Family, Hold, Status


class SignalWords(msgspec.Struct, frozen=True):
    """`name` is the noun; `up` and `down` are clauses that `from A to B` completes."""

    name: str
    up: str
    down: str


def _signal(name: str, up: str = "", down: str = "") -> SignalWords:
    return SignalWords(name, up or f"{name} rose", down or f"{name} fell")


SIGNAL: Mapping[str, SignalWords] = {
    "time_to_first_token_s": _signal("time to first token"),
    "time_per_output_token_s": _signal("time per output token"),
    "first_token_over_pace": _signal("time to first token over time per token"),
    "duration_s": _signal("duration", "answers slowed", "answers sped up"),
    "output_tokens": _signal("output tokens", "answers grew", "answers shrank"),
    "reasoning_tokens": _signal("reasoning tokens", "reasoning grew", "reasoning shrank"),
    "output_chars_per_token": _signal("characters per output token"),
    "input_chars_per_token": _signal("characters per input token"),
    "cached_input_share": _signal("cached share of the input"),
    "mean_logprob": _signal("mean log-probability"),
    "unit_price_usd": _signal("unit price", "price rose", "price fell"),
    "quality_score": _signal("quality score"),
    "error": _signal("error rate"),
    "refusal": _signal("refusal rate"),
    "truncation": _signal("truncation rate"),
    "tool_call": _signal("tool call rate"),
    "empty": _signal("empty answer rate"),
    "schema_invalid": _signal("schema-invalid rate"),
    "fallback": _signal("fallback rate"),
    "input_length": _signal("input length"),
    "max_tokens": _signal("token limit"),
    "temperature": _signal("temperature"),
    "stream": _signal("streaming share"),
}

UNIT: Mapping[str, tuple[float, str]] = {
    "s": (1, "s"),
    "s/token": (1000, "ms per token"),
    "tokens": (1, "tokens"),
    "chars/token": (1, "chars per token"),
    "share": (100, "%"),
    "0..1": (100, "%"),
    "USD/token": (1_000_000, "USD per million tokens"),
    "nats/token": (1, "nats per token"),
    "chars, else tokens": (1, "chars or tokens"),
    "rank": (1, "(rank among like requests)"),
}
"""Factor and unit in which values read well; others stand as they are measured."""

FAMILY: Mapping[Family, str] = {
    "provider": "the provider",
    "client": "our own side",
    "traffic": "our request mix",
    "unknown": "unknown",
}

CAUSE_TITLE: Mapping[CauseKind, str] = {
    "declared_version": "Declared model change",
    "silent_version": "Silent model change",
    "quantization_or_stack": "Likely quantized, or a different serving stack",
    "capacity": "Provider slow or failing",
    "price": "Price increase",
    "policy": "More refusals",
    "truncation": "Answers truncated",
    "deploy": "Our own deploy",
    "traffic_mix": "Request mix changed",
    "unknown": "Cause unknown",
}

EASED_TITLE: Mapping[CauseKind, str] = {
    "capacity": "Provider faster or failing less",
    "truncation": "Fewer answers truncated",
    "policy": "Fewer refusals",
    "price": "Price cut",
}
"""Instead, where the signals that such a cause is about went down."""

EITHER_TITLE: Mapping[CauseKind, str] = {
    "capacity": "Provider speed changed",
    "truncation": "Truncation changed",
    "policy": "Content policy change",
    "price": "Price change",
}
"""Instead, where nothing shows which way they went, or some went up and some down."""

CAUSE: Mapping[CauseKind, str] = {
    "declared_version": "the provider serves another model version and declares it",
    "silent_version": "the provider serves another model version without declaring it",
    "quantization_or_stack": "the provider serves the model with quantized weights or on a different serving stack",
    "capacity": "the provider's capacity or load changed",
    "price": "the provider charges another price",
    "policy": "the provider changed what its model may answer",
    "truncation": "answers are truncated at another length than before",
    "deploy": "our own deploy changed the requests",
    "traffic_mix": "the requests changed, not the provider",
    "unknown": "the telemetry does not show who changed what",
}

DIRECTION: Mapping[Direction, str] = {
    "worse": "worse",
    "better": "better",
    "neither": "different, neither better nor worse by the figures",
    "mixed": "better in part, worse in part",
}

HOLD: Mapping[Hold, str] = {
    "muted": "alarms are suppressed (muted)",
    "too_small": "too small to matter",
    "not_worse": "what raised the alarm got better",
    "cause_unknown": "cannot tell a provider change from a change of prompts",
    "traffic": "the request mix changed, not the provider",
    "own_deploy": "it is our own deploy",
    "mix_leaning": "the request mix may have changed too",
    "already_paged": "already paged as another shift",
    "recently_paged": "paged recently",
    "waiting_for_rows": "waiting for more requests",
    "ended": "it has ended",
}

STATUS: Mapping[Status, str] = {"open": "open", "recovered": "recovered", "accepted": "accepted"}

EFFECT: Mapping[str, str] = {"cliffs_delta": "Cliff's delta", "risk_difference": "difference"}
CLIFFS_DELTA = "Cliff's delta, -1 to +1: chance that a request after is above one before, less that it is below"


def signal_name(name: str) -> str:
    """The noun; of a signal or field that is not listed its own name without unit and underscores.

    >>> signal_name("time_to_first_token_s"), signal_name("service_tier")
    ('time to first token', 'service tier')
    """
    known = SIGNAL.get(name)
    return known.name if known else name.removesuffix("_s").removesuffix("_usd").replace("_", " ")
