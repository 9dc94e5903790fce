"""One stream of as many tenants, in which the same change happens at the same row of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from coagent.bench.simulator.batches import batches
from coagent.bench.simulator.changes import Change
from coagent.bench.simulator.rows import LENGTH_SD, Columns, rows_of
from coagent.bench.simulator.traffic import Traffic
from coagent.bench.simulator.world import World
from coagent.domain.batch import Batch, Source
from coagent.domain.segment import Segment

PROVIDER, MODEL = "simulated", "alias"
Who = Literal["alike", "unlike", "one"]
"""Tenants alike; tenants that differ in lengths and log-probabilities; a change that concerns the first one alone."""
UNLIKE_SD = 1.0
""""Unlike" tenants' levels differ by a standard deviation of the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """`rows_before` the change and `rows_after` count for each of the tenants. `lone` fleets know the change's signal
    alone, and in each row, others all that a request has. The same seed gives the same rows.
    """

    change: Change
    traffic: Traffic
    rows_before: int
    rows_after: int
    seed: int
    tenants: int = 1
    lone: bool = False
    who: Who = "alike"

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
        if self.who == "one" and tenant:
            weight = np.zeros_like(weight)
        before, after = self._own(tenant, self.change.before), self._own(tenant, self.change.after)
        if not self.lone:
            return rows_of(before, after, weight, self.traffic, rng)
        found = rows_of(before.but(error=0.0), after.but(error=0.0), weight, self.traffic, rng)
        return found.only(self.change.signal)

    def batches(self, size: int) -> Iterator[Batch]:
        """Of the stream; its row number is the tenant's row number * tenants + tenant."""
        return batches(self.stream(), self.segment, Source("simulated", f"seed-{self.seed}", 0), size)

    def delay(self, ordinal: int) -> int:
        """Rows from the change up to and with this row, of the tenants that it concerns; at most 0 before it."""
        if self.who == "one":
            return ordinal // self.tenants - self.rows_before + 1
        return ordinal - self.rows_before * self.tenants + 1

    def tenant_name(self, tenant: int) -> str | None:
        """None where there is but one, which says none."""
        return f"tenant-{tenant}" if self.tenants > 1 else None

    def _own(self, tenant: int, world: World) -> World:
        """As this tenant has it."""
        if self.who != "unlike":
            return world
        lengths, level = np.random.default_rng([self.seed, tenant]).normal(0.0, UNLIKE_SD, 2).tolist()
        scale = float(np.exp(LENGTH_SD * lengths))
        return world.but_levels(
            output_scale=world.output_scale * scale,
            input_scale=world.input_scale * scale,
            logprob_shift=world.logprob_shift + level,
        )


def _in_turn(each: list[tuple[list[str], NDArray[np.int32]]]) -> tuple[list[str], NDArray[np.int32]]:
    """Texts of all tenants, which name the same values."""
    return each[0][0], np.stack([codes for _, codes in each], axis=1).ravel()
