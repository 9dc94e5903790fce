"""One poller asks what is new, all open pages hear of it; none asks where no page is open."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from coagent.domain.errors import CoagentError

EVERY_S = 5.0
MOST_PAGES = 200
QUEUED = 50

log = logging.getLogger(__name__)

Versions = dict[str, str | None]


class TooMany(Exception):
    """As many pages are open as are served."""


class News:
    """`read`: each topic with a value that changes when something is new in it; raises CoagentError."""

    def __init__(self, read: Callable[[], Versions], every_s: float = EVERY_S) -> None:
        self._read, self._every_s = read, every_s
        self._pages: set[asyncio.Queue[str]] = set()
        self._poller: asyncio.Task[None] | None = None
        self._seen: Versions = {}

    @asynccontextmanager
    async def page(self) -> AsyncIterator[asyncio.Queue[str]]:
        """The names of topics in which something is new, from now on. Raises TooMany."""
        if len(self._pages) >= MOST_PAGES:
            raise TooMany
        queue: asyncio.Queue[str] = asyncio.Queue(QUEUED)
        self._pages.add(queue)
        if self._poller is None:
            self._poller = asyncio.create_task(self._poll())
        try:
            yield queue
        finally:
            self._pages.discard(queue)
            if not self._pages and self._poller is not None:
                self._poller.cancel()
                self._poller, self._seen = None, {}

    async def _poll(self) -> None:
        """Until cancelled. What the first look finds is not new."""
        while True:
            try:
                self._spread(await asyncio.to_thread(self._read))
            except CoagentError as away:
                log.warning("%s", away)
            await asyncio.sleep(self._every_s)

    def _spread(self, found: Versions) -> None:
        new = [topic for topic, value in found.items() if self._seen and self._seen.get(topic) != value]
        self._seen = found
        for queue in self._pages:
            for topic in new:
                if not queue.full():  # a page that reads nothing misses nothing: it reloads as a whole
                    queue.put_nowait(topic)
