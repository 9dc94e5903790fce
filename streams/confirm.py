"""Agent `confirm`: `coagent.candidates.v1` to shifts and dismissals; state by provider."""

import logging
from collections.abc import Sequence

from faust import StreamT

from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.internal_codec import CANDIDATES
from coagent.adapters.kafka.record import Headers, Record
from coagent.bootstrap.detection import confirm_step
from coagent.domain import topics
from coagent.domain.candidate import Candidate
from coagent.steps.confirm import ConfirmStep
from streams.app import app
from streams.stage import Stage
from streams.state_table import state_table

log = logging.getLogger(__name__)
states = state_table(app, "confirm")


def _decode(value: bytes | None, headers: Headers) -> tuple[bytes, Candidate]:
    candidate = CANDIDATES.decode(value, headers)
    return candidate.segment.provider.encode(), candidate


def confirm_stage(step: ConfirmStep) -> Stage:
    def advance(state: bytes | None, candidate: Candidate) -> tuple[bytes, Sequence[Record]]:
        confirmed = step(state, candidate)
        for shift in confirmed.shifts:
            named = {"candidate": candidate.id, "shift": shift.id}
            log.info("%s: shift %s", shift.segment.label, shift.status, extra=named)
        reported = [encode_event(shift) for shift in confirmed.shifts]
        return confirmed.state, reported + [encode_event(dismissed) for dismissed in confirmed.dismissed]

    return Stage("confirm", _decode, advance)


@app.agent(app.topic(topics.CANDIDATES), name="confirm")
async def confirm(stream: StreamT[bytes]) -> None:
    await app.run_stage(confirm_stage(confirm_step(app.settings)), states, stream)
