"""One stream of as many tenants, in which the same change happens at the same row of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from coagent.bench.simulator.batches import batches
from coagent.bench.simulator.changes import Change
from coagent.bench.simulator.rows import Columns, rows_of
from coagent.bench.simulator.traffic import Traffic
from coagent.domain.batch import Batch, Source
from coagent.domain.segment import Segment

PROVIDER, MODEL = "simulated", "alias"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """`rows_before` the change and `rows_after` count for each of the tenants. `lone` fleets know the change's signal
    alone, and in each row, others all that a request tells. The same seed gives the same rows.
    """

    change: Change
    traffic: Traffic
    rows_before: int
    rows_after: int
    seed: int
    tenants: int = 1
    lone: bool = False

    @property
    def segment(self) -> Segment:
        return Segment(PROVIDER, MODEL)

    def stream(self) -> Columns:
        """All tenants' rows, in turn."""
        each = [self.columns(tenant) for tenant in range(self.tenants)]
        if self.tenants == 1:
            return each[0]
        names = each[0].numbers
        numbers = {name: np.stack([one.numbers[name] for one in each], axis=1).ravel() for name in names}
        texts = {name: _in_turn([one.texts[name] for one in each]) for name in each[0].texts}
        tenants = np.tile(np.arange(self.tenants, dtype=np.int32), each[0].rows)
        return Columns(numbers, {**texts, "tenant": ([f"tenant-{one}" for one in range(self.tenants)], tenants)})

    def columns(self, tenant: int) -> Columns:
        name = f"{self.change.name}/{self.traffic.name}"
        rng = np.random.default_rng([self.seed, tenant, crc32(name.encode())])
        weight = self.change.weight(rng, self.rows_before, self.rows_after)
        before, after = self.change.before, self.change.after
        if not self.lone:
            return rows_of(before, after, weight, self.traffic, rng)
        found = rows_of(before.but(error=0.0), after.but(error=0.0), weight, self.traffic, rng)
        return found.only(self.change.signal)

    def batches(self, size: int) -> Iterator[Batch]:
        """Of the stream; its row number is the tenant's row number * tenants + tenant."""
        return batches(self.stream(), self.segment, Source("simulated", f"seed-{self.seed}", 0), size)

    def delay(self, ordinal: int) -> int:
        """Rows from the change up to and with this row; at most 0 before the change."""
        return ordinal - self.rows_before * self.tenants + 1


def _in_turn(each: list[tuple[list[str], NDArray[np.int32]]]) -> tuple[list[str], NDArray[np.int32]]:
    """Texts of all tenants, which name the same values."""
    return each[0][0], np.stack([codes for _, codes in each], axis=1).ravel()
