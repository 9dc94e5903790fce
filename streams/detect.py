"""Agent `detect`: `coagent.requests.v1` to candidates and rollups; state by segment."""

from collections.abc import Sequence

from faust import StreamT

from coagent import bootstrap
from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.internal_codec import BATCHES, CANDIDATES
from coagent.adapters.kafka.record import Headers, Record
from coagent.domain import topics
from coagent.domain.batch import Batch
from coagent.domain.candidate import Candidate
from coagent.steps.detect import DetectStep
from streams.app import app
from streams.coagent_app import state_table
from streams.stage import Stage

states = state_table(app, "detect")


def _decode(value: bytes | None, headers: Headers) -> tuple[bytes, Batch]:
    batch = BATCHES.decode(value, headers)
    return batch.segment.key(), batch


def _candidate(candidate: Candidate) -> Record:
    """Keyed by provider, where it is judged beside its neighbours."""
    key = candidate.segment.provider.encode()
    return Record(topics.CANDIDATES, key, CANDIDATES.encode(candidate), CANDIDATES.headers)


def detect_stage(step: DetectStep) -> Stage:
    def advance(state: bytes | None, batch: Batch) -> tuple[bytes, Sequence[Record]]:
        detected = step(state, batch)
        records = [encode_event(rollup) for rollup in detected.rollups]
        return detected.state, records + [_candidate(candidate) for candidate in detected.candidates]

    return Stage("detect", _decode, advance)


@app.agent(app.topic(topics.REQUESTS), name="detect")
async def detect(stream: StreamT[bytes]) -> None:
    await app.run_stage(detect_stage(bootstrap.detect_step(app.settings)), states, stream)
