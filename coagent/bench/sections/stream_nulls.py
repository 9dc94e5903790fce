"""How often the sensor of whole streams is wrong where nothing changed."""

import msgspec
import numpy as np

from coagent.bench.progress import Track
from coagent.bench.sections.stream_sensor import PROMISE_ROWS
from coagent.bench.simulator.batches import batches
from coagent.bench.simulator.null_streams import NULL_STREAMS, NullStream
from coagent.bench.sizes import Sizes
from coagent.detect.columns import Columns
from coagent.detect.input_columns import raw
from coagent.detect.sensor.row_noise import row_hashes
from coagent.detect.sensor.state import SensorState
from coagent.detect.sensor.stream_rows import StreamRows, stream_rows
from coagent.detect.sensor.watch import watch
from coagent.detect.signals import values
from coagent.detect.unit_price import UNKNOWN
from coagent.domain.batch import Batch, Source
from coagent.domain.segment import Segment

LENGTHS = (400, 2_000, 20_000)
"""Rows of whole streams: references of every length up to there."""
SEGMENT = Segment("simulated", "alias")


class StreamNull(msgspec.Struct, frozen=True, kw_only=True):
    """`false_per_million`: alarms a million rows, by rows of a stream; improvements and traffic are no alarms."""

    name: str
    rows: int
    false_per_million: dict[str, float]


def stream_nulls(sizes: Sizes, track: Track[NullStream]) -> list[StreamNull]:
    rows = sizes.null_rows // len(NULL_STREAMS)
    return [_null(one, rows, sizes.seeds[0]) for one in track(NULL_STREAMS, "null streams")]


def _null(one: NullStream, rows: int, seed: int) -> StreamNull:
    found = {}
    for length in LENGTHS:
        streams = max(rows // len(LENGTHS) // length, 1)
        alarms = sum(_alarms(one, seed + number, length) for number in range(streams))
        found[str(length)] = 1e6 * alarms / (streams * length)
    return StreamNull(name=one.name, rows=rows, false_per_million=found)


def _alarms(one: NullStream, seed: int, length: int) -> int:
    source = Source("simulated", f"{one.name}-{seed}", 0)
    (batch,) = batches(one.columns(seed, length), SEGMENT, source, length)
    return sum(not (alarm.traffic or alarm.better) for alarm in watch(SensorState(), lone_rows(batch), PROMISE_ROWS))


def lone_rows(batch: Batch) -> StreamRows:
    """Of one task and tenant."""
    columns, unsaid = Columns(batch), np.full(batch.rows, -1, np.int32)
    table, hashes = raw(columns), row_hashes(batch.source, columns.offsets, columns.indexes)
    found = values(table, UNKNOWN)
    return stream_rows(table, found, hashes, columns.number("time_s").copy(), ([], unsaid), ([], unsaid), batch.texts)
