"""The table behind a cause: what each finding says for and against each kind of change.

Points are natural logarithms of likelihood ratios, as a naive Bayes classifier adds them up; a finding counts by its
strength (0 to 1). They were set by hand from what each kind does to telemetry and checked on simulated scenarios.
"""

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

ANSWER = frozenset({"length", "text", "tokenizer", "logprob", "form", "refusal", "truncation"})
SPEED = frozenset({"pace", "first_token", "failure"})
NEEDS: MappingProxyType[CauseKind, frozenset[str]] = MappingProxyType(
    {
        "declared_version": frozenset({"declared"}),
        "silent_version": ANSWER,
        "quantization_or_stack": frozenset({"logprob", "pace", "first_token", "text", "shape"}),
        "capacity": SPEED,
        "price": frozenset({"price"}),
        "policy": frozenset({"refusal"}),
        "truncation": frozenset({"truncation"}),
        "deploy": frozenset({"deploy"}),
        "traffic_mix": frozenset({"traffic"}),
        "unknown": frozenset(),
    }
)
"""A kind is possible only where one of these was found; the empty set asks for nothing."""

START: MappingProxyType[CauseKind, float] = MappingProxyType({"unknown": 1.0})
"""Points before any finding; 0 where not named. "Unknown" has to be beaten."""

_COLUMNS: tuple[CauseKind, ...] = (
    "declared_version",
    "silent_version",
    "quantization_or_stack",
    "capacity",
    "price",
    "policy",
    "truncation",
    "deploy",
    "traffic_mix",
    "unknown",
)
# fmt: off
_TABLE: dict[str, tuple[float, ...]] = {
    #                decl  silent  quant  capac  price  polic  trunc  deploy  traffic  unknown
    "declared":     ( 5.0,  0.0,   0.0,   0.0,   0.0,   0.0,   0.0,  -1.0,  -1.0,   -1.0),
    "deploy":       (-1.0, -1.0,  -1.0,  -0.5,   0.0,  -1.0,  -1.0,   5.0,  -0.5,    0.0),
    "traffic":      (-0.5, -1.5,  -1.5,  -1.0,   0.0,  -1.5,  -1.5,   0.5,   4.5,    0.0),
    "traffic_still": (0.0,  0.5,   0.5,   0.5,   0.0,   1.0,   1.0,   0.0,  -4.0,    0.0),
    "price":        ( 0.5,  0.5,  -1.0,  -2.0,   4.5,  -2.0,  -2.0,  -3.0,  -2.0,   -1.0),
    "tokenizer":    ( 1.5,  5.0,  -1.0,  -4.0,  -3.0,  -2.0,  -3.0,  -1.0,  -2.0,   -1.5),
    "text":         ( 0.5,  1.2,   0.5,  -3.0,  -3.0,   0.0,  -1.0,   0.5,   0.5,    0.0),
    "logprob":      ( 1.0,  2.0,   3.0,  -4.0,  -4.0,   0.0,  -2.0,  -0.5,  -0.5,   -1.5),
    "pace":         ( 0.5,  1.5,   2.5,   3.0,  -2.0,  -2.0,  -2.0,  -2.0,  -1.0,   -1.5),
    "shape":        ( 0.5,  1.5,   3.5,   0.0,  -2.0,  -2.0,  -2.0,  -2.0,  -2.0,   -2.0),
    "first_token":  ( 0.5,  0.5,   1.0,   2.5,  -2.0,  -1.5,  -2.0,  -1.0,  -1.0,   -1.0),
    "length":       ( 1.0,  1.5,  -0.5,  -3.0,  -3.0,   0.5,   0.0,   1.0,   0.5,    1.0),
    "replaced":     ( 0.5,  1.5,   0.5,   0.0,   0.0,   0.0,   0.0,   0.5,   0.0,    0.0),
    "refusal":      ( 0.5,  0.5,  -1.0,  -3.0,  -3.0,   5.0,  -2.0,   0.5,   0.0,    0.0),
    "truncation":   ( 0.0,  0.0,  -0.5,  -2.0,  -3.0,  -2.0,   4.5,   0.5,   0.0,    0.0),
    "failure":      ( 0.0, -0.5,   0.0,   4.5,  -2.0,   0.5,  -1.0,  -0.5,  -0.5,   -1.5),
    "form":         ( 1.0,  1.0,   0.0,  -2.0,  -3.0,   0.5,   0.5,   1.5,   0.5,    0.5),
    "caching":      ( 0.0,  0.0,   0.5,   1.0,   0.5,  -1.0,  -1.0,   1.0,   0.5,    0.5),
    "answer_still": ( 0.0, -2.5,  -1.5,   1.5,   1.5,  -1.5,  -1.5,  -1.5,   0.0,    0.0),
    "speed_still":  ( 0.0, -1.0,  -1.0,   0.0,   0.5,   0.5,   0.5,   0.5,   0.0,    0.0),
    "neighbours":   ( 1.5,  1.5,   1.5,   1.5,   1.5,   1.5,   1.5,  -1.5,  -1.0,   -0.5),
    "alone":        (-0.5, -0.5,  -0.5,   0.0,  -0.5,  -0.5,  -0.5,   0.5,   0.5,    0.0),
}
# fmt: on

POINTS: MappingProxyType[str, dict[CauseKind, float]] = MappingProxyType(
    {finding: dict(zip(_COLUMNS, row, strict=True)) for finding, row in _TABLE.items()}
)
