"""The table behind a cause, written by tools/fit_causes.py: do not edit.

Weights of a multinomial logistic regression of the kind on the strengths of the findings (0 to 1).
"""

from types import MappingProxyType

from coagent.domain.shift import CauseKind

SEED = 27

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
_START = (1.39, -0.54, -1.03, 1.50, 1.04, 0.60, 0.90, 1.78, -3.11, -2.53)
_TABLE: dict[str, tuple[float, ...]] = {
    "declared": (1.29, -0.56, -0.25, -0.06, 0.00, 0.00, 0.00, 0.00, -0.05, -0.35),
    "deploy": (0.00, -0.58, -0.01, -0.02, 0.00, 0.00, 0.00, 1.64, -0.66, -0.37),
    "traffic": (0.09, -0.95, -1.05, 0.46, 0.00, 0.02, 0.00, 0.71, 2.61, -1.89),
    "traffic_still": (0.84, -0.22, -0.34, -1.11, 0.00, 0.12, 0.55, 0.42, 0.00, -0.25),
    "price": (0.00, 1.19, -0.02, -1.58, 1.04, 0.00, 0.00, 0.00, 0.00, -0.63),
    "tokenizer": (0.00, 0.16, -1.80, -1.39, 0.10, 0.00, 0.00, 0.03, 2.03, 0.89),
    "text": (0.00, 1.57, 0.56, -1.75, 0.00, -0.76, -0.51, 0.00, 0.58, 0.31),
    "logprob": (0.47, 0.29, 1.70, 0.82, 0.00, -0.09, -0.44, 0.00, -0.45, -2.32),
    "slower": (0.10, 1.62, -2.54, 0.09, 1.51, 0.01, 0.01, 0.02, -0.14, -0.67),
    "faster": (0.17, 1.16, 0.96, -2.10, 0.00, -0.12, -0.02, 0.08, -0.19, 0.05),
    "first_token_later": (0.05, -1.66, 0.61, 0.46, 0.70, -0.11, 0.00, 0.00, 0.24, -0.30),
    "first_token_sooner": (0.00, 0.65, -1.91, 1.35, 0.00, 0.00, 0.01, 0.00, 0.02, -0.12),
    "shape": (0.00, -0.15, 2.40, -0.23, 0.00, -0.11, -0.02, 0.00, -0.23, -1.68),
    "longer": (0.86, 0.06, -0.35, -3.69, 0.18, -0.49, 0.00, 0.59, 0.74, 2.12),
    "shorter": (0.00, 0.51, -2.93, -2.46, -1.65, 0.39, 1.03, 0.73, 2.77, 1.59),
    "replaced": (0.00, 1.14, 0.63, -0.09, 0.00, -0.20, 0.00, 0.00, 0.00, -1.48),
    "unseen": (0.02, 0.59, 0.44, -0.44, 0.00, 0.09, 0.00, 0.02, 0.00, -0.74),
    "refusal": (0.00, -1.09, 0.02, -0.11, 0.00, 2.27, 0.00, 0.00, -0.48, -0.62),
    "truncation": (0.00, -0.85, 1.17, -0.39, 0.00, 0.00, 0.90, 0.00, -0.31, -0.51),
    "failure": (0.00, 0.05, 0.00, 0.42, 0.03, 0.03, 0.16, 0.00, -0.12, -0.57),
    "failure_ends": (0.00, -0.17, -0.03, 1.02, 0.00, 0.00, 0.00, 0.00, -0.42, -0.40),
    "form": (0.00, -0.43, -0.02, 0.00, 0.00, 0.00, 0.00, 0.18, 0.70, -0.42),
    "caching": (0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00),
    "answer_still": (0.00, 2.04, -1.05, 1.33, 0.87, 0.00, 0.21, 0.00, -2.21, -1.18),
    "speed_still": (0.48, -0.56, -1.51, -0.70, 0.34, -0.13, 0.31, 0.62, 0.46, 0.67),
    "neighbours": (0.31, 0.92, 0.47, 1.28, 0.97, 0.35, 0.32, 0.00, -3.44, -1.19),
    "alone": (0.24, -0.24, -0.67, 0.08, 0.18, 0.19, 0.06, 0.19, -0.86, 0.83),
}
# fmt: on

START: MappingProxyType[CauseKind, float] = MappingProxyType(dict(zip(_COLUMNS, _START, strict=True)))
"""Points before any finding."""
WEIGHTS: MappingProxyType[str, dict[CauseKind, float]] = MappingProxyType(
    {finding: dict(zip(_COLUMNS, row, strict=True)) for finding, row in _TABLE.items()}
)
"""Points of each finding at strength 1."""
