"""The counting worker where a seek takes long: it returns in the worst moment, when messages wait that came since."""

import asyncio
import time

from faust.transport.consumer import Consumer

from streams import group_commit
from tests.integration.kafka.counting_app import app

MOST_S = 3.0

group_commit.MOST_WAITING = 2
"""So that messages pile up before the stage."""

__all__ = ["app"]

_seek = Consumer.perform_seek


async def _seek_slowly(consumer: Consumer) -> None:
    await _seek(consumer)
    until = time.monotonic() + MOST_S
    while time.monotonic() < until and not _messages_wait():  # noqa: ASYNC110  no event announces it
        await asyncio.sleep(0)


def _messages_wait() -> bool:
    return any(queue.qsize() > 1 for queue in app.flow_control._queues)


Consumer.perform_seek = _seek_slowly
