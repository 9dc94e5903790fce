"""The sample of a segment's rows is the same whatever the batches were, and any row's chance is the same."""

import numpy as np
import pytest

from coagent.detect.constants import RESERVOIR_ROWS
from coagent.detect.fields import FIELDS
from coagent.detect.reservoir import sampled
from coagent.detect.rows import Rows, no_rows
from coagent.detect.signals import COUNT
from tests.unit.detect.rows import rows_of

ROWS = 2_000


def sample_by(size: int) -> Rows:
    held = no_rows(COUNT, len(FIELDS))
    for at in range(0, ROWS, size):
        held = sampled(held, rows_of(at, min(size, ROWS - at)))
    return held


@pytest.mark.parametrize("size", [1, 37, 500])
def test_the_cut_into_batches_changes_nothing(size: int) -> None:
    held, whole = sample_by(size), sample_by(ROWS)
    assert held.size == RESERVOIR_ROWS
    assert held.ordinals.tolist() == whole.ordinals.tolist()
    assert held.request_ids.tolist() == [str(ordinal) for ordinal in held.ordinals]
    assert held.values[0].tolist() == held.ordinals.tolist()


def test_early_and_late_rows_are_kept_alike() -> None:
    ordinals = sample_by(100).ordinals
    assert (np.diff(ordinals) > 0).all()
    early = (ordinals < ROWS // 2).mean()
    assert abs(early - 0.5) < 3 * 0.5 / RESERVOIR_ROWS**0.5
