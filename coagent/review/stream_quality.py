"""How a stream's last days compare with its first ones, as far as its labels are complete."""

from collections.abc import Sequence
from dataclasses import dataclass

from coagent.domain.quality_change import RateOfDays, StreamQuality
from coagent.domain.review import DrawnDay
from coagent.domain.segment import Segment
from coagent.review.agreement import ByRequest
from coagent.review.change import Compared, DayRate, compared
from coagent.review.estimate import interval
from coagent.review.reference import Reference


@dataclass(frozen=True, slots=True)
class Labels:
    """What reviewers say. `differing`: share of second looks that differ."""

    verdicts: ByRequest
    differing: float | None


@dataclass(frozen=True, slots=True)
class KnownDay:
    """A day of a stream with labels. It is settled where all that was drawn is looked at, or a later day is drawn."""

    day: DrawnDay
    rate: DayRate
    is_settled: bool


def as_of_last(known: Sequence[KnownDay], reference: Reference) -> tuple[list[KnownDay], Compared | None]:
    """The days that count on the last one, and how they compare."""
    last = known[-1].day.day
    days = [one for one in known if reference.counts(one.day.day, last)]
    return days, compared([one.rate for one in days], reference.known([one.day.day for one in days]))


def stream_quality(
    segment: Segment, known: Sequence[KnownDay], said: Labels, reference: Reference
) -> StreamQuality | None:
    """As of the newest settled day: half a day's labels call no stream changed. None where too little is known.

    `after` is of the days since the change began, seven at most.
    """
    settled = known if known and known[-1].is_settled else known[:-1]
    days, found = as_of_last(settled, reference) if settled else ([], None)
    if found is None:
        return None
    first, last = days[: found.first], days[-found.last :]
    return StreamQuality(
        segment=segment,
        day=days[-1].day.day,
        change=found.change,
        before=_rate_of_days(first, found.before, said),
        after=_rate_of_days(last, found.after, said),
        since=days[found.began].day.day,
        reviewers=_reviewers(segment.id, last, said),
    )


def _rate_of_days(days: Sequence[KnownDay], mean: DayRate, said: Labels) -> RateOfDays:
    low, high = interval(mean, said.differing)
    return RateOfDays(
        first=days[0].day.day, last=days[-1].day.day, rate=mean.rate, low=low, high=high, labelled=mean.labelled
    )


def _reviewers(stream: str, days: Sequence[KnownDay], said: Labels) -> int:
    """People who were sure of one of its requests."""
    items = [item for one in days for item in one.day.items if item.stream_id == stream]
    verdicts = [pair for item in items for pair in said.verdicts.get(item.request_id, {}).items()]
    return len({by for by, verdict in verdicts if verdict != "unsure"})
