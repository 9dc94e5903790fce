"""What a provider says itself of what served a request: a value that was not there before is a fact."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from coagent.detect.sensor.constants import IN_A_ROW, KNOWN_ROWS, MOST_DECLARED
from coagent.domain.signal import DECLARED

Codes = NDArray[np.int32]


class Values(Struct, array_like=True):
    """Of one field: rows that named it, and of each value how many did. Values of the first KNOWN_ROWS are `usual`, and
    so are those whose change was reported.
    """

    rows: int = 0
    counts: dict[str, int] = {}
    usual: set[str] = set()

    def changes(self, names: Sequence[str], codes: Codes) -> list[int]:
        """Rows with which a new value was named often enough."""
        named = np.flatnonzero(codes >= 0).tolist()
        return [place for place in named if self._is_change(names[codes[place]])]

    def _is_change(self, name: str) -> bool:
        self.rows += 1
        if name not in self.counts and len(self.counts) >= MOST_DECLARED:
            return False
        self.counts[name] = self.counts.get(name, 0) + 1
        if name in self.usual:
            return False
        if self.rows <= KNOWN_ROWS or self.counts[name] >= IN_A_ROW:
            self.usual.add(name)
        return self.rows > KNOWN_ROWS and name in self.usual

    def skim(self, names: Sequence[str], codes: Codes) -> list[int]:
        """`changes`; where all names are usual ones, they are only counted."""
        used, counts = np.unique(codes[codes >= 0], return_counts=True)
        if not all(names[code] in self.usual for code in used.tolist()):
            return self.changes(names, codes)
        for code, count in zip(used.tolist(), counts.tolist(), strict=True):
            self.counts[names[code]] += count
            self.rows += count
        return []


class Declared(Struct, array_like=True):
    """By field of `coagent.domain.signal.DECLARED`."""

    fields: dict[str, Values] = field(default_factory=lambda: {name: Values() for name in DECLARED})
