"""Decides who is notified of what: insights, groups, digests and people's words become messages in the outbox."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from coagent.deliver import notices
from coagent.deliver.news import news, stage_of
from coagent.deliver.policy import Policy, next_digest
from coagent.deliver.routing import Decision, decide, due
from coagent.deliver.subject import severity_of, subject_of
from coagent.domain.command import Accept
from coagent.domain.conversation import Conversation, Subject
from coagent.domain.duration import duration
from coagent.domain.insight import Insight, OutboxMessage
from coagent.domain.notice import DECIDED, Notice, Stage, Word, WordKind
from coagent.domain.shift import Shift
from coagent.ports import Clock, CommandSayer, Conversations
from coagent.steps.route_many import Many, Owed

AT_ONCE = 500
HOUR = duration("1h")
log = logging.getLogger(__name__)
STAGES: dict[WordKind, Stage] = {
    "acknowledge": "acknowledged",
    "snooze": "snoozed",
    "approve": "approved",
    "reject": "rejected",
}


class RouteStep:
    """`configured` names the channels that exist, `shift` finds one by its id. Every decision is stored with its
    messages in one transaction: after a crash it is taken again or stands.
    """

    def __init__(
        self,
        *,
        store: Conversations,
        policy: Policy,
        configured: Sequence[str],
        commands: CommandSayer,
        shift: Callable[[str], Shift | None],
        clock: Clock,
    ) -> None:
        self._store = store
        self._policy = policy
        self._configured = list(configured)
        self._commands = commands
        self._shift = shift
        self._clock = clock

    async def run(self) -> int:
        """How many messages were owed. Raises Transient where the database or Kafka is away."""
        return await asyncio.to_thread(self._run)

    def _run(self) -> int:
        at = self._clock.now()
        owed = [self._word(word, at) for word in self._store.words(AT_ONCE)]
        many = Many(self._store, self._policy, self._messages, at)
        owed.append(self._save(self._news(many, at)))
        owed += [self._save(self._timer(one, many, at)) for one in self._store.due(at, AT_ONCE)]
        return sum(owed)

    def _save(self, owed: Sequence[Owed], words: Sequence[str] = ()) -> int:
        messages = [message for _, each in owed for message in each]
        if owed or words:
            self._store.save([conversation for conversation, _ in owed], messages, words)
        return len(messages)

    def _news(self, many: Many, at: datetime) -> list[Owed]:
        owed: list[Owed] = []
        opening: list[tuple[Insight, Decision]] = []
        for insight, known in self._store.unrouted(AT_ONCE):
            if known is None:
                opening.append((insight, self._decided(insight)))
            else:
                owed.append(self._changed(insight, known, many, at))
        return [*owed, *many.opened(self._limited(opening, at)), *many.groups()]

    def _decided(self, insight: Insight) -> Decision:
        return decide(self._policy, insight, subject_of(insight), self._configured)

    def _limited(self, opening: Sequence[tuple[Insight, Decision]], at: datetime) -> list[tuple[Insight, Decision]]:
        """A channel that has had its messages of the hour gets the rest in the digest, but what pages."""
        left = {name: most - self._store.owed_since(name, at - HOUR) for name, most in self._policy.limits.items()}
        decided = []
        for insight, decision in opening:
            full = [name for name in decision.now if left.get(name, 1) <= 0]
            if severity_of(subject_of(insight)) == "page":
                full = []
            now = [name for name in decision.now if name not in full]
            left.update({name: left[name] - 1 for name in now if name in left})
            decided.append((insight, replace(decision, now=now, digest=[*decision.digest, *full])))
        return decided

    def _changed(self, insight: Insight, known: Conversation, many: Many, at: datetime) -> Owed:
        reported, now = known.reported, subject_of(insight)
        seen = replace(known, sequence=insight.sequence, edition=insight.edition)
        if known.sequence == insight.sequence:
            return self._rewritten(insight, seen, at)
        stage = None if reported is None else _stage(known, reported, now)
        if reported is None or stage is None:
            return seen, []
        begins_to_page = now.page and not reported.page
        if stage == "updated" and _is_quiet(known, at) and not begins_to_page:
            return seen, []
        if known.group is not None:
            many.touch(known.group)
            return replace(seen, reported=now, stage=stage), []
        if begins_to_page:
            seen = self._widened(insight, seen)
        word = self._store.accepted_by(insight.subject_id) if stage == "accepted" else None
        return self._notify(
            insight, seen, stage, at, lines=news(reported, now) if stage != "accepted" else (), word=word
        )

    def _rewritten(self, insight: Insight, known: Conversation, at: datetime) -> Owed:
        """Other words for the same: shown in place where it is shown by itself, and nobody is notified."""
        is_shown = known.reported is not None and known.group is None and known.channels
        if insight.provenance.model is None or not is_shown or known.stage in DECIDED:
            return known, []
        notice = notices.finding(insight, "updated", revision=known.revision + 1, at=at)
        return replace(known, revision=notice.revision), self._messages(notice, known.channels, at)

    def _widened(self, insight: Insight, known: Conversation) -> Conversation:
        """What pages now may have other channels than what did not."""
        channels = dict.fromkeys([*known.channels, *self._decided(insight).now])
        return replace(known, channels=list(channels), quiet_until=None)

    def _notify(
        self,
        insight: Insight,
        known: Conversation,
        stage: Stage,
        at: datetime,
        *,
        lines: Sequence[str] = (),
        word: Word | None = None,
    ) -> Owed:
        """The notice in every channel of the conversation, or anew in the digest."""
        notice = notices.finding(insight, stage, revision=known.revision + 1, at=at, news=lines, word=word)
        after = replace(known, revision=notice.revision, stage=stage, reported=subject_of(insight), notified_at=at)
        if notice.over:
            after = replace(after, quiet_until=None, escalate_at=None, acknowledged=False)
        if known.digest_to and word is None:
            after = replace(after, digest_at=next_digest(self._policy.digest, at))
        return after, self._messages(notice, known.channels, at)

    def _messages(self, notice: Notice, channels: Sequence[str], at: datetime) -> list[OutboxMessage]:
        quiet = self._policy.quiet_hours
        return [notices.message(notice, name, due(quiet, name, notice.severity, at)) for name in channels]

    def _word(self, word: Word, at: datetime) -> int:
        """A word becomes a command or a new state of its conversation, and is shown in every channel."""
        known, insight = self._store.get(word.conversation), self._store.insight(word.conversation)
        if word.kind == "accept" and insight is not None:
            self._accept(word, insight)
        has_ended = known is not None and known.reported is not None and known.reported.state != "open"
        if known is None or word.kind == "accept" or has_ended or not _fits(word, insight):
            return self._save([], [word.id])
        word = self._with_end(word)
        answered = replace(known, acknowledged=True, escalate_at=None, quiet_until=word.until)
        if insight is not None:
            return self._save([self._notify(insight, answered, STAGES[word.kind], at, word=word)], [word.id])
        many = Many(self._store, self._policy, self._messages, at)
        return self._save([many.said(answered, STAGES[word.kind], word)], [word.id])

    def _with_end(self, word: Word) -> Word:
        length = {"snooze": self._policy.snoozed_for, "acknowledge": self._policy.acknowledged_for}.get(word.kind)
        return word if length is None or word.until else replace(word, until=word.at + duration(length))

    def _accept(self, word: Word, insight: Insight) -> None:
        """The same command as `coagent accept` sends; its id is the word's, so that it happens once. The review's own
        step acts on a word about a success rate.
        """
        if insight.kind == "quality":
            return
        shift = self._shift(insight.subject_id) if insight.kind == "shift" else None
        if shift is None or shift.status != "open" or subject_of(insight).shared:
            log.warning(
                "accept of %s by %r is left out: only an open change of one stream takes it", insight.id, word.by
            )
            return
        row = shift.updated.ordinal
        command = Accept(
            id=word.id, at=word.at, by=word.by, reason=word.reason, segment=shift.segment, shift=shift.id, row=row
        )
        self._commands.say(command)

    def _timer(self, known: Conversation, many: Many, at: datetime) -> list[Owed]:
        if known.digest_at and known.digest_at <= at:
            return many.digest()
        if known.show_at and known.show_at <= at:
            return [many.show(known)]
        insight = self._store.insight(known.id)
        if known.escalate_at and known.escalate_at <= at:
            channels = list(dict.fromkeys([*known.channels, *known.escalate_to]))
            calm = replace(known, escalate_at=None, channels=channels)
            return [many.escalated(calm) if insight is None else self._notify(insight, calm, "escalated", at)]
        return [self._reminded(replace(known, quiet_until=None, acknowledged=False), insight, at)]

    def _reminded(self, known: Conversation, insight: Insight | None, at: datetime) -> Owed:
        """A snooze or an acknowledgement that ran out while the finding is still open."""
        if insight is None or known.reported is None or subject_of(insight).state != "open":
            return known, []
        return self._notify(insight, known, "reminded", at, lines=news(known.reported, subject_of(insight)))


def _stage(known: Conversation, reported: Subject, now: Subject) -> Stage | None:
    """What was approved is decided whatever its figures become; what was rejected comes back where they changed."""
    stage = stage_of(reported, now)
    if known.stage not in DECIDED or stage != "updated":
        return stage
    return "reopened" if known.stage == "rejected" else None


def _fits(word: Word, insight: Insight | None) -> bool:
    """Approving is for opportunities: said about anything else, nothing follows from it, and nothing claims so."""
    is_fit = word.kind not in ("approve", "reject") or (insight is not None and insight.kind == "opportunity")
    if not is_fit:
        log.warning(
            "%s of %s by %s is left out: only an opportunity waits for it", word.kind, word.conversation, word.by
        )
    return is_fit


def _is_quiet(known: Conversation, at: datetime) -> bool:
    return known.quiet_until is not None and known.quiet_until > at
