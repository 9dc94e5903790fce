"""Rows by their ordinals alone."""

import numpy as np

from coagent.detect.fields import FIELDS
from coagent.detect.rows import Rows
from coagent.detect.signals import COUNT

MOST = 2_000


def rows_of(first: int, count: int) -> Rows:
    """Out of MOST: in every column a row differs from its neighbours, and the first signal's values are ordinals."""
    ordinals = np.arange(first, first + count)
    return Rows(
        ordinals=ordinals,
        times=ordinals * 1.5,
        hashes=np.random.default_rng(6).integers(0, 2**63, MOST, dtype=np.uint64)[ordinals],
        groups=(ordinals % 3).astype(np.uint8),
        values=(ordinals + MOST * np.arange(COUNT)[:, None]).astype(np.float32),
        fields=np.tile((ordinals % 5).astype(np.uint8), (len(FIELDS), 1)),
        evidence=(ordinals % 7).astype(np.float16),
        request_ids=np.array([str(ordinal) for ordinal in ordinals], object),
        unnamed=np.array([[None] * count, [f"tenant-{ordinal % 4}" for ordinal in ordinals]], object),
    )
