"""Sends the brief of the day or the week when it is due, once, wherever an agent runs; never one that says nothing."""

from datetime import timedelta

from coagent.brief.brief import write_brief
from coagent.deliver import notices
from coagent.deliver.policy import Briefing, Policy, last_brief
from coagent.deliver.routing import due
from coagent.domain.insight import OutboxMessage
from coagent.domain.notice import Notice
from coagent.ports import BriefStore, Clock

LATE = timedelta(hours=6)
"""A brief that was missed for longer, because no agent ran, is left out: the next one is near."""


class BriefStep:
    """What is due follows from the clock and from what is noted as done, not from a timer: a restart misses none."""

    def __init__(self, store: BriefStore, policy: Policy, clock: Clock) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock

    def run(self) -> int:
        """How many messages are owed. Blocks; raises Transient where the store is away."""
        briefing, now = self._policy.brief, self._clock.now()
        if briefing is None:
            return 0
        at, is_weekly = last_brief(briefing, now)
        kind = "weekly" if is_weekly else "daily"
        name = f"brief-{kind}-{at:%Y%m%dT%H%M}"
        if now - at > LATE or not (is_weekly or briefing.daily) or self._store.is_done(name):
            return 0
        brief = write_brief(self._store.facts(at - timedelta(days=7 if is_weekly else 1), at))
        messages = [] if brief.is_quiet else self._messages(briefing, notices.brief(name, brief.title, brief.text, at))
        return len(messages) if self._store.save(name, messages, now) else 0

    def _messages(self, briefing: Briefing, notice: Notice) -> list[OutboxMessage]:
        quiet, now = self._policy.quiet_hours, self._clock.now()
        return [notices.message(notice, name, due(quiet, name, notice.severity, now)) for name in briefing.to]
