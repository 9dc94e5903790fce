"""Segments of one provider and model, a tenant each, in which the same change happens at the same row."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from zlib import crc32

import numpy as np

from coagent.domain.batch import Batch, Source
from coagent.domain.segment import Segment
from coagent.entrypoints.bench.simulator.batches import batches
from coagent.entrypoints.bench.simulator.changes import Change
from coagent.entrypoints.bench.simulator.rows import Columns, rows_of
from coagent.entrypoints.bench.simulator.traffic import Traffic

PROVIDER, MODEL = "simulated", "alias"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """`rows_before` the change and `rows_after` count in each of the segments. `lone` fleets know the change's signal
    alone, and in each row, others all that a request tells. The same seed gives the same rows.
    """

    change: Change
    traffic: Traffic
    rows_before: int
    rows_after: int
    seed: int
    tenants: int = 1
    lone: bool = False

    def segment(self, tenant: int) -> Segment:
        return Segment(PROVIDER, MODEL, tenant=f"tenant-{tenant}")

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
        """Tenants take turns, `size` rows each; the fleet's row number is ordinal * tenants + tenant."""
        each = [
            batches(self.columns(tenant), self.segment(tenant), Source("simulated", f"seed-{self.seed}", tenant), size)
            for tenant in range(self.tenants)
        ]
        return chain.from_iterable(zip(*each, strict=True))

    def changed(self, batch: Batch) -> int:
        """Rows of a batch that came after the change."""
        return max(batch.last_offset + 1 - max(batch.first_offset, self.rows_before), 0)

    def delay(self, segment: Segment, ordinal: int) -> int:
        """Rows of the whole fleet from the change up to and with this row; at most 0 before the change."""
        tenant = int((segment.tenant or "-0").rpartition("-")[2])
        return (ordinal - self.rows_before) * self.tenants + tenant + 1
