"""A million segments, each with a request of its own: memory stays where the bounds put it."""

from collections.abc import Iterator

import psutil
import pytest

from coagent.domain.batch import Source
from coagent.ingest.options import DecodeOptions
from coagent.ingest.pricing.price_table import PriceTable
from coagent.settings import IngestSettings
from coagent.steps.ingest import IngestStep

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SOURCE = Source("prod", "llm.telemetry", 0)
AT_S = 1_782_907_200.0
SEGMENTS, CHUNK = 1_000_000, 10_000
MIB = 1 << 20
BOUNDS = IngestSettings()


def chunks() -> Iterator[list[tuple[int, bytes]]]:
    record = b'{"time":%d,"provider":"openai","request_model":"m-%d","task":"t-%d","input_tokens":9}'
    for first in range(0, SEGMENTS, CHUNK):
        yield [(number, record % (AT_S, number % 40_000, number)) for number in range(first, first + CHUNK)]


def test_memory_is_bounded_under_a_million_segments():
    step = IngestStep(
        options=DecodeOptions(),
        prices=PriceTable(),
        flush_rows=BOUNDS.flush_rows,
        flush_age_s=BOUNDS.flush_age_s,
        max_rows=BOUNDS.max_rows,
        max_segments=BOUNDS.max_segments,
    )
    process, rows, used = psutil.Process(), 0, []
    for number, chunk in enumerate(chunks()):
        step.feed(SOURCE, chunk, AT_S + number / 10)
        rows += sum(batch.rows for batch in step.take(AT_S + number / 10))
        used.append(process.memory_info().rss)
        assert step.counts.accepted - rows <= BOUNDS.max_rows
    rows += sum(batch.rows for batch in step.take(AT_S, everything=True))

    assert rows == step.counts.accepted == SEGMENTS
    assert step.counts.overflowed == SEGMENTS - BOUNDS.max_segments
    tenth = len(used) // 10
    assert max(used[tenth:]) - max(used[:tenth]) < 64 * MIB
    assert max(used) - used[0] < 256 * MIB
