"""A shift whose stream detection knows nothing of any more."""

import msgspec

from coagent.domain.shift import Shift

LOST = (
    "coagent stopped before it could keep what it knew of this change: it cannot say whether the change is over, and "
    "compares later requests with the present ones"
)


def ended_as_lost(shift: Shift) -> Shift:
    """Accepted, for what comes now is the new baseline; its reasons say that nobody decided so."""
    cause = msgspec.structs.replace(shift.cause, because=[*shift.cause.because, LOST])
    return msgspec.structs.replace(shift, status="accepted", sequence=shift.sequence + 1, cause=cause)
