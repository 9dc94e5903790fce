"""What is sensed: each signal's class, what it is compared with, and its place on the grid."""

from typing import NamedTuple

import numpy as np

from coagent.detect.constants import LENGTH, OWN, SHAPE, SPEED, TRAFFIC

BY_INPUT, BY_OUTPUT, BY_GROUP = range(3)
"""A value is compared with those of its group of requests, and there with like inputs or like outputs."""


class Sensed(NamedTuple):
    """`lowest`: value of the grid's first edge; `sign`: -1 where values are negative. `better`: direction of an
    improvement that pages nobody, +1 up, -1 down, 0 where no direction is one. `counted`: whole numbers, which have a
    grid of their own.
    """

    name: str
    kind: int
    within: int
    lowest: float = 1.0
    binary: bool = False
    sign: int = 1
    better: int = 0
    counted: bool = False


SENSED = (
    Sensed("time_to_first_token_s", SPEED, BY_INPUT, 1e-4, better=-1),
    Sensed("time_per_output_token_s", SPEED, BY_OUTPUT, 1e-6, better=-1),
    Sensed("duration_s", SPEED, BY_INPUT, 1e-3, better=-1),
    Sensed("first_token_over_pace", SHAPE, BY_INPUT, 1e-2),
    Sensed("output_tokens", LENGTH, BY_INPUT, counted=True),
    Sensed("reasoning_tokens", LENGTH, BY_INPUT, counted=True),
    Sensed("output_chars_per_token", LENGTH, BY_INPUT, 1e-2),
    Sensed("input_chars_per_token", OWN, BY_INPUT, 1e-2),
    Sensed("cached_input_share", LENGTH, BY_INPUT, 1e-5),
    Sensed("mean_logprob", OWN, BY_INPUT, 1e-5, sign=-1),
    Sensed("quality_score", LENGTH, BY_INPUT, 1e-5),
    Sensed("error", SPEED, BY_GROUP, binary=True, better=-1),
    Sensed("refusal", OWN, BY_INPUT, binary=True),
    Sensed("truncation", LENGTH, BY_INPUT, binary=True, better=-1),
    Sensed("tool_call", LENGTH, BY_INPUT, binary=True),
    Sensed("empty", LENGTH, BY_INPUT, binary=True, better=-1),
    Sensed("schema_invalid", LENGTH, BY_INPUT, binary=True, better=-1),
    Sensed("fallback", SPEED, BY_GROUP, binary=True, better=-1),
    Sensed("input_length", TRAFFIC, BY_GROUP, 0.5),
)

COUNT = len(SENSED)
NAMES = tuple(one.name for one in SENSED)
PLACE_OF = {name: place for place, name in enumerate(NAMES)}
KINDS = np.array([one.kind for one in SENSED])
WITHIN = np.array([one.within for one in SENSED])
BINARY = np.array([one.binary for one in SENSED])
SIGNS = np.array([one.sign for one in SENSED])
LOWEST = np.array([one.lowest for one in SENSED])
BETTER = np.array([one.better for one in SENSED])
IS_COUNT = np.array([one.counted for one in SENSED])
IS_TRAFFIC = KINDS == TRAFFIC
IS_FACTOR = np.isin(KINDS, (SPEED, SHAPE)) & ~BINARY
"""Where a wandering level is a factor on the value, and the dead band a number of grid steps."""
IS_LEVEL = (KINDS == SPEED) & ~BINARY
"""Speeds: what lasts is looked for over minutes too."""
