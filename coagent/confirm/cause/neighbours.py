"""Whether other segments of the same provider moved at the same time."""

from dataclasses import dataclass

from coagent.confirm.cause.finding import Finding
from coagent.confirm.episodes.state import Episode, Memory
from coagent.domain.candidate import Candidate
from coagent.domain.segment import ALL, Segment


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Other segments with a candidate of about the same onset and a signal in common that was not put down to their
    own traffic or deploy (`moved`), and those of the same model known from other times that have none now (`quiet`).
    """

    moved: list[Segment]
    quiet: list[Segment]

    @property
    def reach(self) -> str:
        """In what the segments that moved differ, such as `2 tenants, 3 models`."""
        parts = []
        for name, plural in (("tenant", "tenants"), ("task", "tasks"), ("request_model", "models")):
            found = {getattr(segment, name) for segment in self.moved}
            if len(found) > 1:
                parts.append(f"{len(found)} {plural}")
        return ", ".join(parts)


def neighbours(memory: Memory, candidate: Candidate, moved: set[str], same_time_s: float) -> Neighbours:
    """Of a candidate whose `moved` signals are known. A pool's own segments are the ones that move with it."""
    others = [
        episode
        for key, episode in memory.episodes.items()
        if key != candidate.segment.id and episode.segment.tenant != ALL
    ]
    at = candidate.onset.time.timestamp()
    now = [episode for episode in others if abs(episode.onset_s - at) <= same_time_s]
    quiet = [episode.segment for episode in others if abs(episode.onset_s - at) > same_time_s]
    if len(candidate.carriers) > 1:
        return Neighbours(moved=sorted(candidate.carriers), quiet=[])
    return Neighbours(
        moved=sorted(episode.segment for episode in now if _counts(episode, moved)),
        quiet=sorted(segment for segment in quiet if segment.request_model == candidate.segment.request_model),
    )


def _counts(episode: Episode, moved: set[str]) -> bool:
    return (
        episode.family not in {"traffic", "client"} and episode.dismissed is None and bool(moved & set(episode.moved))
    )


def neighbour_findings(neighbours: Neighbours) -> list[Finding]:
    """`neighbours` where others moved too, `alone` where others are known and did not."""
    if neighbours.moved:
        count, reach = len(neighbours.moved), neighbours.reach
        what = "another segment of this provider" if count == 1 else f"{count} other segments of this provider"
        where = f" ({reach})" if reach else ""
        return [Finding("neighbours", min(1.0, 0.5 + count / 6), f"{what} moved at the same time{where}")]
    if neighbours.quiet:
        count = len(neighbours.quiet)
        return [Finding("alone", min(1.0, count / 5), f"{count} other segments of this model did not move with it")]
    return []
