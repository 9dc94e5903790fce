"""Whether other streams of the same provider moved at the same time."""

from dataclasses import dataclass

from coagent.confirm.cause.finding import Finding
from coagent.confirm.episodes.state import Episode, ProviderState
from coagent.domain.candidate import Candidate
from coagent.domain.segment import Segment


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`moved`: other streams with a candidate of about the same onset and a moved signal in common that has no cause
    of their own in traffic or deploy. `quiet`: those of the same model with candidates at other times alone.
    """

    moved: list[Segment]
    quiet: list[Segment]

    @property
    def reach(self) -> str:
        """In what the streams that moved differ, such as `3 models`."""
        parts = []
        for name, plural in (("request_model", "models"), ("endpoint", "endpoints")):
            found = {getattr(segment, name) for segment in self.moved}
            if len(found) > 1:
                parts.append(f"{len(found)} {plural}")
        return ", ".join(parts)


def neighbours(provider: ProviderState, candidate: Candidate, moved: set[str], same_time_s: float) -> Neighbours:
    """Of a candidate whose `moved` signals are known."""
    others = [episode for key, episode in provider.episodes.items() if key != candidate.segment.id]
    at = candidate.onset.time.timestamp()
    now = [episode for episode in others if abs(episode.onset_s - at) <= same_time_s]
    quiet = [episode.segment for episode in others if abs(episode.onset_s - at) > same_time_s]
    return Neighbours(
        moved=sorted(episode.segment for episode in now if _counts(episode, moved)),
        quiet=sorted(segment for segment in quiet if segment.request_model == candidate.segment.request_model),
    )


def _counts(episode: Episode, moved: set[str]) -> bool:
    own_cause = episode.family in {"traffic", "client"}
    return not own_cause and episode.dismissed is None and bool(moved & set(episode.moved))


def neighbour_findings(neighbours: Neighbours) -> list[Finding]:
    """`neighbours` where others moved too, `alone` where others are known and did not."""
    if neighbours.moved:
        count, reach = len(neighbours.moved), neighbours.reach
        what = "another stream of this provider" if count == 1 else f"{count} other streams of this provider"
        where = f" ({reach})" if reach else ""
        return [Finding("neighbours", min(1.0, 0.5 + count / 6), f"{what} moved at the same time{where}")]
    if neighbours.quiet:
        count = len(neighbours.quiet)
        what = "another stream of this model" if count == 1 else f"{count} other streams of this model"
        return [Finding("alone", min(1.0, count / 5), f"{what} did not change at the same time")]
    return []
