"""Keeps the routing policy up to date and published."""

import asyncio

from coagent.domain.notice import Word
from coagent.domain.opportunity import Opportunity
from coagent.domain.routing_policy import RoutingPolicy
from coagent.policy.rules import next_policy
from coagent.ports import Clock, Decisions, PolicyPublisher, PolicyStore


class PolicyStep:
    """ports.AfterEffects too: an approval is in the policy at once. The newest version is published after each start,
    for a broker that keeps its log in memory may have lost it.
    """

    def __init__(self, decisions: Decisions, store: PolicyStore, publisher: PolicyPublisher, clock: Clock) -> None:
        self._decisions = decisions
        self._store = store
        self._publisher = publisher
        self._clock = clock
        self._published: int | None = None

    def run(self) -> int:
        """1 where a new version was made. Blocks; raises Transient where the database or Kafka is away."""
        newest = self._store.newest()
        made = next_policy(newest, self._decisions.known(), self._clock.now())
        is_new = made is not None and self._store.save(made)
        self._publish(newest if made is None else self._store.newest())
        return int(is_new)

    async def apply(self, opportunity: Opportunity, word: Word) -> None:  # noqa: ARG002  the whole policy follows from the decisions
        """After a decision about an opportunity; idempotent."""
        await asyncio.to_thread(self.run)

    def _publish(self, policy: RoutingPolicy | None) -> None:
        """Never an older one behind a newer one: whoever reads the topic would take it back."""
        if policy is not None and policy.version > (self._published or 0):
            self._publisher.publish(policy)
            self._published = policy.version
