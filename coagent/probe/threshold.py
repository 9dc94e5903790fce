"""One threshold for all probes, out of the fleet's budget."""

SHARE = 0.1
"""Of the fleet's false alarms a month that probes may add; none of them pages by its evidence alone."""
DAYS_PER_MONTH = 30.0


def threshold(batches_per_day: float, false_alarms_per_month: float) -> float:
    """What evidence has to reach; at most T / threshold false alarms within T batches.

    >>> threshold(5, 1.0)
    1500.0
    """
    return max(batches_per_day, 1.0) * DAYS_PER_MONTH / (SHARE * false_alarms_per_month)
