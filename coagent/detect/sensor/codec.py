"""A stream's sensors as bytes: what goes on after a restart is what would have gone on without."""

import msgspec

from coagent.detect.constants import BINS
from coagent.detect.group.share import StoredShare, restored_share, stored_share
from coagent.detect.sensor.dead_band import Wander
from coagent.detect.sensor.declared import Declared
from coagent.detect.sensor.groups import Groups, Key
from coagent.detect.sensor.kept_rows import KeptRows
from coagent.detect.sensor.kernel import Evidence
from coagent.detect.sensor.levels import Levels
from coagent.detect.sensor.packing import Packed, pack, pack_sparse, unpack, unpack_sparse
from coagent.detect.sensor.part_kernel import PartStatistics, means_of
from coagent.detect.sensor.parts import Parts
from coagent.detect.sensor.reference import summed
from coagent.detect.sensor.sensed import COUNT, NAMES
from coagent.detect.sensor.slow import Slow
from coagent.detect.sensor.state import SensorState
from coagent.detect.sensor.strata import Plan
from coagent.detect.unit_price import UnitPrice

MEANS = "mean"
"""Follows from the bets."""


class Stored(msgspec.Struct, array_like=True):
    """See `SensorState`. `names`: the signals that its arrays are about."""

    names: tuple[str, ...]
    rows: int
    groups: list[Key]
    categories: int
    plans: list[tuple[int, Packed, Packed]]
    plan_of: Packed
    settled: list[bool]
    kept: list[Packed]
    counts: tuple[Packed, Packed]
    held: int
    wander: list[Packed]
    evidence: list[Packed]
    early: Packed
    louder: Packed
    alarmed: Packed
    learning: bool
    price: UnitPrice
    declared: Declared
    part_names: list[tuple[int, str] | None]
    part_aside: tuple[int, str] | None
    group_rows: Packed
    part_louder: Packed
    part_prior: Packed
    part_statistics: dict[str, Packed]
    levels: list[Packed]
    slow: list[Packed]
    share: StoredShare = msgspec.field(default_factory=StoredShare)


def stored(state: SensorState) -> Stored:
    """To be part of a larger state."""
    return Stored(
        names=NAMES,
        rows=state.rows,
        groups=state.groups.keys,
        categories=state.categories,
        plans=[(plan.kind, pack(plan.edges), pack(plan.first)) for plan in state.plans],
        plan_of=pack(state.plan_of),
        settled=state.settled,
        kept=[pack(part) for part in state.kept],
        counts=pack_sparse(state.reference.counts),
        held=state.reference.counts.shape[1],
        wander=[pack(part) for part in state.wander],
        evidence=[pack(part) for part in state.evidence],
        early=pack(state.early),
        louder=pack(state.louder),
        alarmed=pack(state.alarmed),
        learning=state.learning,
        price=state.price,
        declared=state.declared,
        part_names=state.parts.names,
        part_aside=state.parts.aside,
        group_rows=pack(state.parts.group_rows),
        part_louder=pack(state.parts.louder),
        part_prior=pack(state.parts.prior),
        part_statistics={name: pack(part) for name, part in state.parts.statistics._asdict().items() if name != MEANS},
        levels=[pack(part) for part in state.levels],
        slow=[pack(part) for part in state.slow],
        share=stored_share(state.share),
    )


def restored(found: Stored) -> SensorState:
    """Inverse of `stored`; raises ValueError where it is about other signals."""
    if found.names != NAMES:
        raise ValueError("other signals")
    return SensorState(
        rows=found.rows,
        groups=Groups(found.groups),
        categories=found.categories,
        plans=[Plan(kind, unpack(edges), unpack(first)) for kind, edges, first in found.plans],
        plan_of=unpack(found.plan_of),
        settled=found.settled,
        kept=KeptRows._make(map(unpack, found.kept)),
        reference=summed(unpack_sparse(found.counts, (COUNT, found.held, BINS))),
        wander=Wander._make(map(unpack, found.wander)),
        evidence=Evidence._make(map(unpack, found.evidence)),
        early=unpack(found.early),
        louder=unpack(found.louder),
        alarmed=unpack(found.alarmed),
        learning=found.learning,
        price=found.price,
        declared=found.declared,
        parts=Parts(
            names=found.part_names,
            group_rows=unpack(found.group_rows),
            louder=unpack(found.part_louder),
            prior=unpack(found.part_prior),
            aside=found.part_aside,
            statistics=_statistics(found.part_statistics),
        ),
        levels=Levels._make(map(unpack, found.levels)),
        slow=Slow._make(map(unpack, found.slow)),
        share=restored_share(found.share),
    )


def _statistics(found: dict[str, Packed]) -> PartStatistics:
    arrays = {name: unpack(packed) for name, packed in found.items()}
    return PartStatistics(**arrays, mean=means_of(arrays["bets"]))
