"""A signal in units of its own deviation, as far as known by each row."""

import numpy as np

from coagent.bench.simulator.world import Floats


def standardized(values: Floats) -> Floats:
    """Against the mean and deviation of the rows up to and with each, as River's StandardScaler does; shape (rows,).

    >>> standardized(np.array([1.0, 3.0, 2.0])).round(3).tolist()
    [0.0, 1.0, 0.0]
    """
    count = np.arange(1, len(values) + 1)
    mean = np.cumsum(values) / count
    variance = np.maximum(np.cumsum(values**2) / count - mean**2, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > 0, (values - mean) / np.sqrt(variance), 0.0)
