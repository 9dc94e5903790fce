"""One change of one provider over many streams pages once."""

from coagent.confirm.episodes.state import Episode, ProviderState
from coagent.domain.candidate import Candidate
from coagent.domain.shift import Cause, Shift


def already_paged(
    provider: ProviderState, candidate: Candidate, cause: Cause, moved: set[str], same_time_s: float
) -> Shift | None:
    """The open shift of another stream that paged for it: about the same onset, the same kind of cause and a moved
    signal in common.
    """
    at = candidate.onset.time.timestamp()
    others = (one for key, one in provider.episodes.items() if key != candidate.segment.id)
    near = (one for one in others if abs(one.onset_s - at) <= same_time_s and one.kind == cause.kind)
    return next((one.shift for one in near if _pages(one) and moved & set(one.moved)), None)


def _pages(episode: Episode) -> bool:
    return episode.paged and episode.shift is not None and episode.shift.status == "open"


def note(paged: Shift) -> str:
    """Why it does not page."""
    return f"already paged as {paged.id} ({paged.segment.label})"
