"""Limits that people set: round, so that they do not move with every day's mean."""

import math

STEPS = (1, 2, 5, 10)


def token_limit(tokens: float) -> int:
    """The least of 1, 2, 5, 10, 20, 50, … tokens that is not below.

    >>> token_limit(1500), token_limit(2000), token_limit(2001)
    (2000, 2000, 5000)
    """
    scale = 10 ** math.floor(math.log10(max(tokens, 1)))
    return int(scale * next(step for step in STEPS if step * scale >= tokens))
