"""Sends what the outbox owes, at least once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from coagent.deliver.backoff import Backoff
from coagent.domain.errors import CoagentError, Fatal, Transient
from coagent.domain.insight import OutboxMessage
from coagent.ports import Clock, Notifier, Outbox

MOST = 500
"""Messages of one channel in one run; the rest waits for the next."""
RUN_S = 20.0
"""Seconds after which a run begins no further message."""

Sleep = Callable[[float], Awaitable[None]]

log = logging.getLogger(__name__)


class DeliverStep:
    """`jitter` draws from [0, 1). A channel that asks for a pause gets it, whatever else it is owed, and no
    message is tried again sooner than its own wait.
    """

    def __init__(
        self,
        outbox: Outbox,
        notifiers: Sequence[Notifier],
        clock: Clock,
        jitter: Callable[[], float],
        backoff: Backoff,
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._outbox = outbox
        self._notifiers = {notifier.channel: notifier for notifier in notifiers}
        self._clock = clock
        self._jitter = jitter
        self._backoff = backoff
        self._sleep = sleep
        self._paused: dict[str, datetime] = {}

    @property
    def channels(self) -> list[str]:
        """Kinds of channel that have a notifier."""
        return list(self._notifiers)

    async def run(self) -> int:
        """How many messages were sent, over all channels side by side. What fails is put off or parked and logged; a
        channel that is slow or broken holds up no other. Raises Transient where the outbox is away: what was sent may
        be sent again then.
        """
        ends = await asyncio.gather(
            *(self.run_channel(kind) for kind in self._notifiers), self.park_unknown(), return_exceptions=True
        )
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return sum(end for end in ends if isinstance(end, int))

    async def run_channel(self, kind: str) -> int:
        """How many messages of one kind of channel were sent."""
        notifier, began, sent, seen = self._notifiers[kind], self._clock.now(), 0, 0
        while seen < MOST and self._goes_on(kind, began):
            messages = await asyncio.to_thread(self._outbox.claim, notifier.at_once, self._clock.now(), kind)
            if not messages:
                break
            sent += await self._deliver_all(notifier, messages)
            seen += len(messages)
            if notifier.pace_s:
                await self._sleep(notifier.pace_s)
        return sent

    async def park_unknown(self) -> int:
        """Messages to channels without a notifier are parked, to be seen; returns 0."""
        for kind in await asyncio.to_thread(self._outbox.kinds) - self._notifiers.keys():
            for message in await asyncio.to_thread(self._outbox.claim, MOST, self._clock.now(), kind):
                await self._failed(message, self._unknown(message))
        return 0

    def _goes_on(self, kind: str, began: datetime) -> bool:
        now = self._clock.now()
        paused = self._paused.get(kind)
        return now - began < timedelta(seconds=RUN_S) and (paused is None or paused <= now)

    async def _deliver_all(self, notifier: Notifier, messages: list[OutboxMessage]) -> int:
        ends = await asyncio.gather(*(self._deliver(notifier, one) for one in messages), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return sum(end is True for end in ends)

    async def _deliver(self, notifier: Notifier, message: OutboxMessage) -> bool:
        try:
            await notifier.send(message)
        except Exception as error:  # noqa: BLE001  whatever a notifier raises is this message's trouble alone
            await self._failed(message, error)
            return False
        await asyncio.to_thread(self._outbox.mark_sent, message.idempotency_key, self._clock.now())
        log.info("sent to %s", message.kind, extra=_named(message))
        return True

    async def _failed(self, message: OutboxMessage, error: Exception) -> None:
        wait = self._wait(message, error)
        reason = str(error) if isinstance(error, CoagentError) else f"{type(error).__name__}: {error}"
        retry_at = None if wait is None else self._clock.now() + wait
        await asyncio.to_thread(self._outbox.mark_failed, message.idempotency_key, reason, retry_at)
        what = f"is parked after {message.attempts} attempts" if retry_at is None else f"is put off to {retry_at}"
        log.warning("outbox %s %s: %s", message.idempotency_key, what, reason, extra=_named(message))

    def _wait(self, message: OutboxMessage, error: Exception) -> timedelta | None:
        if not isinstance(error, Transient):
            return None
        wait = self._backoff.wait(message.attempts, self._jitter)
        if error.retry_after_s is None or wait is None:
            return wait
        asked = timedelta(seconds=error.retry_after_s)
        self._paused[message.kind] = self._clock.now() + asked
        return max(asked, wait)

    def _unknown(self, message: OutboxMessage) -> Fatal:
        known = ", ".join(sorted(self._notifiers)) or "none"
        return Fatal(
            f"no notifier for channel {message.channel!r} (known: {known}): configure one, or drop the message"
        )


def _named(message: OutboxMessage) -> dict[str, str]:
    """What joins its lines to those of its insight."""
    return {"insight": message.insight_id, "delivery": message.idempotency_key}
