"""How a stream's last days compare with its first ones, as far as its labels are complete."""

from collections.abc import Sequence
from dataclasses import dataclass

from coagent.domain.quality_change import RateOfDays, StreamQuality
from coagent.domain.review import DrawnDay
from coagent.domain.segment import Segment
from coagent.review.agreement import ByRequest
from coagent.review.change import DayRate, compared, mean, onset
from coagent.review.estimate import interval


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


def stream_quality(segment: Segment, known: Sequence[KnownDay], said: Labels) -> StreamQuality | None:
    """As of the newest settled day: half a day's labels call no stream changed. None where too little is known.

    `after` is of the days since the change began, seven at most: the days before it in the window that found it would
    hide how large it is.
    """
    settled = known if known and known[-1].is_settled else known[:-1]
    rates = [one.rate for one in settled]
    found = compared(rates)
    if found is None:
        return None
    began = onset(rates, found)
    window = len(settled) - found.last
    recent = max(window, began) if found.change != "none" else window
    first, last = settled[: found.first], settled[recent:]
    return StreamQuality(
        segment=segment,
        day=settled[-1].day.day,
        change=found.change,
        before=_rate_of_days(first, found.before, said),
        after=_rate_of_days(last, mean(rates[recent:]), said),
        since=settled[began].day.day,
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
