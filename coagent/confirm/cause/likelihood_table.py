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
_START = (1.28, -0.72, -1.18, 0.39, 0.63, 1.02, 1.13, 2.04, -1.90, -2.69)
_TABLE: dict[str, tuple[float, ...]] = {
    "declared": (1.24, -0.60, -0.15, -0.01, 0.00, 0.00, 0.00, 0.00, -0.03, -0.46),
    "deploy": (0.00, -0.42, -0.16, 0.00, 0.00, 0.00, 0.00, 1.62, -0.71, -0.33),
    "traffic": (0.16, -0.74, -1.68, -0.14, 0.00, 0.06, 0.24, 0.86, 2.24, -1.00),
    "traffic_still": (0.46, -1.26, -0.40, 0.17, 0.00, 0.72, 0.46, 0.53, 0.00, -0.69),
    "price": (0.00, 0.27, -0.01, -0.39, 0.63, 0.00, 0.00, 0.00, 0.00, -0.49),
    "tokenizer": (0.00, 0.33, -1.47, -2.02, 0.24, 0.00, 0.00, 0.00, 2.62, 0.31),
    "text": (0.00, 2.10, 0.65, -0.65, 0.00, -1.04, 0.00, 0.00, -0.90, -0.14),
    "logprob": (0.19, -0.13, 1.10, -1.90, 0.00, -0.73, 0.00, 0.50, 0.69, 0.27),
    "slower": (0.00, 2.65, -3.18, -2.08, 1.98, 0.00, 0.00, 0.00, -1.31, 1.94),
    "faster": (0.04, 0.56, 1.37, -1.38, 0.00, 0.03, 0.04, 0.00, 0.31, -0.97),
    "first_token_later": (0.00, -0.21, 0.07, 1.47, 0.81, 0.00, 0.00, 0.00, -1.75, -0.40),
    "first_token_sooner": (0.00, 1.95, -3.42, 1.70, 0.00, 0.00, 0.00, 0.00, -0.59, 0.36),
    "shape": (0.00, 0.06, 2.86, -0.27, 0.00, 0.00, 0.00, 0.00, -1.12, -1.53),
    "longer": (0.85, 0.68, 0.16, -2.99, 0.27, 0.02, 0.00, 0.41, -1.59, 2.18),
    "shorter": (0.00, 0.52, -3.47, -3.15, -1.79, 0.89, 0.74, 0.79, 3.83, 1.62),
    "replaced": (0.00, 1.11, 1.24, -0.02, 0.00, 0.00, 0.00, 0.00, 0.00, -2.33),
    "unseen": (0.02, 1.47, -0.02, -0.76, 0.00, 0.04, 0.00, 0.01, 0.00, -0.76),
    "refusal": (0.00, -0.41, -0.17, -0.04, 0.00, 1.74, 0.00, 0.00, -0.75, -0.36),
    "truncation": (0.00, -0.34, -0.01, -0.02, 0.00, 0.00, 1.13, 0.00, -0.39, -0.37),
    "failure": (0.00, -0.45, -0.17, 1.58, 0.00, 0.00, 0.00, 0.00, -0.46, -0.50),
    "failure_ends": (0.00, -0.44, 0.00, 1.47, 0.00, 0.00, 0.00, 0.00, -0.43, -0.60),
    "form": (0.00, -1.03, 0.00, 0.00, 0.00, 0.00, 0.00, 0.43, 0.66, -0.06),
    "caching": (0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00),
    "answer_still": (0.00, 2.39, -1.06, 0.30, 1.06, 0.00, 0.07, 0.00, -1.82, -0.94),
    "speed_still": (0.59, -0.18, -1.55, 0.12, 0.36, 0.19, 0.32, 0.30, -0.55, 0.40),
    "neighbours": (0.46, 0.02, -0.51, 1.54, 0.88, 0.43, 0.10, 0.00, -3.10, 0.17),
    "alone": (0.00, -0.83, 0.26, -0.87, 0.15, 0.02, 0.10, 0.16, -0.82, 1.82),
}
# fmt: on

START: MappingProxyType[CauseKind, float] = MappingProxyType(dict(zip(_COLUMNS, _START, strict=True)))
"""Points before any finding."""
WEIGHTS: MappingProxyType[str, dict[CauseKind, float]] = MappingProxyType(
    {finding: dict(zip(_COLUMNS, row, strict=True)) for finding, row in _TABLE.items()}
)
"""Points of each finding at strength 1."""
