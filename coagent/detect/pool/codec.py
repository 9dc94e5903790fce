"""A pool's state as bytes: a version, then msgpack of small arrays, zstd-compressed."""

from typing import Any

import msgspec
import numpy as np
import zstandard
from numpy.typing import NDArray

from coagent.detect.places import Places
from coagent.detect.pool.cells import CELLS
from coagent.detect.pool.members import Members, Seen
from coagent.detect.pool.pool import Pool, Raised, Suspicion, Unusual
from coagent.detect.pool.statistics import Statistics, new_statistics
from coagent.detect.told import Told
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment

VERSION = 1
LEVEL = 1
LARGEST = 64 << 20

Packed = tuple[str, tuple[int, ...], bytes]


class UnknownState(ValueError):
    """Bytes of another version, or no state at all."""


class Stored(msgspec.Struct, array_like=True):
    """A pool; arrays of the signals that have any values. Carried counts as places that are not zero and their values,
    beside the signal and the number of members.
    """

    began_s: float
    now: RowRef | None
    rows_seen: int
    keys: list[bytes]
    seen: list[Seen]
    forgotten: int
    chosen: Packed
    statistics: list[Packed]
    places: Places
    carried: list[tuple[int, int, Packed, Packed]]
    fresh: list[Packed]
    unusual: list[Unusual]
    alarms: list[Raised]
    suspicion: Suspicion | None
    told: Told = msgspec.field(default_factory=Told)


def _pack(array: NDArray[Any]) -> Packed:
    return array.dtype.str, array.shape, array.tobytes()


def _unpack(packed: Packed) -> NDArray[Any]:
    kind, shape, data = packed
    return np.frombuffer(data, kind).reshape(shape).copy()


def _pack_carried(signal: int, counts: NDArray[np.int32]) -> tuple[int, int, Packed, Packed]:
    flat = counts.ravel()
    places = np.flatnonzero(flat).astype(np.uint32)
    steps = np.diff(places, prepend=np.uint32(0)).astype(np.uint32)
    return signal, len(counts), _pack(steps), _pack(flat[places])


def _unpack_carried(members: int, steps: Packed, values: Packed) -> NDArray[np.int32]:
    counts = np.zeros((members, CELLS), np.int32)
    counts.ravel()[np.cumsum(_unpack(steps).astype(np.int64))] = _unpack(values)
    return counts


def encode(pool: Pool) -> bytes:
    chosen = np.flatnonzero(pool.statistics.known)
    stored = Stored(
        began_s=pool.began_s,
        now=pool.now,
        rows_seen=pool.rows_seen,
        keys=pool.members.keys,
        seen=pool.members.seen,
        forgotten=pool.members.forgotten,
        chosen=_pack(chosen),
        statistics=[_pack(array[chosen]) for array in pool.statistics],
        places=pool.places,
        carried=[_pack_carried(signal, counts) for signal, counts in pool.carried.items()],
        fresh=[_pack(one) for one in (pool.fresh, pool.latest, pool.fresh_rates)] if pool.suspicion else [],
        unusual=[pool.unusual_before, pool.unusual_after],
        alarms=list(pool.alarms.values()),
        suspicion=pool.suspicion,
        told=pool.told,
    )
    return bytes([VERSION]) + zstandard.ZstdCompressor(level=LEVEL).compress(msgspec.msgpack.encode(stored))


def decode(data: bytes, segment: Segment) -> Pool:
    """Inverse of `encode`; raises UnknownState."""
    if not data or data[0] != VERSION:
        raise UnknownState(f"version {data[0] if data else 'none'}")
    try:
        plain = zstandard.ZstdDecompressor().decompress(data[1:], max_output_size=LARGEST)
        return _pool_of(msgspec.msgpack.decode(plain, type=Stored), segment)
    except (zstandard.ZstdError, msgspec.DecodeError, ValueError, IndexError, TypeError) as error:
        raise UnknownState(str(error)) from error


def _pool_of(stored: Stored, segment: Segment) -> Pool:
    pool = Pool(
        segment=segment,
        began_s=stored.began_s,
        now=stored.now,
        rows_seen=stored.rows_seen,
        members=Members(stored.keys, stored.seen, stored.forgotten),
        statistics=_statistics_of(stored),
        places=stored.places,
        carried={signal: _unpack_carried(size, steps, found) for signal, size, steps, found in stored.carried},
        unusual_before=stored.unusual[0],
        unusual_after=stored.unusual[1],
        alarms={alarm.signal: alarm for alarm in stored.alarms},
        suspicion=stored.suspicion,
        told=stored.told,
    )
    if stored.fresh:
        pool.fresh, pool.latest, pool.fresh_rates = (_unpack(one) for one in stored.fresh)
    return pool


def _statistics_of(stored: Stored) -> Statistics:
    statistics, chosen = new_statistics(), _unpack(stored.chosen)
    for name, packed in zip(Statistics._fields, stored.statistics, strict=True):
        getattr(statistics, name)[chosen] = _unpack(packed)
    return statistics
