"""The review queue: draws each day's requests for people, turns their labels into success rates, and reports where a
stream's rate changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from coagent.deliver.outbox_messages import outbox_messages
from coagent.domain.quality_change import QualityChange, StreamQuality
from coagent.narrate.insights import plain_insight
from coagent.ports import Clock, InsightStore, ReviewStore
from coagent.review.agreement import agreements, by_request
from coagent.review.changes import (
    accepted_changes,
    held_for_shifts,
    quality_changes,
    references,
    released,
    with_shifts,
)
from coagent.review.draw import draw
from coagent.review.evaluate import evaluated

GRACE = timedelta(minutes=15)
"""After midnight, for requests that are still on their way."""
CATCH_UP = timedelta(days=7)
"""A day that no agent drew in so long is not drawn any more: its content is often gone."""
REPORTS = 1_000
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class QueueConfig:
    """`budget`: looks a day; `second_looks`: share of the sample that two people look at. `quiet`: for how long no
    request of a day has come before it is drawn, as in the middle of a backlog.
    """

    budget: int
    second_looks: float
    quiet: timedelta = timedelta(seconds=30)


class ReviewStep:
    """At most one day is drawn on any calendar day (UTC), the newest complete one, so that no day brings people more
    than its budget. The store refuses a second draw, whoever makes it.
    """

    def __init__(
        self,
        store: ReviewStore,
        insights: InsightStore,
        clock: Clock,
        config: QueueConfig,
        link: Callable[[str, datetime | None], str | None],
    ) -> None:
        self._store = store
        self._insights = insights
        self._clock = clock
        self._config = config
        self._link = link

    def run(self) -> int:
        """How many requests were drawn, rates found and changes reported. Blocks; raises Transient where the store is
        away.
        """
        return self._draw() + self._evaluate() + self._report()

    def obey(self) -> int:
        """Takes up what people accepted, and nothing else: how many rates were found and changes reported. Blocks;
        raises Transient where the store is away.
        """
        return self._evaluate() + self._report() if self._store.accepted() else 0

    def _draw(self) -> int:
        now = self._clock.now().astimezone(UTC)
        if not self._config.budget or self._store.is_drawn_on(now.date()):
            return 0
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        if now - today < GRACE:
            return 0  # an older day drawn now would take the place of yesterday, whose requests still come
        day = self._store.undrawn_day(today - CATCH_UP, today, self._config.quiet)
        if day is None:
            return 0
        found = draw(
            day,
            now,
            self._store.requests(day),
            self._store.lowest(day, self._config.budget),
            self._store.open_reports(REPORTS),
            budget=self._config.budget,
            second_looks=self._config.second_looks,
            link=self._link,
        )
        return len(found.items) if self._store.save_draw(found) else 0

    def _evaluate(self) -> int:
        words = self._store.accepted()
        if not words and not self._store.has_news():
            return 0
        known = self._store.changes()
        accepted = accepted_changes(known, words)
        known = [*(one for one in known if one.id not in {other.id for other in accepted}), *accepted]
        verdicts = by_request(self._store.labels())
        found = evaluated(self._store.drawn_days(), verdicts, self._store.streams(), references(known))
        changed = quality_changes(found.streams, known, self._clock.now())
        news = {one.id for one in changed}
        held = held_for_shifts(found.streams, [one for one in known if one.id not in news])
        changes = [*accepted, *(self._with_shifts(one) for one in changed), *self._released(held)]
        self._store.save_quality(found.quality, agreements(verdicts), changes)
        return len(found.quality)

    def _released(self, held: Sequence[tuple[QualityChange, StreamQuality]]) -> list[QualityChange]:
        looked_at = [
            released(change, found, self._store.shifts_then(change.segment, change.since, found.day))
            for change, found in held
        ]
        return [one for one in looked_at if one]

    def _with_shifts(self, change: QualityChange) -> QualityChange:
        """Of one that has ended they stay as they were shown."""
        if change.status != "open":
            return change
        return with_shifts(change, self._store.shifts_then(change.segment, change.since, change.found_on))

    def _report(self) -> int:
        """A change is saved before it is reported: what a crash leaves unreported is reported by the next run."""
        unreported = self._store.unreported_changes(AT_ONCE)
        for change in unreported:
            insight = plain_insight(change, change.sequence, self._clock.now())
            self._insights.save_insight(insight, outbox_messages(insight))
        return len(unreported)
