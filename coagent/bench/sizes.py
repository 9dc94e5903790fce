"""How much a run measures: figures get steadier with more, and take longer."""

from dataclasses import dataclass, replace
from typing import Self

TUNING_SEEDS = tuple(range(1, 11))
"""Thresholds are tuned on these and reported on others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """`seeds` are the reported ones; what takes long uses the first `heavy_seeds` of them, slow rivals the first
    `slow_seeds`. Rows are of one segment, but for `null_rows`, which counts the whole fleet.
    """

    seeds: tuple[int, ...]
    heavy_seeds: int = 8
    rows_before: int = 10_000
    rows_after: int = 20_000
    cause_rows_before: int = 3_000
    cause_rows_after: int = 3_000
    tenants: int = 50
    tenant_rows_before: int = 1_000
    tenant_rows_after: int = 400
    null_rows: int = 400_000
    null_segments: int = 40
    run_length: float = 1_000.0
    run_length_streams: int = 40
    run_length_rows: int = 5_000
    cost_rows: int = 98_304
    compared_streams: int = 10
    compared_null_rows: int = 20_000
    compared_before: int = 2_000
    compared_after: int = 4_000
    slow_streams: int = 1
    slow_seeds: int = 4

    @property
    def heavy(self) -> tuple[int, ...]:
        return self.seeds[: self.heavy_seeds]

    def with_null(self, rows: int, segments: int) -> Self:
        """With so many null rows in all."""
        return replace(self, null_rows=rows, null_segments=min(segments, rows))


def quick(seeds: tuple[int, ...]) -> Sizes:
    """Seconds instead of minutes: shows that all works, measures little."""
    return Sizes(
        seeds=seeds[:2],
        heavy_seeds=1,
        rows_before=1_000,
        rows_after=2_000,
        cause_rows_before=600,
        cause_rows_after=600,
        tenants=3,
        tenant_rows_before=300,
        tenant_rows_after=300,
        null_rows=8_000,
        null_segments=8,
        run_length_streams=2,
        cost_rows=2_048,
        run_length_rows=1_000,
        compared_streams=1,
        compared_null_rows=1_500,
        compared_before=500,
        compared_after=500,
        slow_streams=0,
    )
