"""Multinomial logistic regression of the kind of cause on the strengths of the findings, and the table's text."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from cause_looks import Look
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from coagent.confirm.cause import likelihood_table
from coagent.confirm.cause.posterior import KINDS, possible
from coagent.domain.shift import CauseKind

FINDINGS = (
    "declared", "deploy", "traffic", "traffic_still", "price", "tokenizer", "text", "logprob", "slower", "faster",
    "first_token_later", "first_token_sooner", "shape", "longer", "shorter", "replaced", "unseen", "refusal",
    "truncation", "failure", "failure_ends", "form", "caching", "answer_still", "speed_still", "neighbours", "alone",
)  # fmt: skip
RIDGE = 1.0
"""Weights are drawn to 0 as by a normal law of variance 1 / RIDGE."""
GROUP_COUNTS = 40.0
"""What all looks of one group count together."""
Floats = NDArray[np.float64]


def matrix(looks: Sequence[Look]) -> Floats:
    """Strengths and a constant, shape (looks, findings + 1)."""
    x = np.zeros((len(looks), len(FINDINGS) + 1))
    x[:, -1] = 1.0
    for row, look in enumerate(looks):
        for one in look.findings:
            x[row, FINDINGS.index(one.name)] = one.strength
    return x


def allowed(kinds: Iterable[Sequence[CauseKind]]) -> Floats:
    """0 where a kind is among those of the look, minus infinity elsewhere; shape (looks, kinds)."""
    return np.array([[0.0 if kind in some else -np.inf for kind in KINDS] for some in kinds]).reshape(-1, len(KINDS))


def _possible(looks: Sequence[Look]) -> Floats:
    return allowed(possible(look.findings) for look in looks)


def counts(looks: Sequence[Look]) -> Floats:
    """Each group counts the same, however often it is seen, and its last looks double. Shape (looks,)."""
    seen = Counter(look.group for look in looks)
    scale = [(2.0 if look.final else 1.0) / seen[look.group] for look in looks]
    return GROUP_COUNTS * np.array(scale)


def fit(looks: Sequence[Look]) -> Floats:
    """Weights, shape (findings + 1, kinds)."""
    x, mask, right, weight = matrix(looks), _possible(looks), allowed(look.right for look in looks), counts(looks)
    shape = (x.shape[1], len(KINDS))

    def loss(flat: Floats) -> tuple[float, Floats]:
        w = flat.reshape(shape)
        logits = x @ w
        total, of_right = logsumexp(logits + mask, axis=1), logsumexp(logits + right, axis=1)
        excess = np.exp(logits + mask - total[:, None]) - np.exp(logits + right - of_right[:, None])
        value = weight @ (total - of_right) + RIDGE / 2 * float((w**2).sum())
        return float(value), (x.T @ (weight[:, None] * excess) + RIDGE * w).ravel()

    return np.asarray(minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B").x.reshape(shape))


def probabilities(looks: Sequence[Look], weights: Floats) -> Floats:
    """Shape (looks, kinds)."""
    logits = matrix(looks) @ weights + _possible(looks)
    return np.asarray(np.exp(logits - logsumexp(logits, axis=1)[:, None]))


def current() -> Floats:
    """The weights of the table as it is, shape (findings + 1, kinds)."""
    rows: list[Mapping[CauseKind, float]] = [likelihood_table.WEIGHTS[name] for name in FINDINGS]
    return np.array([[row[kind] for kind in KINDS] for row in [*rows, likelihood_table.START]])


def table_text(weights: Floats, seed: int) -> str:
    """The module that holds the table."""
    rows = "\n".join(f'    "{name}": ({_row(weights[at])}),' for at, name in enumerate(FINDINGS))
    columns = "\n".join(f'    "{kind}",' for kind in KINDS)
    return f'''"""The table behind a cause, written by tools/fit_causes.py: do not edit.

Weights of a multinomial logistic regression of the kind on the strengths of the findings (0 to 1).
"""

from types import MappingProxyType

from coagent.domain.shift import CauseKind

SEED = {seed}

_COLUMNS: tuple[CauseKind, ...] = (
{columns}
)
# fmt: off
_START = ({_row(weights[-1])})
_TABLE: dict[str, tuple[float, ...]] = {{
{rows}
}}
# fmt: on

START: MappingProxyType[CauseKind, float] = MappingProxyType(dict(zip(_COLUMNS, _START, strict=True)))
"""Points before any finding."""
WEIGHTS: MappingProxyType[str, dict[CauseKind, float]] = MappingProxyType(
    {{finding: dict(zip(_COLUMNS, row, strict=True)) for finding, row in _TABLE.items()}}
)
"""Points of each finding at strength 1."""
'''


def _row(weights: Floats) -> str:
    return ", ".join(f"{weight:.2f}" for weight in np.round(weights, 2) + 0.0)
