"""A segment's detection as bytes: msgpack of small arrays, in an envelope that outlives it."""

import logging
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from coagent.detect.alarm import Alarm
from coagent.detect.categories import Categories
from coagent.detect.conformal_sensor import BINS
from coagent.detect.envelope import Kept, UnknownState, unwrap, wrap
from coagent.detect.fields import FIELDS, FieldValues
from coagent.detect.rows import Rows, no_rows
from coagent.detect.sensors import SENSOR, Sensors, new_sensors
from coagent.detect.signals import COUNT
from coagent.detect.watch import Control, Suspicion, Watch
from coagent.domain.segment import Segment

VERSION = 4

log = logging.getLogger(__name__)

Packed = tuple[str, tuple[int, ...], bytes]
Array = NDArray[Any]


class StoredCategories(msgspec.Struct, array_like=True):
    by_chars: bool
    strata: Packed
    max_tokens: Packed
    temperature: Packed
    codes: Packed
    used: int
    seen: int


class Stored(msgspec.Struct, array_like=True):
    """A watch, but for what `Kept` holds of it."""

    waiting: list[Packed]
    waiting_ids: list[str | None]
    waiting_raw: Packed
    categories: StoredCategories | None
    prices: Packed
    sensors: list[Packed]
    counts: tuple[Packed, Packed, int]
    recent: list[Packed]
    recent_ids: list[str | None]
    reservoir: list[Packed]
    suspicious: list[Packed]
    field_names: list[list[str]]
    figures: list[Packed]
    reference_rows: int
    gapless_from: int
    alarms: list[Alarm]
    suspicion: Suspicion | None


def _pack(array: Array) -> Packed:
    """Bytes of equal significance together: they compress better."""
    planes = np.frombuffer(array.tobytes(), np.uint8).reshape(-1, array.dtype.itemsize).T
    return array.dtype.str, array.shape, planes.tobytes()


def _unpack(packed: Packed) -> Array:
    kind, shape, data = packed
    planes = np.frombuffer(data, np.uint8).reshape(np.dtype(kind).itemsize, -1)
    return np.frombuffer(planes.T.tobytes(), kind).reshape(shape).copy()


def _pack_rows(rows: Rows) -> list[Packed]:
    """All but the request ids; signals unknown in all rows are left out; nothing where there are no rows."""
    if not rows.size:
        return []
    known = np.asarray(np.isfinite(rows.values).any(axis=1))
    small = np.concatenate([rows.categories[None], rows.fields])
    return [
        _pack(one) for one in (rows.ordinals, rows.times, rows.hashes, small, known, rows.values[known], rows.evidence)
    ]


def _unpack_rows(packed: list[Packed], ids: list[str | None] | None) -> Rows:
    if not packed:
        return no_rows(COUNT, len(FIELDS))
    ordinals, times, hashes, small, known, some, evidence = (_unpack(one) for one in packed)
    values = np.full((len(known), len(ordinals)), np.nan, np.float32)
    values[known] = some
    names = np.full(len(ordinals), None, object)
    if ids:
        names[:] = ids
    return Rows(ordinals, times, hashes, small[0], values, small[1:], evidence, names)


def _sections() -> tuple[slice, slice]:
    """Bytes of a sensor's record that are state: numbers of four bytes, and of eight. The rest is set anew."""
    begin = {name: offset for name, (_, offset, *_) in (SENSOR.fields or {}).items()}
    return slice(0, begin["sums"]), slice(begin["sums"], begin["active"])


def _pack_sensors(sensors: Sensors) -> list[Packed]:
    """Of the active signals; counts travel apart."""
    active = sensors.active == 1
    plain = sensors.each[active].view(np.uint8).reshape(-1, SENSOR.itemsize)
    small, large = (np.ascontiguousarray(plain[:, section]) for section in _sections())
    return [_pack(active), _pack(small.view(np.float32)), _pack(large.view(np.float64))]


def _unpack_sensors(packed: list[Packed], counts: tuple[Packed, Packed, int]) -> Sensors:
    sensors = new_sensors(counts[2])
    active, *parts = (_unpack(one) for one in packed)
    plain = sensors.each.view(np.uint8).reshape(-1, SENSOR.itemsize)
    for section, part in zip(_sections(), parts, strict=True):
        plain[active, section] = part.view(np.uint8)
    sensors.active[:] = active
    _unpack_counts(sensors, np.flatnonzero(active), counts)
    return sensors


def _pack_counts(sensors: Sensors) -> tuple[Packed, Packed, int]:
    """Of the active signals: places (as steps from one to the next) and values of what is not zero; categories."""
    flat = sensors.counts[sensors.active == 1].ravel()
    places = np.flatnonzero(flat)
    steps = places.astype(np.uint32)
    steps[1:] -= steps[:-1].copy()
    return _pack(steps), _pack(flat[places]), sensors.counts.shape[1]


def _unpack_counts(sensors: Sensors, chosen: NDArray[np.int64], counts: tuple[Packed, Packed, int]) -> None:
    steps, found, categories = counts
    table = np.zeros((len(chosen), categories, BINS), np.int32)
    table.ravel()[np.cumsum(_unpack(steps).astype(np.int64))] = _unpack(found)
    sensors.counts[chosen] = table
    sensors.totals[:] = sensors.counts.sum(axis=2)


def _store_categories(watch: Watch) -> StoredCategories | None:
    if (own := watch.categories) is None:
        return None
    strata, limits, heats, codes = (_pack(one) for one in (own.strata, own.max_tokens, own.temperature, own.codes))
    return StoredCategories(own.by_chars, strata, limits, heats, codes, own.used, watch.categories_seen)


def _load_categories(stored: StoredCategories | None) -> Categories | None:
    if stored is None:
        return None
    packed = (stored.strata, stored.max_tokens, stored.temperature, stored.codes)
    strata, limits, heats, codes = (_unpack(one) for one in packed)
    return Categories(stored.by_chars, strata, limits, heats, codes, stored.used)


def encode(watch: Watch, sources: dict[str, tuple[int, int]], rollups: bytes) -> bytes:
    figures = (watch.fields_before, watch.fields_after, watch.since, watch.late_known, watch.wolves)
    stored = Stored(
        waiting=_pack_rows(watch.waiting),
        waiting_ids=watch.waiting.request_ids.tolist(),
        waiting_raw=_pack(watch.waiting_raw),
        categories=_store_categories(watch),
        prices=_pack(watch.prices),
        sensors=_pack_sensors(watch.sensors),
        counts=_pack_counts(watch.sensors),
        recent=_pack_rows(watch.recent),
        recent_ids=watch.recent.request_ids.tolist(),
        reservoir=_pack_rows(watch.reservoir),
        suspicious=_pack_rows(watch.suspicious),
        field_names=watch.field_values.names,
        figures=[_pack(array) for array in figures],
        reference_rows=watch.reference_rows,
        gapless_from=watch.gapless_from,
        alarms=list(watch.alarms.values()),
        suspicion=watch.suspicion,
    )
    kept = Kept(sources, rollups, watch.rows_seen, watch.places, watch.control)
    return wrap(kept, VERSION, stored)


def decode(data: bytes, segment: Segment) -> tuple[Watch, dict[str, tuple[int, int]], bytes]:
    """Inverse of `encode`: watch, sources, rollups. Where detection was written by another version it begins anew, and
    the rest goes on. Raises UnknownState.
    """
    kept, version, plain = unwrap(data)
    try:
        watch = _watch_of(_stored(version, plain), kept, segment)
    except (UnknownState, ValueError, IndexError, TypeError) as error:
        log.warning("detection of %s cannot be read (%s): it begins anew, its counts go on", segment.label, error)
        watch = begun_anew(Watch(segment, kept.rows_seen, places=kept.places, control=kept.control))
    return watch, kept.sources, kept.rollups


def begun_anew(watch: Watch) -> Watch:
    """As if the segment had just appeared, but for what it counted and what people decided."""
    control = Control(watch.control.obeyed, watch.control.muted_until, None, watch.control.told)
    return Watch(watch.segment, watch.rows_seen, places=watch.places, gapless_from=watch.rows_seen, control=control)


def _stored(version: int, plain: msgspec.Raw) -> Stored:
    if version != VERSION:
        raise UnknownState(f"version {version}")
    try:
        return msgspec.msgpack.decode(plain, type=Stored)
    except msgspec.DecodeError as error:  # another layout under the same version
        raise UnknownState(str(error)) from error


def _watch_of(stored: Stored, kept: Kept, segment: Segment) -> Watch:
    before, after, since, late, wolves = (_unpack(one) for one in stored.figures)
    return Watch(
        segment=segment,
        rows_seen=kept.rows_seen,
        waiting=_unpack_rows(stored.waiting, stored.waiting_ids),
        waiting_raw=_unpack(stored.waiting_raw),
        categories=_load_categories(stored.categories),
        categories_seen=stored.categories.seen if stored.categories else 0,
        prices=_unpack(stored.prices),
        sensors=_unpack_sensors(stored.sensors, stored.counts),
        places=kept.places,
        recent=_unpack_rows(stored.recent, stored.recent_ids),
        reservoir=_unpack_rows(stored.reservoir, None),
        suspicious=_unpack_rows(stored.suspicious, None),
        field_values=FieldValues(stored.field_names),
        fields_before=before,
        fields_after=after,
        reference_rows=stored.reference_rows,
        gapless_from=stored.gapless_from,
        since=since,
        late_known=late,
        wolves=wolves,
        alarms={alarm.signal: alarm for alarm in stored.alarms},
        suspicion=stored.suspicion,
        control=kept.control,
    )
