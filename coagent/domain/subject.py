"""What an insight can be about."""

import msgspec

from coagent.domain.opportunity import Opportunity
from coagent.domain.probe import ProbeOutcome
from coagent.domain.quality_change import QualityChange
from coagent.domain.shift import Shift
from coagent.domain.silence import Silence
from coagent.domain.slo import Burn
from coagent.domain.verdict import Verdict

AnySubject = Shift | Opportunity | Silence | Burn | Verdict | ProbeOutcome | QualityChange


class Waiting(msgspec.Struct, frozen=True):
    """A subject whose `sequence` has no insight of this `edition` yet: 0 the plain one, 1 the model's."""

    subject: AnySubject
    sequence: int
    edition: int = 0
