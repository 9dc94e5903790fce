"""What a provider states itself about what served a request: a value that was not there before is a fact."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from coagent.detect.constants import ARRIVALS, CUTS, DAY_S, IN_A_ROW, REMEMBERED, SURE
from coagent.domain.signal import DECLARED

Codes = NDArray[np.int32]
Floats = NDArray[np.float64]


class NewValue(NamedTuple):
    """`row`: place in the batch of the row that made it certain. `was`: the most frequent value until then."""

    row: int
    was: str
    now: str


class Seen(Struct, array_like=True):
    """Of one value, in rows that name the field: number of its first and its last row, and how many there were. `usual`
    values are no news any more.
    """

    first: int
    last: int
    count: int = 0
    usual: bool = False


class Values(Struct, array_like=True):
    """Of one field: `rows` that named it, its values, and the times (epoch s) at which the newest of them came."""

    rows: int = 0
    seen: dict[str, Seen] = {}
    arrivals_s: list[float] = []

    def changes(self, names: Sequence[str], codes: Codes, times: Floats) -> list[NewValue]:
        """New values that carry a lasting share of the rows. `codes` count into `names`, -1 unknown."""
        named = np.flatnonzero(codes >= 0)
        if self._all_usual(names, codes[named]):
            return []
        found = []
        for row in named.tolist():
            name = names[codes[row]]
            if self._is_news(name, float(times[row])):
                found.append(NewValue(row, self._most_frequent(name), name))
        return found

    def forget(self, name: str) -> None:
        """The value is gone: should it come again, it is new."""
        self.seen.pop(name, None)

    def _all_usual(self, names: Sequence[str], codes: Codes) -> bool:
        """Whether all values are usual ones; they are counted then."""
        used, back, counts = np.unique(codes[::-1], return_index=True, return_counts=True)
        seen = [self.seen.get(names[code]) for code in used.tolist()]
        if not all(one is not None and one.usual for one in seen):
            return False
        for one, from_end, count in zip(seen, back.tolist(), counts.tolist(), strict=True):
            if one is not None:
                one.count, one.last = one.count + count, self.rows + len(codes) - from_end
        self.rows += len(codes)
        return True

    def _is_news(self, name: str, time_s: float) -> bool:
        self.rows += 1
        one = self.seen.get(name) or self._admit(name)
        one.count, one.last = one.count + 1, self.rows
        return not one.usual and self._settles(one, time_s)

    def _settles(self, one: Seen, time_s: float) -> bool:
        """Whether the value is known from this row on, and news. Among the first rows it is known and no news; one that
        came only because it is rare was as likely to be among the rows before it.
        """
        since = self.rows - one.first + 1
        early, rare = self.rows <= CUTS[0], since >= one.first
        lasting = one.count >= IN_A_ROW and (self.rows / since) ** (one.count - 1) >= SURE
        one.usual = early or rare or lasting
        counts = lasting or (early and len(self.seen) > 1)
        return counts and self._arrive(time_s) and not (early or rare)

    def _arrive(self, time_s: float) -> bool:
        """Whether so few values came within a month that this one is news."""
        recent = [one for one in self.arrivals_s if one > time_s - 30 * DAY_S]
        self.arrivals_s = [*recent, time_s][-ARRIVALS:]
        return len(recent) < ARRIVALS

    def _admit(self, name: str) -> Seen:
        if len(self.seen) >= REMEMBERED:
            del self.seen[min(self.seen, key=lambda one: (self.seen[one].usual, self.seen[one].last))]
        self.seen[name] = Seen(self.rows, self.rows)
        return self.seen[name]

    def _most_frequent(self, but: str) -> str:
        return max((name for name in self.seen if name != but), key=lambda name: self.seen[name].count, default="")


class Declared(Struct, array_like=True):
    """By field of `coagent.domain.signal.DECLARED`."""

    fields: dict[str, Values] = field(default_factory=lambda: {name: Values() for name in DECLARED})
