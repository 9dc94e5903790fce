"""Agent `pool`: `coagent.evidence.v1` to candidates; state by provider and model."""

from collections.abc import Sequence

from faust import StreamT

from coagent import bootstrap
from coagent.adapters.kafka.internal_codec import CANDIDATES, EVIDENCE
from coagent.adapters.kafka.record import Headers, Record
from coagent.domain import topics
from coagent.domain.candidate import Candidate
from coagent.domain.evidence import Evidence
from coagent.steps.pool import PoolStep
from streams.app import app
from streams.stage import Stage
from streams.state_table import state_table

states = state_table(app, "pool")


def _decode(value: bytes | None, headers: Headers) -> tuple[bytes, Evidence]:
    evidence = EVIDENCE.decode(value, headers)
    return evidence.segment.pool.key(), evidence


def _candidate(candidate: Candidate) -> Record:
    """Keyed by provider, where it is judged beside its segments' own."""
    key = candidate.segment.provider.encode()
    return Record(topics.CANDIDATES, key, CANDIDATES.encode(candidate), CANDIDATES.headers)


def pool_stage(step: PoolStep) -> Stage:
    def advance(state: bytes | None, evidence: Evidence) -> tuple[bytes, Sequence[Record]]:
        pooled = step(state, evidence)
        return pooled.state, [_candidate(candidate) for candidate in pooled.candidates]

    return Stage("pool", _decode, advance)


@app.agent(app.topic(topics.EVIDENCE), name="pool")
async def pool(stream: StreamT[bytes]) -> None:
    await app.run_stage(pool_stage(bootstrap.pool_step(app.settings)), states, stream)
