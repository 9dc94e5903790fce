"""The reference of a stream: grown with its rows, cleaned after an alarm, replaced when a change is accepted."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.cost import Costs
from coagent.detect.fields import counted
from coagent.detect.reservoir import sampled
from coagent.detect.rows import Rows, no_rows
from coagent.detect.sensor.levels import no_levels
from coagent.detect.sensor.normal_scores import bins_of, categories_of, kept_rows
from coagent.detect.sensor.reference import summed
from coagent.detect.sensor.sensed import COUNT as SENSORS
from coagent.detect.sensor.sensed import IS_TRAFFIC
from coagent.detect.sensor.slow import no_slow
from coagent.detect.signals import COUNT
from coagent.detect.state.stream import Watch


def learn(watch: Watch, rows: Rows) -> None:
    """Rows join the sample and the field counts; the sensors' own counts grew as the rows were sensed."""
    watch.reservoir = sampled(watch.reservoir, rows)
    watch.fields_before += counted(rows.fields)
    watch.reference_rows += rows.size


def unlearn(watch: Watch, onset: int) -> None:
    """Takes the rows since `onset` out of the reference, as far as they are still held."""
    onset = max(onset, watch.gapless_from)
    suspects = watch.recent.since(onset)
    _count(watch, suspects, -1)
    young = int(_is_young(watch, suspects).sum())
    watch.sensor.kept = watch.sensor.kept.take(slice(0, len(watch.sensor.kept.groups) - young))
    watch.fields_before -= counted(suspects.fields)
    watch.reference_rows -= suspects.size
    watch.reservoir = watch.reservoir.take(watch.reservoir.ordinals < onset)


def restart(watch: Watch, rows: Rows) -> None:
    """`rows` become the reference of all that both sides own: evidence begins anew."""
    watch.sensor.reference.counts[~IS_TRAFFIC] = 0
    _count(watch, rows, +1)
    watch.sensor.kept = kept_rows(rows).take(_is_young(watch, rows))
    watch.sensor.forget_evidence(~IS_TRAFFIC)
    watch.sensor.slow, watch.sensor.levels = no_slow(), no_levels()
    watch.sensor.price = watch.sensor.price.anew()
    rows.evidence[:] = np.nan
    watch.reservoir = sampled(no_rows(COUNT, rows.fields.shape[0]), rows)
    watch.fields_before = counted(rows.fields)
    watch.reference_rows = rows.size
    watch.gapless_from = int(rows.ordinals[0])
    watch.sensor.parts.group_rows = np.bincount(rows.groups, minlength=len(watch.sensor.groups))
    watch.costs = Costs(before=watch.costs.after)


def unlearn_part(watch: Watch, rows: Rows) -> None:
    """Takes these of the recent rows out of the reference, for good: the stream knows no values of them any more."""
    _count(watch, rows, -1)
    theirs = np.isin(watch.recent.ordinals, rows.ordinals)
    watch.recent = watch.recent._replace(values=np.where(theirs, np.float32(np.nan), watch.recent.values))


def restart_part(watch: Watch, rows: Rows) -> None:
    """`rows` become the reference of the part that was set aside."""
    mine = watch.sensor.parts.is_aside(watch.sensor.groups.keys)
    for sensor in range(SENSORS):
        plan = watch.sensor.plans[watch.sensor.plan_of[sensor]]
        for group in np.flatnonzero(mine[: plan.groups]).tolist() if not IS_TRAFFIC[sensor] else []:
            first = plan.first[group]
            watch.sensor.reference.counts[sensor, first : first + plan.strata(group)] = 0
    _count(watch, rows, +1)
    watch.sensor.kept = watch.sensor.kept.take(~mine[watch.sensor.kept.groups])
    watch.sensor.kept = watch.sensor.kept.and_these(kept_rows(rows).take(_is_young(watch, rows)))


def _is_young(watch: Watch, rows: Rows) -> NDArray[np.bool_]:
    """Whether a row's group will be cut anew."""
    return ~np.array(watch.sensor.settled, np.bool_)[rows.groups]


def _count(watch: Watch, rows: Rows, by: int) -> None:
    """Of all sensors but those of the traffic."""
    bins, counts = bins_of(rows), watch.sensor.reference.counts
    for sensor in range(SENSORS):
        if not IS_TRAFFIC[sensor]:
            known = np.flatnonzero(bins[sensor] >= 0)
            places = categories_of(watch, sensor, rows)[known], bins[sensor, known].astype(int)
            np.add.at(counts[sensor], places, by)
    watch.sensor.reference = summed(counts)
