"""What can be said about a shift."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from coagent.domain.insight import Fact
from coagent.domain.shift import CostChange, Part, Shift
from coagent.narrate.claim import Claim, Filling, Heading, claim
from coagent.narrate.render import TITLE_CHARS
from coagent.narrate.segment_facts import affected_parts, service
from coagent.narrate.shift_reach_facts import PARTS, part_slots
from coagent.narrate.size_claims import size_claims
from coagent.narrate.step_claims import step_claims

AGAINST = "evidence against: "
"""How a reason begins that speaks against the cause."""
ENDED: Mapping[str, str] = {
    "recovered": "the change ended after {lasted}: what changed is as before again",
    "accepted": "the change is accepted as the new baseline, {lasted} after it began",
}


def shift_claims(shift: Shift, facts: Mapping[str, Fact]) -> list[Claim]:
    """Status, sizes, cause with its reasons, times, who is affected, cost, next steps."""
    return [
        *_status(shift, facts),
        *(_titled(one, shift, facts) for one in size_claims(shift, facts)),
        *_judgement(shift, facts),
        *_reasons(facts),
        *_times(facts),
        *_who(shift, facts),
        *_cost(shift, facts),
        *step_claims(facts),
    ]


def _titled(size: Claim, shift: Shift, facts: Mapping[str, Fact]) -> Claim:
    """With who and the cause around its size, as much of that as a title holds."""
    if not size.title:
        return size
    lead = f"{_whose(shift, facts)}{size.title}"
    titles = [f"{lead}. {facts['cause title'].value}", lead]
    return replace(size, title=next((one for one in titles if len(one) <= TITLE_CHARS), _cause_title(shift, facts)))


def _cause_title(shift: Shift, facts: Mapping[str, Fact]) -> str:
    title = facts["cause title"].value
    long = f"{_whose(shift, facts)}{title}"
    return long if len(long) <= TITLE_CHARS else title


def _whose(shift: Shift, facts: Mapping[str, Fact]) -> str:
    ended = "" if shift.status == "open" else f"{shift.status.title()} after {facts['lasted'].value}: "
    return f"{ended}{service(facts, quote=False)}: "


def _status(shift: Shift, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    if shift.status in ENDED:
        yield claim("status", ENDED[shift.status], {"lasted": facts["lasted"]}, slot="held")


def _judgement(shift: Shift, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    """How sure the cause is stands in the same claim; so does why nobody was paged."""
    leads = "cause unknown: " if shift.cause.family == "unknown" else "most likely "
    cause = leads + "{cause} (confidence {confidence})"
    slots = {"cause": facts["cause"], "confidence": facts["confidence"]}
    yield claim("cause", cause, slots, slot="cause", title=_cause_title(shift, facts))
    yield claim("overall", "overall: {overall}", {"overall": facts["overall"]})
    if "not paged" in facts and shift.status == "open":
        yield claim("held", "not paged: {why}", {"why": facts["not paged"]}, slot="held")
    elif not shift.page and shift.status == "open":
        yield claim("held", "not paged", {}, slot="held")


def _reasons(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    for name, fact in facts.items():
        if name.startswith("reason "):
            backs = [] if fact.value.startswith(AGAINST) else ["cause"]
            number = name.removeprefix("reason ")
            yield claim(f"reason.{number}", "{reason}", {"reason": fact}, heading="Why", is_item=True, supports=backs)


def _times(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    onset = {"time": facts["onset time"], "request": facts.get("onset request id"), **_rows(facts)}
    at = "the change began at {time}" + (" with request `{request}`" if onset["request"] else "")
    row = ", row {row} of its stream (between {low} and {high})"
    yield claim("since", at + row, onset, heading="When", slot="since")
    raised = {
        "count": facts["requests until raised"],
        "time": facts["raised time"],
        "request": facts.get("raised request id"),
    }
    template = "it was noticed after {count}, at {time}" + (" with request `{request}`" if raised["request"] else "")
    yield claim("noticed", template, raised, heading="When")


def _rows(facts: Mapping[str, Fact]) -> dict[str, Filling]:
    return {"row": facts["onset row"], "low": facts["onset row low"], "high": facts["onset row high"]}


def _who(shift: Shift, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    where, slots = affected_parts(facts)
    seen: dict[str, Filling] = {"count": facts["requests since onset"], "service": facts["service"], **slots}
    whom = "`{service}`" + (f", {where}" if where else "")
    template = f"the change affects {whom}: {{count}} since the onset"
    yield claim("who", template, seen, heading="Who is affected", slot="who")
    for place, part in enumerate(shift.parts[:PARTS], 1):
        if part.carries is not None:
            yield _part(place, part, facts)


def _part(place: int, part: Part, facts: Mapping[str, Fact]) -> Claim:
    what = "changed" if part.carries else "did not change"
    template, slots = part_slots(place, part, facts)
    heading: Heading = "Who is affected"
    polarity = "changed" if part.carries else "unchanged"
    return claim(f"part.{place}", template, {**slots, "what": what}, heading=heading, is_item=True, polarity=polarity)


def _cost(shift: Shift, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    """The same figures as `cost_words` has."""
    cost = shift.cost
    if cost is None:
        return
    if "cost a day" not in facts:
        yield claim("cost", "its cost is unknown: no price is known for these requests", {}, heading="Cost")
        return
    template = _amount(cost) + ", at {requests} requests a day"
    priced = "; {priced} of them priced" if cost.priced_share < 1 else ""
    yield claim("cost", template + priced, _cost_slots(cost, facts), heading="Cost")


def _amount(cost: CostChange) -> str:
    if cost.low is None or cost.high is None:
        return "it costs about {usd} a day {way}"
    if cost.low < 0 < cost.high:
        return "it makes no clear change of cost ({low} less to {high} more a day)"
    return "it costs about {usd} a day {way} ({low} to {high})"


def _cost_slots(cost: CostChange, facts: Mapping[str, Fact]) -> dict[str, Filling]:
    amounts = {"usd": "cost a day", "low": "cost low", "high": "cost high"}
    known = {slot: facts[name] for slot, name in amounts.items() if name in facts}
    return {
        **{slot: (f"${fact.value}", fact) for slot, fact in known.items()},
        "way": "less" if (cost.usd_per_day or 0) < 0 else "more",
        "requests": (facts["requests a day"].value, facts["requests a day"]),
        "priced": facts["priced share"],
    }
