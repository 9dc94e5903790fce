"""How much a run measures: figures get steadier with more, and take longer."""

from dataclasses import dataclass

TUNED_SEEDS = range(1, 1000)
"""Whatever was tuned or fitted on the simulator used seeds of these; figures are reported on others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """`seeds` are the reported ones; what takes long uses the first `heavy_seeds` of them. `null_rows` counts each
    pattern and length of streams; `longest_null` leaves longer ones out.
    """

    seeds: tuple[int, ...]
    heavy_seeds: int = 8
    variant_seeds_used: int = 2
    power_before: tuple[int, ...] = (100, 500, 2_000, 10_000)
    power_after: int = 3_000
    limit_before: int = 10_000
    tenants: int = 50
    tenants_before: int = 4_000
    alone_before: int = 500
    null_rows: int = 60_000
    longest_null: int = 20_000
    promise_streams: int = 200
    cause_rows_before: int = 2_000
    cause_rows_after: int = 1_000
    demo_runs: int = 20
    cost_rows: int = 98_304
    slow_rivals: bool = True

    @property
    def variant_seeds(self) -> tuple[int, ...]:
        return self.seeds[: self.variant_seeds_used]

    @property
    def heavy(self) -> tuple[int, ...]:
        return self.seeds[: self.heavy_seeds]


def quick(seeds: tuple[int, ...]) -> Sizes:
    """A minute or two: shows that all works, measures little."""
    return Sizes(
        seeds=seeds[:2],
        heavy_seeds=1,
        variant_seeds_used=1,
        power_before=(100, 500),
        power_after=600,
        limit_before=1_000,
        tenants=3,
        tenants_before=600,
        alone_before=200,
        null_rows=2_000,
        longest_null=2_000,
        promise_streams=4,
        cause_rows_before=600,
        cause_rows_after=400,
        demo_runs=2,
        cost_rows=2_048,
        slow_rivals=False,
    )
