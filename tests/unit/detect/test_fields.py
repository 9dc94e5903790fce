import numpy as np

from coagent.detect.constants import REMEMBERED
from coagent.detect.fields import UNKNOWN, counted


def test_codes_that_stand_for_no_value_are_not_counted() -> None:
    codes = np.array([[0, 0, REMEMBERED - 1, UNKNOWN], [REMEMBERED, 200, 1, UNKNOWN]], np.uint8)
    counts = counted(codes)
    assert counts.shape == (2, REMEMBERED)
    assert (counts[0, 0], counts[0, REMEMBERED - 1], counts[1, 1], counts.sum()) == (2, 1, 1, 4)
