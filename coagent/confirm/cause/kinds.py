"""The kinds of causes: whose they are, and what has to be found before one is possible."""

from types import MappingProxyType

from coagent.domain.shift import CauseKind, Family

FAMILY: MappingProxyType[CauseKind, Family] = MappingProxyType(
    {
        "declared_version": "provider",
        "silent_version": "provider",
        "quantization_or_stack": "provider",
        "capacity": "provider",
        "price": "provider",
        "policy": "provider",
        "truncation": "provider",
        "deploy": "client",
        "traffic_mix": "traffic",
        "unknown": "unknown",
    }
)

_ANSWER = frozenset({"text", "tokenizer", "logprob", "form", "refusal"})
_SPEED = frozenset({"slower", "faster", "first_token_later", "first_token_sooner"})
NEEDS: MappingProxyType[CauseKind, frozenset[str]] = MappingProxyType(
    {
        "declared_version": frozenset({"declared"}),
        "silent_version": frozenset({"longer", "shorter", *_ANSWER}),
        "quantization_or_stack": frozenset({"logprob", "text", "shape", *_SPEED}),
        "capacity": frozenset({"failure", "failure_ends", *_SPEED}),
        "price": frozenset({"price"}),
        "policy": frozenset({"refusal"}),
        "truncation": frozenset({"truncation"}),
        "deploy": frozenset({"deploy"}),
        "traffic_mix": frozenset({"traffic"}),
        "unknown": frozenset(),
    }
)
"""A kind is possible only where one of these was found; the empty set asks for nothing."""

BESIDE_LENGTH = frozenset({"declared", "price", "shape", "replaced", "unseen", "neighbours", *_ANSWER, *_SPEED})
"""What other questions seldom bring along: without one of these, a length that moved is no sign of a new version."""

FACTS: MappingProxyType[str, CauseKind] = MappingProxyType({"declared": "declared_version", "price": "price"})
"""Findings that name the kind by themselves, in order of precedence: a new version brings its own price."""
