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
_START = (1.41, -0.43, -1.50, 1.43, 1.00, 0.43, 0.99, 1.68, -3.05, -1.97)
_TABLE: dict[str, tuple[float, ...]] = {
    "declared": (1.41, -0.51, -0.28, -0.06, 0.00, 0.00, 0.00, 0.00, -0.13, -0.42),
    "deploy": (0.00, -0.54, 0.00, -0.02, 0.00, 0.00, 0.00, 1.66, -0.73, -0.37),
    "traffic": (0.18, -1.17, -0.74, -0.17, 0.00, -0.02, 0.26, 0.81, 2.82, -1.97),
    "traffic_still": (0.58, -0.28, -0.21, -0.42, 0.00, 0.03, 0.44, 0.48, 0.00, -0.61),
    "price": (0.00, 1.27, -0.02, -1.43, 1.00, 0.00, 0.00, 0.00, 0.00, -0.83),
    "tokenizer": (0.01, 0.12, -1.74, -1.32, 0.14, 0.00, 0.00, 0.00, 2.01, 0.78),
    "text": (0.00, 1.60, 0.76, -1.65, 0.00, -0.93, 0.00, 0.00, 0.34, -0.12),
    "logprob": (0.45, 0.68, 2.27, -0.49, 0.00, -0.09, -0.56, 0.01, 0.00, -2.27),
    "slower": (0.04, 1.76, -2.29, -0.29, 1.38, 0.01, 0.00, 0.02, -0.01, -0.63),
    "faster": (0.03, 1.29, 1.20, -2.02, 0.00, -0.01, 0.00, 0.00, -0.19, -0.30),
    "first_token_later": (0.05, -1.57, 0.65, 0.41, 0.67, 0.00, 0.00, 0.00, 0.17, -0.36),
    "first_token_sooner": (0.00, 0.72, -1.86, 1.16, 0.00, 0.00, 0.02, 0.00, -0.02, -0.01),
    "shape": (0.00, 0.09, 2.44, -0.47, 0.00, 0.00, 0.00, 0.00, -0.25, -1.82),
    "longer": (0.80, 0.12, -0.04, -2.77, 0.16, -1.01, -0.65, 0.56, 0.67, 2.16),
    "shorter": (0.01, 0.51, -2.73, -2.66, -1.53, 0.61, 0.83, 0.79, 2.80, 1.37),
    "replaced": (0.00, 1.05, 0.79, -0.07, 0.00, -0.20, 0.00, 0.00, 0.00, -1.56),
    "unseen": (0.04, 0.74, 0.49, -0.58, 0.00, 0.09, 0.00, 0.03, 0.00, -0.81),
    "refusal": (0.00, -1.15, -0.03, -0.04, 0.00, 2.39, 0.00, 0.00, -0.62, -0.55),
    "truncation": (0.00, -0.87, 0.66, -0.02, 0.00, 0.00, 0.99, 0.00, -0.24, -0.52),
    "failure": (0.00, 0.11, -0.08, 0.47, 0.03, 0.00, 0.00, 0.00, -0.10, -0.43),
    "failure_ends": (0.00, -0.20, -0.08, 1.13, 0.00, 0.00, 0.00, 0.00, -0.45, -0.39),
    "form": (0.00, -0.30, -0.10, 0.00, 0.00, 0.00, 0.00, 0.18, 0.61, -0.38),
    "caching": (0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00),
    "answer_still": (0.03, 2.48, -0.80, 1.23, 0.83, 0.00, 0.07, 0.00, -2.42, -1.42),
    "speed_still": (0.42, -0.65, -1.24, -1.01, 0.32, -0.13, 0.43, 0.57, 0.73, 0.57),
    "neighbours": (0.36, 0.93, 0.47, 1.28, 0.72, 0.26, 0.36, 0.00, -3.29, -1.10),
    "alone": (0.13, -0.29, -0.72, 0.16, 0.18, 0.21, 0.06, 0.26, -0.77, 0.77),
}
# fmt: on

START: MappingProxyType[CauseKind, float] = MappingProxyType(dict(zip(_COLUMNS, _START, strict=True)))
"""Points before any finding."""
WEIGHTS: MappingProxyType[str, dict[CauseKind, float]] = MappingProxyType(
    {finding: dict(zip(_COLUMNS, row, strict=True)) for finding, row in _TABLE.items()}
)
"""Points of each finding at strength 1."""
