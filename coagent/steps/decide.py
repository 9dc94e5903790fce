"""Acts on people's words about opportunities: approve, reject, snooze. Each is acted on once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from coagent.domain.decision import DecisionKind, OpportunityDecision
from coagent.domain.insight import Insight
from coagent.domain.notice import Word
from coagent.ports import Conversations, Decisions

AT_ONCE = 100
KINDS: dict[str, DecisionKind] = {"approve": "approve", "reject": "reject", "snooze": "snooze"}


class DecideStep:
    """`resume` goes on with what waited for the word; it is called again after a crash, with the same word. A snooze
    without an end lasts `snoozed_for`.
    """

    def __init__(
        self,
        decisions: Decisions,
        conversations: Conversations,
        resume: Callable[[Word], Awaitable[None]],
        snoozed_for: timedelta,
    ) -> None:
        self._decisions = decisions
        self._conversations = conversations
        self._resume = resume
        self._snoozed_for = snoozed_for

    async def run(self) -> int:
        """How many decisions were acted on. Raises Transient where the database is away, or what follows is; a word
        that fails holds up later ones about the same thing alone.
        """
        done, failed = 0, dict[str, Exception]()
        for word in await asyncio.to_thread(self._decisions.undecided, AT_ONCE):
            if word.conversation in failed:
                continue
            try:
                done += await self._decide(word)
            except Exception as trouble:  # noqa: BLE001  raised below, when the others have had their turn
                failed[word.conversation] = trouble
        for problem in failed.values():
            raise problem
        return done

    async def _decide(self, word: Word) -> bool:
        insight = await asyncio.to_thread(self._conversations.insight, word.conversation)
        is_ours = insight is not None and insight.kind == "opportunity"
        if insight is not None and is_ours:
            await asyncio.to_thread(self._decisions.save, self._decision(word, insight))
            await self._resume(word)
        await asyncio.to_thread(self._decisions.mark_decided, word.id)
        return is_ours

    def _decision(self, word: Word, insight: Insight) -> OpportunityDecision:
        """About the figures that people saw: those of the insight."""
        lasts = word.until or word.at + self._snoozed_for
        return OpportunityDecision(
            id=word.id,
            opportunity_id=insight.subject_id,
            kind=KINDS[word.kind],
            by=word.by,
            via=word.via,
            at=word.at,
            until=lasts if word.kind == "snooze" else None,
            reason=word.reason,
            sequence=insight.sequence,
            promised_usd=_expected(insight.subject),
        )


def _expected(subject: dict[str, Any]) -> Decimal:
    return Decimal(str(subject["monthly_savings_usd"]["expected"]))
