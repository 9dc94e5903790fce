"""Sends what the outbox owes, at least once."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from coagent.deliver.backoff import Backoff
from coagent.domain.errors import CoagentError, Fatal, Transient
from coagent.domain.insight import OutboxMessage
from coagent.ports import Clock, Notifier, Outbox

AT_ONCE = 64

log = logging.getLogger(__name__)


class DeliverStep:
    """`jitter` draws from [0, 1)."""

    def __init__(
        self, outbox: Outbox, notifiers: Sequence[Notifier], clock: Clock, jitter: Callable[[], float], backoff: Backoff
    ) -> None:
        self._outbox = outbox
        self._notifiers = {notifier.channel: notifier for notifier in notifiers}
        self._clock = clock
        self._jitter = jitter
        self._backoff = backoff

    async def run(self) -> int:
        """How many messages were sent. What fails is put off or parked and told in the log; one that is slow or
        broken holds up no other. Raises Transient where the outbox is away: what was sent may be sent again then.
        """
        messages = await asyncio.to_thread(self._outbox.claim, AT_ONCE, self._clock.now())
        ends = await asyncio.gather(*map(self._deliver, messages), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return sum(end is True for end in ends)

    async def _deliver(self, message: OutboxMessage) -> bool:
        try:
            await self._send(message)
        except Exception as error:  # noqa: BLE001  whatever a notifier raises is this message's trouble alone
            await self._failed(message, error)
            return False
        await asyncio.to_thread(self._outbox.mark_sent, message.idempotency_key, self._clock.now())
        return True

    async def _send(self, message: OutboxMessage) -> None:
        notifier = self._notifiers.get(message.channel)
        if notifier is None:
            known = ", ".join(sorted(self._notifiers)) or "none"
            raise Fatal(
                f"no notifier for channel {message.channel!r} (known: {known}): configure one, or drop the message"
            )
        await notifier.send(message)

    async def _failed(self, message: OutboxMessage, error: Exception) -> None:
        wait = self._backoff.wait(message.attempts, self._jitter) if isinstance(error, Transient) else None
        reason = str(error) if isinstance(error, CoagentError) else f"{type(error).__name__}: {error}"
        retry_at = None if wait is None else self._clock.now() + wait
        await asyncio.to_thread(self._outbox.mark_failed, message.idempotency_key, reason, retry_at)
        what = f"is parked after {message.attempts} attempts" if retry_at is None else f"is put off to {retry_at}"
        log.warning("outbox %s %s: %s", message.idempotency_key, what, reason)
