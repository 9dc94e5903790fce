"""A Faust worker with a stage that only counts rows: what the wiring loses or doubles shows in its rollups.

Each checkpoint sends a segment's newest rollup with the absolute count of its rows so far, as the real step does a
minute.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
from faust import StreamT

from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.record import Headers
from coagent.domain import topics
from coagent.domain.batch import Batch
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.settings import Settings
from streams.coagent_app import make_app
from streams.group_commit import Latest
from streams.records import latest_rollups
from streams.stage import Stage
from streams.state_table import state_table

CHECKPOINT_EVERY_S = 2.0
"""Longer than most tests let a worker live, so that they also kill it with work owed."""

MINUTE = datetime(2026, 1, 1, tzinfo=UTC)

app = make_app(Settings(), [], lambda: None)
counts = state_table(app, "counts")


class Counted(msgspec.Struct):
    """State: rows so far, and the last offset of each source."""

    rows: int = 0
    sequence: int = 0
    last: dict[str, int] = {}


def _decode(value: bytes | None, headers: Headers) -> tuple[bytes, Batch]:
    batch = BATCHES.decode(value, headers)
    return batch.segment.key(), batch


def _count(state: bytes | None, batch: Batch) -> tuple[bytes, Sequence[Latest]]:
    counted = msgspec.msgpack.decode(state, type=Counted) if state else Counted()
    source = str(batch.source)
    offsets = np.frombuffer(batch.offsets, "<i8")
    counted.rows += int((offsets > counted.last.get(source, -1)).sum())
    counted.last[source] = max(counted.last.get(source, -1), batch.last_offset)
    counted.sequence += 1
    rollup = _rollup(batch.segment, counted)
    return msgspec.msgpack.encode(counted), [latest_rollups(rollup.segment, lambda: [rollup])]


def _rollup(segment: Segment, counted: Counted) -> Rollup:
    required = [field.name for field in msgspec.structs.fields(Rollup) if field.required]
    values: dict[str, Any] = dict.fromkeys(required)
    values |= dict.fromkeys(("errors", "truncations", "cost_known", "prompts_known"), 0)
    values |= {"segment": segment, "minute": MINUTE, "part": "0", "sequence": counted.sequence}
    return Rollup(**{**values, "requests": counted.rows})


@app.agent(app.topic(topics.REQUESTS), name="count")
async def count(stream: StreamT[bytes]) -> None:
    await app.run_stage(Stage("count", _decode, _count, every_s=CHECKPOINT_EVERY_S), counts, stream)
