"""Agent `detect`: `coagent.requests.v2` to candidates and rollups; state by stream.

As `coagent.control.v1` and `coagent.groups.v1` say, in one stream of all three topics: one runner owns a stream's
state. Which of them comes first is not for ever: after a crash a command may meet the rows of the last seconds in
another order. Counts do not depend on it.
"""

import logging
from collections.abc import Sequence
from functools import lru_cache

from faust import StreamT

from coagent.adapters.kafka.command_codec import decode_command, encode_command, is_command
from coagent.adapters.kafka.internal_codec import BATCHES, GROUP_NEWS
from coagent.adapters.kafka.record import Headers, Record, Undecodable
from coagent.bootstrap.detection import detect_step
from coagent.domain import topics
from coagent.domain.batch import Batch
from coagent.domain.command import FLEET_KEY, Command, Rate
from coagent.domain.evidence import GroupNews
from coagent.steps.detect import DetectStep
from coagent.steps.live_streams import ENOUGH_ROWS, FEW_ROWS, Found, LiveState, Message
from streams.app import app
from streams.group_commit import Latest, Patience, Settled
from streams.records import (
    candidate_record,
    detectors_record,
    evidence_record,
    latest_detectors,
    latest_rollups,
    review_record,
)
from streams.stage import Stage
from streams.state_table import state_table

log = logging.getLogger(__name__)
states = state_table(app, "detect")
Advanced = tuple[bytes | LiveState, Sequence[Record | Latest]]

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
    """The state of a partition's fleet key is the latest message itself: the log's order decides, not a clock that may
    have been ahead.
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
    streams = step.live()

    def advance(state: LiveState | bytes | None, value: Message | Rate, shared: bytes | None) -> Advanced:
        if isinstance(value, Rate):
            return _latest(value), []
        fleet = _rate(shared)
        return streams.take(state, value, fleet.rows_per_month if fleet else None), []

    return Stage("detect", _decode, advance, FLEET_KEY, step.begin_new_log, CHECKPOINT_EVERY_S, _settled)


LEAST_ROWS = {Patience.NONE: 0, Patience.LITTLE: FEW_ROWS, Patience.LONG: ENOUGH_ROWS}
"""That do not wait for more."""


def _settled(state: LiveState | bytes, patience: Patience) -> Settled:
    """What a stream's messages led to."""
    if not isinstance(state, LiveState) or not (state.has_found or state.waiting_rows >= LEAST_ROWS[patience]):
        return Settled()
    found = state.settle()
    _log(found)
    records: list[Record | Latest] = [candidate_record(candidate) for candidate in found.candidates]
    records += [evidence_record(evidence) for evidence in found.evidence]
    records += [review_record(pool) for pool in found.review]
    records += map(detectors_record if found.is_answer else latest_detectors, found.detectors)
    if found.batches:
        records.append(latest_rollups(found.batches[0].segment, state.take_rollups))
    return Settled(records, found.failed)


def _log(found: Found) -> None:
    """Joins telemetry to what is made of it: the candidate's name stands in the line of its shift again."""
    if not found.candidates:
        return
    read = " ".join(f"{batch.source}@{batch.first_offset}-{batch.last_offset}" for batch in found.batches)
    for candidate in found.candidates:
        label = candidate.segment.label
        log.info("%s: alarm %s", label, candidate.phase, extra={"batch": read, "candidate": candidate.id})


@app.agent(app.topic(topics.REQUESTS, topics.CONTROL, topics.GROUPS), name="detect")
async def detect(stream: StreamT[bytes]) -> None:
    await app.run_stage(detect_stage(detect_step(app.settings)), states, stream)
