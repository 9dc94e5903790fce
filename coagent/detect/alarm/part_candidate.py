"""A candidate about one task or tenant: all its samples are of that part's rows.

The reference holds a part's earlier rows as places on the grid; later rows are put on the same places, so that what
was equal stays equal.
"""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.alarm.parts import evidence_of
from coagent.detect.alarm.row_refs import row_ref
from coagent.detect.constants import RESERVOIR_ROWS
from coagent.detect.fields import counted, field_counts
from coagent.detect.rows import Rows
from coagent.detect.sensor.grid import off_grid
from coagent.detect.sensor.normal_scores import SENSOR_OF, bins_of, categories_of
from coagent.detect.sensor.parts import DIMENSIONS
from coagent.detect.signals import NAMES
from coagent.detect.state.stream import PartSuspicion, Watch
from coagent.domain.candidate import Candidate, FieldCounts, Phase, Sample, SignalEvidence
from coagent.domain.segment import Segment

Longs = NDArray[np.int64]


def part_candidate(watch: Watch, part: PartSuspicion, phase: Phase, suspicious: Rows) -> Candidate:
    """`suspicious`: the part's rows between onset and alarm, as far as they are held. Once it is over its rows are the
    reference: nothing can be compared any more.
    """
    segment, fresh = segment_of(watch.segment, part), watch.part_rows
    now = row_ref(fresh, -1) if fresh.size else part.raised
    seen = part.rows_before + suspicious.size + fresh.size
    rows = fresh if fresh.size else suspicious
    mine = evidence_of(watch, part.part, part.signal, rows, seen, alarmed=True)
    return Candidate(
        id=f"{segment.id}-{part.raised.ordinal}",
        sequence=part.sequence,
        phase=phase,
        segment=segment,
        onset=part.onset,
        raised=part.raised,
        now=now,
        rows_before=part.rows_before,
        rows_fresh=part.fresh,
        categories=[],
        evidence=[_evidence(watch, part, one, suspicious) for one in _signals(watch, suspicious) if not part.over],
        fields=_new_fields(watch, rows),
        signal=NAMES[part.signal],
        parts=[mine],
    )


def segment_of(stream: Segment, part: PartSuspicion) -> Segment:
    """The stream, narrowed to the part."""
    dimension, name = part.part
    task, tenant = (name, None) if DIMENSIONS[dimension] == "task" else (None, name)
    return Segment(stream.provider, stream.request_model, stream.endpoint, task, tenant)


def _signals(watch: Watch, suspicious: Rows) -> list[int]:
    """Watched signals with a sensor and values of the part."""
    found = []
    for signal, sensor in sorted(SENSOR_OF.items()):
        rows = [watch.part_rows, suspicious]
        known = any(bool(np.isfinite(some.values[signal]).any()) for some in rows)
        if known or _before(watch, sensor)[0].size:
            found.append(signal)
    return found


def _evidence(watch: Watch, part: PartSuspicion, signal: int, suspicious: Rows) -> SignalEvidence:
    leads = signal == part.signal
    return SignalEvidence(
        signal=NAMES[signal],
        alarmed=part.raised if leads else None,
        onset=part.onset if leads else None,
        onset_low=part.onset.ordinal if leads else None,
        onset_high=part.raised.ordinal if leads else None,
        log10_evidence=part.log10_evidence if leads else 0.0,
        log10_threshold=part.log10_threshold,
        block_rows=1,
        before=_reference_sample(watch, signal),
        suspicious=_sample(watch, suspicious, signal),
        fresh=_sample(watch, watch.part_rows, signal),
        opinions={},
        direction=part.direction if leads else 0,
    )


def _before(watch: Watch, sensor: int) -> tuple[Longs, Longs, Longs]:
    """Categories, places on the grid and counts of the part's earlier rows."""
    plan = watch.sensor.plans[watch.sensor.plan_of[sensor]]
    mine = np.flatnonzero(watch.sensor.parts.is_aside(watch.sensor.groups.keys)) if plan.groups else np.empty(0, int)
    categories = [
        np.arange(plan.first[group], plan.first[group] + plan.strata(group)) for group in mine if group < plan.groups
    ]
    held = np.concatenate([np.empty(0, np.int64), *categories]).astype(np.int64)
    counts = watch.sensor.reference.counts[sensor, held]
    rows, places = np.nonzero(counts)
    return held[rows], places, counts[rows, places].astype(np.int64)


def _reference_sample(watch: Watch, signal: int) -> Sample:
    """At most RESERVOIR_ROWS, evenly spaced among all in the order of category and value."""
    sensor = SENSOR_OF[signal]
    categories, places, counts = _before(watch, sensor)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    size = min(total, RESERVOIR_ROWS)
    chosen = np.searchsorted(ends, (np.arange(size) + 0.5) * (total / max(size, 1)), side="right")
    return _packed(off_grid(sensor, places[chosen]), categories[chosen])


def _sample(watch: Watch, rows: Rows, signal: int) -> Sample:
    sensor = SENSOR_OF[signal]
    known = rows.take(np.isfinite(rows.values[signal]))
    if not known.size:
        return _packed(np.empty(0), np.empty(0, np.int64))
    return _packed(off_grid(sensor, bins_of(known)[sensor].astype(np.int64)), categories_of(watch, sensor, known))


def _packed(values: NDArray[np.float64], categories: Longs) -> Sample:
    return Sample(values=values.astype("<f8").tobytes(), categories=categories.astype("<u2").tobytes())


def _new_fields(watch: Watch, rows: Rows) -> list[FieldCounts]:
    """Fields with a value that the whole stream did not have before; what the part itself had is not counted apart."""
    every = field_counts(watch.field_values, watch.fields_before - counted(rows.fields), counted(rows.fields))
    return [one for one in every if any(one.before.get(name, 0) <= 0 for name in one.after)]
