"""Agent `detect`: `coagent.requests.v2` to candidates and rollups; state by stream.

As `coagent.control.v1` and `coagent.groups.v1` say, in one stream of all three topics: one runner owns a stream's
state. Which of them comes first is not for ever: after a crash a command may meet the rows of the last seconds in
another order. Counts do not depend on it.
"""

from collections.abc import Sequence
from functools import lru_cache

from faust import StreamT

from coagent import bootstrap
from coagent.adapters.kafka.command_codec import decode_command, encode_command, is_command
from coagent.adapters.kafka.internal_codec import BATCHES, GROUP_NEWS
from coagent.adapters.kafka.record import Headers, Record, Undecodable
from coagent.domain import topics
from coagent.domain.batch import Batch
from coagent.domain.command import FLEET_KEY, Command, Rate, ToSegment
from coagent.domain.evidence import GroupNews
from coagent.steps.detect import Detected, DetectStep
from streams.app import app
from streams.group_commit import Latest
from streams.records import candidate_record, detectors_record, evidence_record, latest_detectors, latest_rollup
from streams.stage import Stage
from streams.state_table import state_table

states = state_table(app, "detect")
Advanced = tuple[bytes, Sequence[Record | Latest]]

CHECKPOINT_EVERY_S = 5.0
"""With what ingest and sink add, a rollup is in the database within 10 s, as `insights` says; after a crash so many
seconds are read again. Each account then costs a record every 5 s, not one a batch.
"""


def _decode(value: bytes | None, headers: Headers) -> tuple[bytes, Batch | Command | GroupNews]:
    if is_command(headers):
        command = decode_command(value, headers)
        return command.key(), command
    if GROUP_NEWS.wrote(headers):
        news = GROUP_NEWS.decode(value, headers)
        return news.stream.key(), news
    batch = BATCHES.decode(value, headers)
    return batch.segment.key(), batch


def _latest(rate: Rate) -> bytes:
    """The state of a partition's fleet key is the latest message itself: the log's order tells, not what a clock said,
    which may have been ahead.
    """
    return encode_command(rate).value


@lru_cache(16)
def _rate(state: bytes | None) -> Rate | None:
    """What a partition was sent last; None too where another version wrote it."""
    try:
        rate = None if state is None else decode_command(state, None)
    except Undecodable:
        return None
    return rate if isinstance(rate, Rate) else None


def detect_stage(step: DetectStep) -> Stage:
    def advance(state: bytes | None, value: Batch | Command | GroupNews, shared: bytes | None) -> Advanced:
        if isinstance(value, Rate):
            return _latest(value), []
        fleet = _rate(shared)
        known = fleet.rows_per_month if fleet else None
        detected = _step(step, state, value, known)
        records: list[Record | Latest] = [latest_rollup(rollup) for rollup in detected.rollups]
        records += [candidate_record(candidate) for candidate in detected.candidates]
        records += [evidence_record(evidence) for evidence in detected.evidence]
        status = latest_detectors if isinstance(value, Batch) else detectors_record
        return detected.state, records + [status(detectors) for detectors in detected.detectors]

    return Stage("detect", _decode, advance, FLEET_KEY, step.begin_new_log, CHECKPOINT_EVERY_S)


def _step(
    step: DetectStep, state: bytes | None, value: Batch | ToSegment | GroupNews, rows_per_month: float | None
) -> Detected:
    match value:
        case Batch():
            return step(state, value, rows_per_month)
        case GroupNews():
            return step.hear(state, value, rows_per_month)
        case _:
            return step.obey(state, value, rows_per_month)


@app.agent(app.topic(topics.REQUESTS, topics.CONTROL, topics.GROUPS), name="detect")
async def detect(stream: StreamT[bytes]) -> None:
    await app.run_stage(detect_stage(bootstrap.detect_step(app.settings)), states, stream)
