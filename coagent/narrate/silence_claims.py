"""What can be said about a segment that stopped, and about coagent's own lag."""

from collections.abc import Iterator, Mapping

from coagent.domain.insight import Fact
from coagent.domain.silence import Silence
from coagent.narrate.claim import Claim, Filling, claim
from coagent.narrate.segment_facts import affected_parts, service
from coagent.narrate.step_claims import step_claims

STOPPED = "`{service}` has had no requests since {last}"
BACK = "`{service}` has requests again after {length}: silent since {last}, back at {returned}"
BEHIND = "at {noticed} `{stage}` had {waiting} unread, some of them for more than {waited}"
STUCK = "`{stage}` has made no progress since {last}, noticed at {noticed}: it has ended, hangs, or waits for a server"
AT_WORK = "`{stage}` made no progress from {last} on, noticed at {noticed}, and was back by {returned}"
LATE = "counts and alarms are late by that much, and no segment is called silent until it has caught up"
CAUGHT_UP = "the backlog of `{stage}`, noticed at {noticed}, was read by {returned}"


def silence_claims(silence: Silence, facts: Mapping[str, Fact]) -> list[Claim]:
    """What stopped or lags, since when, and what to do."""
    found = _lag(silence, facts) if silence.about == "coagent" else _stopped(silence, facts)
    return [*found, *step_claims(facts)]


def _stopped(silence: Silence, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    slots: dict[str, Filling] = {"service": facts["service"], "last": facts["last time"]}
    what = service(facts, quote=False)
    if silence.returned is None:
        yield claim("silent", STOPPED, slots, slot="since", title=f"Silent: no requests of {what}")
    else:
        slots |= {"length": facts["length"], "returned": facts["returned time"]}
        yield claim("silent", BACK, slots, slot="since", title=f"Back: {what} has requests again")
    gap = {"longest": facts["longest pause"], "pauses": facts["pauses"]}
    yield claim("gap", "longest earlier gap: {longest} ({pauses} gaps seen)", gap, slot="size")
    if silence.returned is None:
        yield claim("held", "not paged: a silence never pages", {}, slot="held")
    where, named = affected_parts(facts)
    if where:
        yield claim("who", f"the silence affects {where}", named, heading="Who is affected", slot="who")


def _lag(silence: Silence, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    stage, over = facts["stage"], silence.returned is not None
    slots: dict[str, Filling] = {"stage": stage, "noticed": facts["noticed time"]}
    if over:
        slots |= {"returned": facts["returned time"]}
    if "waiting" in facts:
        slots |= {} if over else {"waiting": facts["waiting"], "waited": facts["waited"]}
        title = f"coagent is behind: {stage.value} has {facts['waiting'].value} unread messages"
        back = f"coagent has caught up: {stage.value}"
        yield claim("behind", CAUGHT_UP if over else BEHIND, slots, slot="since", title=back if over else title)
    else:
        slots["last"] = facts["last time"]
        title, back = f"coagent has stopped: {stage.value} makes no progress", f"coagent is back: {stage.value}"
        yield claim("behind", AT_WORK if over else STUCK, slots, slot="since", title=back if over else title)
    if not over:
        yield claim("late", LATE, {}, slot="size")
