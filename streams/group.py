"""Agent `group`: `coagent.evidence.v2` to `coagent.groups.v1` and `.detectors.v1`; state by provider and model."""

from collections.abc import Sequence

from faust import StreamT

from coagent.adapters.kafka.internal_codec import EVIDENCE
from coagent.adapters.kafka.record import Headers, Record
from coagent.domain import topics
from coagent.domain.evidence import Evidence
from coagent.steps.group import GroupStep
from streams.app import app
from streams.records import detectors_record, news_record
from streams.stage import Stage
from streams.state_table import state_table

states = state_table(app, "group")


def _decode(value: bytes | None, headers: Headers) -> tuple[bytes, Evidence]:
    evidence = EVIDENCE.decode(value, headers)
    return evidence.stream.pool.key(), evidence


def group_stage(step: GroupStep) -> Stage:
    def advance(state: bytes | None, evidence: Evidence) -> tuple[bytes, Sequence[Record]]:
        added = step(state, evidence)
        records = [news_record(news) for news in added.news]
        return added.state, records + [detectors_record(detectors) for detectors in added.detectors]

    return Stage("group", _decode, advance)


@app.agent(app.topic(topics.EVIDENCE), name="group")
async def group(stream: StreamT[bytes]) -> None:
    await app.run_stage(group_stage(GroupStep()), states, stream)
