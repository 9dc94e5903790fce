"""Changes that can be planted, each with its size, its right causes and, where known, its divergence."""

from dataclasses import dataclass

import numpy as np

from coagent.bench.simulator.limit import location_kl, partial_kl, rate_kl, spread_kl
from coagent.bench.simulator.traffic import STICKY_ROWS
from coagent.bench.simulator.world import Floats, World
from coagent.domain.shift import CauseKind, Family

ORDINARY = World()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From `before` to `after`: at once or over `ramp_rows`, for a `share` of the requests, drawn one by one or, where
    `sticky`, in runs. `signal` is the number column that moves alone and `kl` its divergence in nats a row, where
    there is such a one. A right cause has one of the `families`; one of the `kinds` too, where any is named.
    """

    name: str
    after: World
    before: World = ORDINARY
    share: float = 1.0
    sticky: bool = False
    ramp_rows: int = 0
    signal: str = ""
    kl: float | None = None
    families: tuple[Family, ...] = ("provider",)
    kinds: tuple[CauseKind, ...] = ()

    def weight(self, rng: np.random.Generator, rows_before: int, rows_after: int) -> Floats:
        """How far each row is changed, shape (rows_before + rows_after,); 0 before the change."""
        weight = np.zeros(rows_before + rows_after)
        moved = self._chosen(rng, rows_after)
        if self.ramp_rows:
            moved *= np.minimum(np.arange(1, rows_after + 1) / self.ramp_rows, 1.0)
        weight[rows_before:] = moved
        return weight

    def _chosen(self, rng: np.random.Generator, rows: int) -> Floats:
        if not self.sticky:
            return (rng.random(rows) < self.share).astype(float)
        run = np.cumsum(rng.random(rows) < 1 / STICKY_ROWS)
        return (rng.random(rows + 1)[run] < self.share).astype(float)


NULL = Change(name="none", after=ORDINARY)


def location(deviations: float) -> Change:
    after = ORDINARY.but(logprob_shift=deviations)
    return Change(name=f"location {deviations:g} sd", after=after, signal="mean_logprob", kl=location_kl(deviations))


def spread(factor: float) -> Change:
    after = ORDINARY.but(logprob_spread=factor)
    return Change(name=f"spread by {factor:g}", after=after, signal="mean_logprob", kl=spread_kl(factor))


def rate(before: float, after: float) -> Change:
    worlds = ORDINARY.but(refusal=before), ORDINARY.but(refusal=after)
    name = f"rate {100 * before:g} → {100 * after:g} %"
    return Change(name=name, before=worlds[0], after=worlds[1], signal="refusal", kl=rate_kl(before, after))


def partial(deviations: float, share: float, *, sticky: bool = False) -> Change:
    after, kl = ORDINARY.but(logprob_shift=deviations), None if sticky else partial_kl(deviations, share)
    name = f"{deviations:g} sd on {100 * share:g} %{', sticky' if sticky else ''}"
    return Change(name=name, after=after, share=share, sticky=sticky, signal="mean_logprob", kl=kl)


def ramp(deviations: float, rows: int) -> Change:
    after = ORDINARY.but(logprob_shift=deviations)
    return Change(
        name=f"ramp to {deviations:g} sd in {rows:,} rows", after=after, ramp_rows=rows, signal="mean_logprob"
    )


SIZED = (
    location(0.25), location(0.5), location(1.0), location(2.0), spread(1.5), rate(0.01, 0.04), rate(0.02, 0.06),
    partial(3.0, 0.16), partial(3.0, 0.16, sticky=True), partial(3.0, 0.05), partial(3.0, 0.008),
    ramp(1.0, 2_000), ramp(1.0, 50_000),
)  # fmt: skip
"""Changes of one signal, to measure delays on."""
