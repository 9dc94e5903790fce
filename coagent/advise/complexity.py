"""How hard an account's requests look in telemetry: reasoning * context * knowledge, each low, medium or high.

It reads lengths, tools, reasoning tokens, retries and scores, never a prompt, so it says where a smaller model is worth
a test, not that the smaller model answers as well.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.advise.frame import Floats, Frame
from coagent.domain.vocabulary import signal_name

Levels = NDArray[np.int8]
UNKNOWN, LOW, MEDIUM, HIGH = -1, 0, 1, 2
NAMES = {UNKNOWN: "unknown", LOW: "low", MEDIUM: "medium", HIGH: "high"}
REASONING_TOKENS, TOOL_SHARE = (200, 1500), (0.1, 0.5)
INPUT_TOKENS = (3_000, 16_000)
OUTPUT_TOKENS = (200, 600)
RETRY_SHARE = (0.05, 0.15)
POOR_SCORE = 0.7
"""Bounds of medium and high: convention, as no telemetry says how hard a question is. Below a mean quality score of 0.7
the present model already struggles.
"""


class Complexity(NamedTuple):
    """Shape (accounts,) each; `overall` is the highest of the three, unknown where lengths are unknown."""

    reasoning: Levels
    context: Levels
    knowledge: Levels
    overall: Levels

    def row(self, frame: Frame, account: int) -> dict[str, object]:
        """The account's row of the matrix, with its reasons."""
        levels = {name: NAMES[int(getattr(self, name)[account])] for name in ("reasoning", "context", "knowledge")}
        return {"segment": frame.segments[account].label, **levels, "because": _reasons(frame, account)}


def complexity(frame: Frame) -> Complexity:
    """Of each account."""
    reasoning = np.maximum(
        _level(frame.per_request("reasoning_tokens"), REASONING_TOKENS, LOW),
        _level(frame.share("tool_requests", "tools_known"), TOOL_SHARE, LOW),
    )
    context = _level(frame.per_request("input_tokens"), INPUT_TOKENS, UNKNOWN)
    knowledge = np.maximum(
        _level(visible_output(frame), OUTPUT_TOKENS, UNKNOWN),
        _level(frame.share("retries", "retries_known"), RETRY_SHARE, UNKNOWN),
    )
    poor = frame.share("quality_score", "quality_scores_known") < POOR_SCORE
    knowledge = np.where(poor, HIGH, knowledge).astype(np.int8)
    overall = np.maximum(np.maximum(reasoning, context), knowledge)
    unknown = (context == UNKNOWN) | (knowledge == UNKNOWN)
    return Complexity(reasoning, context, knowledge, np.where(unknown, UNKNOWN, overall).astype(np.int8))


def visible_output(frame: Frame) -> Floats:
    """Tokens out a request without reasoning, shape (accounts,)."""
    return frame.per_request("output_tokens") - np.nan_to_num(frame.per_request("reasoning_tokens"))


def _level(values: Floats, bounds: tuple[float, float], unknown: int) -> Levels:
    levels = np.searchsorted(bounds, np.nan_to_num(values), side="right")
    return np.where(np.isnan(values), unknown, levels).astype(np.int8)


def _reasons(frame: Frame, account: int) -> str:
    figures = {
        "tokens in a request": frame.per_request("input_tokens")[account],
        "tokens out": visible_output(frame)[account],
        signal_name("reasoning_tokens"): frame.per_request("reasoning_tokens")[account],
        "% with tools": 100 * frame.share("tool_requests", "tools_known")[account],
        "% retries": 100 * frame.share("retries", "retries_known")[account],
    }
    return ", ".join(f"{value:,.0f} {name}" for name, value in figures.items() if not np.isnan(value))
