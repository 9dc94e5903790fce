"""Wilson's score interval of a rate (1927), at 95 %."""

from math import sqrt

Z95 = 1.959963984540054


def wilson(rate: float, rows: float) -> tuple[float, float]:
    """Its bounds; `rows` may be an effective size, not whole.

    >>> low, high = wilson(0.9, 100); f"{low:.3f} {high:.3f}"
    '0.826 0.945'
    """
    spread = Z95**2 / rows
    middle = (rate + spread / 2) / (1 + spread)
    half = Z95 * sqrt(max(rate * (1 - rate), 0.0) / rows + spread / (4 * rows)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
