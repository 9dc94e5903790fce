"""Where no webhook reaches coagent, trackers are asked what people said: comments and tickets closed by hand."""

import asyncio
import logging
from collections.abc import Sequence

from coagent.deliver.answers import CLOSED_BY_HAND, command, word
from coagent.domain.conversation import Ticket
from coagent.domain.errors import Fatal, Transient
from coagent.domain.notice import Word
from coagent.ports import AnswerSource, Clock, WordStore

log = logging.getLogger(__name__)


class PollStep:
    """A word has the same id by webhook and by poll where the tracker names the comment."""

    def __init__(self, sources: Sequence[AnswerSource], store: WordStore, clock: Clock) -> None:
        self._sources = sources
        self._store = store
        self._clock = clock

    async def run(self) -> int:
        """How many words are new. A tracker that is away is asked again the next time; an issue that cannot be read
        holds up no other.
        """
        return sum([await self._asked(source) for source in self._sources])

    async def _asked(self, source: AnswerSource) -> int:
        new, refused = 0, set[str]()
        for ticket in await asyncio.to_thread(self._store.open_ones, source.channel):
            try:
                words = await self._words(source, ticket)
            except Transient as away:
                log.warning("poll %s: %s", source.channel, away)
                break
            except Fatal as problem:
                refused.add(str(problem))
                continue
            for one in words:
                new += await asyncio.to_thread(self._store.add_word, one)
        for reason in sorted(refused):
            log.warning("poll %s: %s", source.channel, reason)
        return new

    async def _words(self, source: AnswerSource, ticket: Ticket) -> list[Word]:
        answers, closed_by = await source.answers(ticket.ref or "", ticket.begun_at)
        at, via, conversation = self._clock.now(), ticket.channel, ticket.conversation
        found = [(answer, command(answer.text)) for answer in answers]
        said = [
            word(f"comment:{answer.id}", kind[0], conversation, by=answer.by, via=via, at=at, reason=kind[1])
            for answer, kind in found
            if kind
        ]
        if closed_by is not None:
            source_id = f"closed:{ticket.revision}"
            said.append(
                word(source_id, "acknowledge", conversation, by=closed_by, via=via, at=at, reason=CLOSED_BY_HAND)
            )
        return said
