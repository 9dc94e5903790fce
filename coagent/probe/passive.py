"""A probe beside the telemetry of its stream."""

from collections.abc import Iterable
from datetime import datetime

from coagent.domain.probe import Passive, Probe, ProbeResult
from coagent.domain.shift import Shift

ABOUT_THE_PROVIDER = frozenset({"provider", "unknown"})


def shift_of(probe: Probe, shifts: Iterable[Shift]) -> Shift | None:
    """The newest open shift of the probe's stream that a change at the provider may be behind. A probe without an
    endpoint is compared with all of them.
    """
    own = probe.segment
    found = [
        one
        for one in shifts
        if one.status == "open"
        and one.cause.family in ABOUT_THE_PROVIDER
        and (one.segment.provider, one.segment.request_model) == (own.provider, own.request_model)
        and own.endpoint in (None, one.segment.endpoint)
    ]
    return max(found, key=lambda one: one.onset.time, default=None)


def joined(result: ProbeResult, began_at: datetime, shift: Shift | None) -> Passive | None:
    """A batch from before the shift's onset contradicts nothing."""
    if shift is None:
        return "silent" if result == "changed" else None
    if result == "changed":
        return "confirmed"
    is_after = result == "unchanged" and shift.onset.time <= began_at
    return "contradicted" if is_after else "silent"
