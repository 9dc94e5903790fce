"""Many findings in one message: groups as they come, digests by the clock."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from coagent.deliver import notices
from coagent.deliver.policy import Policy, next_digest
from coagent.deliver.routing import Decision
from coagent.deliver.subject import subject_of
from coagent.domain.conversation import Conversation
from coagent.domain.duration import duration
from coagent.domain.insight import Insight, OutboxMessage
from coagent.domain.notice import Notice, Stage, Word
from coagent.ports import Conversations

SHOWN = 50
"""Findings by name in one message; the rest is counted."""

Messages = Callable[[Notice, Sequence[str], datetime], list[OutboxMessage]]
Owed = tuple[Conversation, list[OutboxMessage]]


class Many:
    """One look at the findings that are new now, `at`."""

    def __init__(self, store: Conversations, policy: Policy, messages: Messages, at: datetime) -> None:
        self._store = store
        self._policy = policy
        self._messages = messages
        self._at = at
        self._groups: dict[str, Conversation] = {}

    def opened(self, opening: Sequence[tuple[Insight, Decision]]) -> list[Owed]:
        """Their conversations: alone, in a group, or waiting for the digest."""
        keys = [_key(insight, decision) for insight, decision in opening]
        news = Counter(key for key, (_, decision) in zip(keys, opening, strict=True) if decision.now)
        homes = {key: self._group(key, count) for key, count in news.items()}
        return [
            self._open(insight, decision, key, homes.get(key))
            for key, (insight, decision) in zip(keys, opening, strict=True)
        ]

    def touch(self, group: str) -> None:
        """Its table is shown anew, when it may be."""
        known = self._groups.get(group) or self._store.get(group)
        if known is not None:
            self._groups[group] = self._to_show(known)

    def groups(self) -> list[Owed]:
        """Groups that are new or out of date, to be stored."""
        return [(group, []) for group in self._groups.values()]

    def show(self, group: Conversation) -> Owed:
        """The group's message with its table as of now."""
        shown, total, still = self._store.members(group.id, SHOWN)
        known = replace(group, show_at=None)
        crowd = notices.Crowd(shown=shown, total=total, open=still)
        stage, lines = self._stage(group, crowd)
        return self._shown(replace(known, sequence=total if lines else group.sequence or total), stage, crowd, lines)

    def said(self, group: Conversation, stage: Stage, word: Word) -> Owed:
        """A person's word about a whole group."""
        shown, total, still = self._store.members(group.id, SHOWN)
        return self._shown(group, stage, notices.Crowd(shown=shown, total=total, open=still), [], word)

    def escalated(self, group: Conversation) -> Owed:
        """Nobody acknowledged it."""
        shown, total, still = self._store.members(group.id, SHOWN)
        crowd = notices.Crowd(shown=shown, total=total, open=still)
        return self._shown(group, "escalated", crowd, []) if still else (group, [])

    def digest(self) -> list[Owed]:
        """One message a channel with all that waits."""
        waiting = self._store.waiting()
        channels = list(dict.fromkeys(name for _, known in waiting for name in known.digest_to))
        messages = [message for name in channels for message in self._digest(name, waiting)]
        calm = [replace(known, digest_at=None, notified_at=self._at) for _, known in waiting]
        return [(known, messages if place == 0 else []) for place, known in enumerate(calm)]

    def _digest(self, channel: str, waiting: Sequence[tuple[Insight, Conversation]]) -> list[OutboxMessage]:
        mine = [insight for insight, known in waiting if channel in known.digest_to]
        still = sum(subject_of(one).state == "open" for one in mine)
        crowd = notices.Crowd(shown=mine[:SHOWN], total=len(mine), open=still)
        heading = f"{len(mine):,} finding{'' if len(mine) == 1 else 's'} that page nobody"
        name = f"digest-{self._at:%Y%m%dT%H%M}"
        notice = notices.many(name, "digest", crowd, revision=1, at=self._at, heading=heading)
        return self._messages(notice, [channel], self._at)

    def _group(self, key: str, new: int) -> Conversation | None:
        """Where findings of this key are shown together; None: each alone."""
        since = self._at - duration(self._policy.group.window)
        known = self._store.group_of(key, since)
        if known is None and self._store.opened_since(key, since) + new < self._policy.group.at_least:
            return None
        return known or Conversation(id=_group_id(key, self._at), kind="group", opened_at=self._at, group_key=key)

    def _open(self, insight: Insight, decision: Decision, key: str, home: Conversation | None) -> Owed:
        grouped = home is not None and bool(decision.now)
        escalate = decision.escalate if decision.now and home is None else None
        known = Conversation(
            id=insight.id,
            sequence=insight.sequence,
            edition=insight.edition,
            reported=subject_of(insight),
            channels=decision.now,
            digest_to=decision.digest,
            digest_at=next_digest(self._policy.digest, self._at) if decision.digest else None,
            route=decision.route,
            opened_at=self._at,
            notified_at=self._at,
            escalate_at=self._at + duration(escalate.after) if escalate else None,
            escalate_to=escalate.to if escalate else [],
            group=home.id if home is not None and grouped else None,
            group_key=key,
        )
        if home is not None and grouped:
            self._groups[home.id] = self._to_show(self._joined(self._groups.get(home.id, home), decision))
            return known, []
        if not decision.now:
            return known, []
        stage = "opened" if subject_of(insight).state == "open" else subject_of(insight).state
        notice = notices.finding(insight, "opened" if stage == "open" else stage, revision=1, at=self._at)
        return replace(known, revision=1, stage=notice.stage), self._messages(notice, decision.now, self._at)

    def _joined(self, group: Conversation, decision: Decision) -> Conversation:
        """The group is escalated as one, for all of its findings."""
        joined, escalate = replace(group, channels=decision.now), decision.escalate
        if escalate is None or group.acknowledged:
            return joined
        soonest = min(filter(None, [group.escalate_at, self._at + duration(escalate.after)]))
        return replace(joined, escalate_at=soonest, escalate_to=[*dict.fromkeys([*group.escalate_to, *escalate.to])])

    def _to_show(self, group: Conversation) -> Conversation:
        every = duration(self._policy.group.every)
        soonest = self._at if group.notified_at is None else max(self._at, group.notified_at + every)
        return replace(group, show_at=group.show_at or soonest)

    def _stage(self, group: Conversation, crowd: notices.Crowd) -> tuple[Stage, list[str]]:
        if not group.revision:
            return "opened", []
        if not crowd.open:
            return "recovered", [f"All {crowd.total:,} findings have ended."]
        if crowd.total >= 2 * group.sequence:
            return "updated", [f"{crowd.total:,} findings now, {group.sequence:,} before."]
        return "updated", []

    def _shown(
        self,
        group: Conversation,
        stage: Stage,
        crowd: notices.Crowd,
        lines: Sequence[str],
        word: Word | None = None,
    ) -> Owed:
        """Nothing of a group whose findings are all forgotten."""
        if not crowd.shown:
            return group, []
        revision, heading = group.revision + 1, _heading(crowd)
        notice = notices.many(
            group.id, stage, crowd, revision=revision, at=self._at, heading=heading, news=lines, word=word
        )
        after = replace(group, revision=revision, stage=stage, notified_at=self._at)
        if notice.over:
            after = replace(after, escalate_at=None, acknowledged=False)
        return after, self._messages(notice, group.channels, self._at)


def _heading(crowd: notices.Crowd) -> str:
    """What they have in common: the provider, and the cause where it is one."""
    first = crowd.shown[0]
    causes = {subject_of(one).cause for one in crowd.shown}
    cause = next(iter(causes)) if len(causes) == 1 else None
    what = (cause or first.kind).replace("_", " ").capitalize()
    return f"{what} at {first.segment.provider}: {crowd.total:,} findings"


def _key(insight: Insight, decision: Decision) -> str:
    subject = subject_of(insight)
    return "|".join([insight.segment.provider, insight.kind, subject.cause or "", ",".join(decision.now)])


def _group_id(key: str, at: datetime) -> str:
    return "group-" + hashlib.blake2b(f"{key}|{at.isoformat()}".encode(), digest_size=8).hexdigest()
