"""A stream's detection as bytes: msgpack of small arrays, part of a state that outlives it."""

from dataclasses import replace

import msgspec
import numpy as np

from coagent.detect.alarm.alarm import Alarm
from coagent.detect.cost import Costs
from coagent.detect.fields import FIELDS, FieldValues
from coagent.detect.rows import Rows, no_rows
from coagent.detect.sensor.codec import Stored as StoredSensor
from coagent.detect.sensor.codec import restored as restored_sensor
from coagent.detect.sensor.codec import stored as stored_sensor
from coagent.detect.sensor.packing import Packed, pack, unpack
from coagent.detect.signals import COUNT
from coagent.detect.state.stream import Control, PartSuspicion, Suspicion, Watch

VERSION = 11


class Stored(msgspec.Struct, array_like=True):
    """A watch, but for its segment, ordinals and times of rows, and what people decided."""

    sensor: StoredSensor
    recent: list[Packed]
    recent_ids: list[str | None]
    reservoir: list[Packed]
    suspicious: list[Packed]
    field_names: list[list[str]]
    fields: tuple[Packed, Packed]
    reference_rows: int
    gapless_from: int
    alarms: list[Alarm]
    suspicion: Suspicion | None
    costs: Costs
    recent_costs: Packed
    part: PartSuspicion | None
    part_rows: list[Packed]
    part_ids: list[str | None]
    unnamed: list[tuple[list[str], Packed] | None] = []
    """Of `recent`, `reservoir` and `suspicious`; None where no row has any."""


def _pack_unnamed(rows: Rows) -> tuple[list[str], Packed] | None:
    """The names, and codes of each row's; -1 none."""
    if not rows.unnamed.any():
        return None
    names = sorted({name for name in rows.unnamed.ravel().tolist() if name is not None})
    code = {name: place for place, name in enumerate(names)}
    codes = [[code.get(name, -1) for name in row] for row in rows.unnamed.tolist()]
    return names, pack(np.array(codes, np.int16))


def _with_unnamed(rows: Rows, packed: tuple[list[str], Packed] | None) -> Rows:
    if packed is None:
        return rows
    return rows._replace(unnamed=np.array([*packed[0], None], object)[unpack(packed[1])])


def _pack_rows(rows: Rows) -> list[Packed]:
    """All but the request ids and names; signals unknown in all rows are left out; nothing where there are no rows."""
    if not rows.size:
        return []
    known = np.asarray(np.isfinite(rows.values).any(axis=1))
    small = np.concatenate([rows.groups[None], rows.fields])
    return [
        pack(one) for one in (rows.ordinals, rows.times, rows.hashes, small, known, rows.values[known], rows.evidence)
    ]


def _unpack_rows(packed: list[Packed], ids: list[str | None] | None) -> Rows:
    if not packed:
        return no_rows(COUNT, len(FIELDS))
    ordinals, times, hashes, small, known, some, evidence = (unpack(one) for one in packed)
    values = np.full((len(known), len(ordinals)), np.nan, np.float32)
    values[known] = some
    names = np.full(len(ordinals), None, object)
    if ids:
        names[:] = ids
    return Rows(
        ordinals, times, hashes, small[0], values, small[1:], evidence, names, np.full((2, len(ordinals)), None, object)
    )


def stored(watch: Watch) -> Stored:
    """To be part of a larger state."""
    return Stored(
        sensor=stored_sensor(watch.sensor),
        recent=_pack_rows(watch.recent),
        recent_ids=watch.recent.request_ids.tolist(),
        reservoir=_pack_rows(watch.reservoir),
        suspicious=_pack_rows(watch.suspicious),
        field_names=watch.field_values.names,
        fields=(pack(watch.fields_before), pack(watch.fields_after)),
        reference_rows=watch.reference_rows,
        gapless_from=watch.gapless_from,
        alarms=list(watch.alarms.values()),
        suspicion=watch.suspicion,
        costs=watch.costs,
        recent_costs=pack(watch.recent_costs),
        part=watch.part,
        part_rows=_pack_rows(watch.part_rows),
        part_ids=watch.part_rows.request_ids.tolist(),
        unnamed=[_pack_unnamed(rows) for rows in (watch.recent, watch.reservoir, watch.suspicious)],
    )


def restored(version: int, plain: msgspec.Raw, begun: Watch) -> Watch:
    """Inverse of `stored`: `begun` with what was learned. Raises ValueError, IndexError or TypeError where another
    version wrote it.
    """
    if version != VERSION:
        raise ValueError(f"version {version}")
    try:
        found = msgspec.msgpack.decode(plain, type=Stored)
    except msgspec.DecodeError as error:  # another layout under the same version
        raise ValueError(str(error)) from error
    recent, reservoir, suspicious = found.unnamed or (None, None, None)
    return replace(
        begun,
        sensor=restored_sensor(found.sensor),
        recent=_with_unnamed(_unpack_rows(found.recent, found.recent_ids), recent),
        reservoir=_with_unnamed(_unpack_rows(found.reservoir, None), reservoir),
        suspicious=_with_unnamed(_unpack_rows(found.suspicious, None), suspicious),
        field_values=FieldValues(found.field_names),
        fields_before=unpack(found.fields[0]),
        fields_after=unpack(found.fields[1]),
        reference_rows=found.reference_rows,
        gapless_from=found.gapless_from,
        alarms={alarm.signal: alarm for alarm in found.alarms},
        suspicion=found.suspicion,
        costs=found.costs,
        recent_costs=unpack(found.recent_costs),
        part=found.part,
        part_rows=_unpack_rows(found.part_rows, found.part_ids),
    )


def begun_anew(watch: Watch) -> Watch:
    """As if the segment had just appeared, but for what it counted and what people decided."""
    before = watch.control
    control = Control(before.obeyed, before.muted_until, None, before.reported, before.muted_parts)
    return Watch(
        segment=watch.segment,
        rows_seen=watch.rows_seen,
        places=watch.places,
        gapless_from=watch.rows_seen,
        control=control,
        review=watch.review,
    )
