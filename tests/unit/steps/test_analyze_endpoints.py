"""`coagent analyze` adds endpoints of one model up, as the worker does."""

from datetime import UTC, datetime

import msgspec
import numpy as np

from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.domain.batch import Batch
from coagent.domain.candidate import Candidate
from coagent.domain.evidence import GroupNews
from coagent.ports import RawRecord
from coagent.settings import Settings
from coagent.steps.analyze import Analysis
from coagent.steps.confirm import Confirmed, ConfirmStep
from coagent.steps.live_stream import NOTHING, Reports
from coagent.steps.streams_in_memory import StreamsInMemory
from tests.list_prices import LIST_PRICES

ENDPOINTS, BEFORE, AFTER = 8, 300, 40
FED = 64
START = datetime(2026, 7, 1, tzinfo=UTC).timestamp()


class Lines:
    """Of all endpoints in turn; from row BEFORE of each on answers are less sure."""

    def records(self):
        rng, rows = np.random.default_rng(3), ENDPOINTS * (BEFORE + AFTER)
        moved = np.arange(rows) >= ENDPOINTS * BEFORE
        logprobs = -np.exp(rng.normal(-1.0, 0.5, rows) + 0.4 * moved)
        lengths = rng.integers(200, 2_000, rows)
        for row in range(rows):
            one = {
                "request_id": f"row-{row}",
                "time": START + row,
                "provider": "openai",
                "request_model": "gpt-4",
                "endpoint": f"host-{row % ENDPOINTS}",
                "input_chars": int(lengths[row]),
                "output_tokens": 100,
                "mean_logprob": float(logprobs[row]),
            }
            yield RawRecord(msgspec.json.encode(one), f"f:{row}")


class Alone(StreamsInMemory):
    """Streams that hear nothing of each other."""

    def take(self, message: Batch | GroupNews) -> Reports:
        return super().take(message) if isinstance(message, Batch) else NOTHING


def raised(streams: StreamsInMemory) -> set[str | None]:
    """Endpoints that raised an alarm."""
    confirm, found = ConfirmStep(ConfirmConfig()), set[str | None]()

    def noting(state: bytes | None, candidate: Candidate) -> Confirmed:
        found.add(candidate.segment.endpoint)
        return confirm(state, candidate)

    analysis, records = (
        Analysis(analysis_ingest_step(Settings()), streams, noting, LIST_PRICES),
        list(Lines().records()),
    )
    for at in range(0, len(records), FED):
        analysis.feed(records[at : at + FED], 2e9)
    return found


def test_a_change_at_all_endpoints_is_found_with_a_few_rows_of_each() -> None:
    """Each alone has too few rows for it."""
    assert len(raised(StreamsInMemory(DetectConfig()))) > ENDPOINTS / 2
    assert len(raised(Alone(DetectConfig()))) <= 1
