"""coagent's own steps 2 and 3 over batches, noting what they say."""

from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.detect.sensor.sensed import BETTER, IS_TRAFFIC, PLACE_OF
from coagent.domain.batch import Batch
from coagent.domain.candidate import Candidate, SignalEvidence
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift
from coagent.steps.confirm import ConfirmStep
from coagent.steps.detect import DetectStep


class Watcher:
    """`alarms` (the stream's row that raised each) and `reported` (shifts and their updates) in the order they came."""

    def __init__(self, run_length: float) -> None:
        """`run_length`: rows between false alarms, the threshold A."""
        config = DetectConfig(false_alarms_per_month=1.0, rows_per_month=run_length)
        self.detect = DetectStep(config)
        self._confirm = ConfirmStep(ConfirmConfig())
        self.states: dict[Segment, bytes] = {}
        self._providers: dict[str, bytes] = {}
        self.alarms: list[int] = []
        self.not_better: dict[str, int] = {}
        """By candidate, the row at which a signal raised an alarm that is no improvement: those page nobody."""
        self.reported: list[Shift] = []
        self.settled = 0
        """Candidates that were followed to their end."""

    def feed(self, batch: Batch) -> None:
        detected = self.detect(self.states.get(batch.segment), batch)
        self.states[batch.segment] = detected.state
        for candidate in detected.candidates:
            self._judge(candidate)

    @property
    def pages(self) -> list[Shift]:
        return [shift for shift in self.reported if shift.page]

    @property
    def latest(self) -> list[Shift]:
        """Each shift as it was last reported, in the order in which they were first."""
        return list({shift.id: shift for shift in self.reported}.values())

    def was_paged(self, shift: Shift) -> bool:
        return any(one.page for one in self.reported if one.id == shift.id)

    def _judge(self, candidate: Candidate) -> None:
        if candidate.phase == "raised":
            self.alarms.append(candidate.raised.ordinal)
        alarmed = [one.alarmed.ordinal for one in candidate.evidence if one.alarmed and not _is_better(one)]
        if alarmed:
            self.not_better.setdefault(candidate.id, min(alarmed))
        provider = candidate.segment.provider
        confirmed = self._confirm(self._providers.get(provider), candidate)
        self._providers[provider] = confirmed.state
        self.reported += confirmed.shifts
        self.settled += candidate.phase in {"final", "recovered", "reset"}


def _is_better(evidence: SignalEvidence) -> bool:
    """Or of the traffic, which raises no alarm of its own."""
    place = PLACE_OF.get(evidence.signal)
    return place is not None and bool(IS_TRAFFIC[place] or (BETTER[place] and evidence.direction == BETTER[place]))
