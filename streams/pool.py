"""Agent `pool`: `coagent.evidence.v1` to candidates and detectors; state by provider and model."""

from collections.abc import Sequence

from faust import StreamT

from coagent import bootstrap
from coagent.adapters.kafka.internal_codec import EVIDENCE
from coagent.adapters.kafka.record import Headers, Record
from coagent.domain import topics
from coagent.domain.evidence import Evidence
from coagent.steps.pool import PoolStep
from streams.app import app
from streams.records import candidate_record, detectors_record
from streams.stage import Stage
from streams.state_table import state_table

states = state_table(app, "pool")


def _decode(value: bytes | None, headers: Headers) -> tuple[bytes, Evidence]:
    evidence = EVIDENCE.decode(value, headers)
    return evidence.segment.pool.key(), evidence


def pool_stage(step: PoolStep) -> Stage:
    def advance(state: bytes | None, evidence: Evidence) -> tuple[bytes, Sequence[Record]]:
        pooled = step(state, evidence)
        records = [candidate_record(candidate) for candidate in pooled.candidates]
        return pooled.state, records + [detectors_record(detectors) for detectors in pooled.detectors]

    return Stage("pool", _decode, advance)


@app.agent(app.topic(topics.EVIDENCE), name="pool")
async def pool(stream: StreamT[bytes]) -> None:
    await app.run_stage(pool_stage(bootstrap.pool_step(app.settings)), states, stream)
