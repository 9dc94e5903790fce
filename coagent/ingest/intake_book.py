"""Counts of what was read, by topic, kind and reason, in bounded memory."""

from collections import Counter
from dataclasses import dataclass, field

from coagent.domain.batch import Source
from coagent.domain.intake import IntakeKind, ReasonCount, TopicIntake
from coagent.domain.rejected import Noted, Origin, Rejected, Skipped
from coagent.domain.segment import OTHER

MAX_REASONS = 200
"""Of a topic and kind; the rest counts under `(other)`. Reasons may name keys that telemetry brought."""
MAX_REASON_CHARS, MAX_DETAIL_CHARS = 120, 300

Unaccepted = Rejected | Skipped | Noted
_KINDS: dict[type[Unaccepted], IntakeKind] = {Rejected: "rejected", Skipped: "skipped", Noted: "noted"}


@dataclass(slots=True)
class _Seen:
    count: int
    first: Origin
    last: tuple[Source, int]
    detail: str


@dataclass(slots=True)
class _Topic:
    read: int = 0
    accepted: int = 0
    last: tuple[Source, int] | None = None
    reasons: dict[IntakeKind, dict[str, _Seen]] = field(
        default_factory=lambda: {"skipped": {}, "rejected": {}, "noted": {}}
    )


class IntakeBook:
    """Counts are kept from the beginning on; they only grow."""

    def __init__(self) -> None:
        self._topics: dict[str, _Topic] = {}

    def read(self, source: Source, messages: int, last_offset: int, accepted: int) -> None:
        """A chunk of messages, and how many requests they held."""
        topic = self._topics.setdefault(source.topic, _Topic())
        topic.read += messages
        topic.accepted += accepted
        topic.last = (source, last_offset)

    def note(self, source: Source, offset: int, outcome: Unaccepted, count: int = 1) -> None:
        """An outcome that is no request; the first of `count` alike is at this offset."""
        reasons = self._topics.setdefault(source.topic, _Topic()).reasons[_KINDS[type(outcome)]]
        reason = one_line(outcome.reason, MAX_REASON_CHARS)
        if reason not in reasons and len(reasons) >= MAX_REASONS:
            reason = OTHER
        seen = reasons.get(reason)
        if seen is None:
            detail = "" if reason == OTHER else one_line(getattr(outcome, "detail", ""), MAX_DETAIL_CHARS)
            seen = reasons[reason] = _Seen(0, _origin(source, offset), (source, offset), detail)
        seen.count += count
        seen.last = (source, offset)

    def total(self, kind: IntakeKind) -> Counter[str]:
        """Counts by reason, over all topics."""
        found: Counter[str] = Counter()
        for topic in self._topics.values():
            for reason, seen in topic.reasons[kind].items():
                found[reason] += seen.count
        return found

    @property
    def messages(self) -> int:
        """Messages read, over all topics."""
        return sum(topic.read for topic in self._topics.values())

    @property
    def accepted(self) -> int:
        """Requests accepted, over all topics."""
        return sum(topic.accepted for topic in self._topics.values())

    def topics(self) -> list[TopicIntake]:
        """What is known of each topic that anything was read of."""
        return [
            TopicIntake(
                topic=name,
                read=topic.read,
                accepted=topic.accepted,
                last=_origin(*topic.last),
                reasons=[
                    _count(kind, reason, seen) for kind, of in topic.reasons.items() for reason, seen in of.items()
                ],
            )
            for name, topic in self._topics.items()
            if topic.last
        ]


def one_line(text: str, longest: int) -> str:
    r"""Bounded, without anything that steers a terminal or ends a line.

    >>> one_line("unread:a\nb", 10)
    'unread:a?b'
    """
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return cut if cut.isprintable() else "".join(one if one.isprintable() else "?" for one in cut)


def _count(kind: IntakeKind, reason: str, seen: _Seen) -> ReasonCount:
    return ReasonCount(
        kind=kind, reason=reason, count=seen.count, first=seen.first, last=_origin(*seen.last), detail=seen.detail
    )


def _origin(source: Source, offset: int) -> Origin:
    return Origin(source.cluster, source.topic, source.partition, offset)
