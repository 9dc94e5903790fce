"""What can be said about a change of a stream's success rate."""

from collections.abc import Iterator, Mapping

from coagent.domain.insight import Fact
from coagent.domain.quality_change import QualityChange, Way
from coagent.domain.shift_words import held_words
from coagent.narrate.claim import Claim, Filling, Heading, claim
from coagent.narrate.render import TITLE_CHARS
from coagent.narrate.segment_facts import affected_parts, service
from coagent.narrate.step_claims import step_claims

MOVED: Mapping[Way, str] = {"worse": "fell", "better": "rose"}
HAD_MOVED: Mapping[Way, str] = {"worse": "fallen", "better": "risen"}
OVER: Mapping[Way, str] = {"worse": "Recovered", "better": "No longer better"}
CHANGED = "by people's labels the success rate of `{service}` {moved} from {before} to {after}"
FOUND = "it changed about {since}, found on the labels up to {found}"
ENDED = "by people's labels the success rate of `{service}` is {now}; it had {moved} from {before} to {after}"
ACCEPTED = "`{by}` accepted it: later days are compared with those from {since} on"
RATES: Mapping[str, str] = {
    "before": "before: {rate} ({level} interval {interval}), {labels} of {days}",
    "after": "then: {rate} ({interval}), {labels} of {days}",
    "now": "now: {rate} ({interval}), {labels} of {days}",
}
RESTS = (
    "the last days' labels are from {reviewers}; of streams whose rate never changes, at most {chance} are ever called "
    "changed"
)
SHIFT = "shift `{shift}` of this stream was open then, since {since}: {cause} ({direction})"
PAGED = "; it paged, and is open still"
NO_SHIFT = "no shift of this stream was open then"


def quality_claims(change: QualityChange, facts: Mapping[str, Fact]) -> list[Claim]:
    """From which rate to which, since when, what that rests on, what else changed, and what to do."""
    found = [_state(change, facts), *_since(change, facts), *_rates(change, facts), *_held(change), *_rests(facts)]
    return [*found, *_shifts(change, facts), *_who(facts), *step_claims(facts)]


def _state(change: QualityChange, facts: Mapping[str, Fact]) -> Claim:
    titles = (_title(change, facts, of) for of in (f" of {service(facts, quote=False)}", ""))
    title = next(one for one in titles if len(one) <= TITLE_CHARS)
    is_over = "now" in facts
    moved = (HAD_MOVED if is_over else MOVED)[change.change]
    return claim("state", ENDED if is_over else CHANGED, {**facts, "moved": moved}, slot="size", title=title)


def _title(change: QualityChange, facts: Mapping[str, Fact], of: str) -> str:
    if "now" in facts:
        return f"{OVER[change.change]}: success rate{of} is {facts['now'].value}"
    size = f"uccess rate{of} {MOVED[change.change]} from {facts['before'].value} to {facts['after'].value}"
    return f"Accepted: s{size}" if change.status == "accepted" else f"S{size}"


def _since(change: QualityChange, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    times: dict[str, Filling] = {"since": facts["onset time"], "found": facts["found on"]}
    yield claim("since", FOUND, times, heading="When", slot="since")
    if change.status == "accepted":
        yield claim("accepted", ACCEPTED, {**times, "by": facts.get("accepted by")}, heading="When")


def _rates(change: QualityChange, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    heading: Heading = "What had changed" if change.status == "recovered" else "What changed"
    for what, template in RATES.items():
        if what in facts:
            parts: dict[str, Filling] = {one: facts[f"{what} {one}"] for one in ("interval", "labels", "days")}
            parts |= {"rate": facts[what], "level": facts["interval level"]}
            yield claim(what, template, parts, heading=heading, is_item=True)


def _held(change: QualityChange) -> Iterator[Claim]:
    if change.status == "open" and not change.page:
        yield claim("held", f"not paged: {held_words(change.held_because, change.change)}", {}, slot="held")


def _rests(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    yield claim("rests", RESTS, facts, heading="Evidence")


def _shifts(change: QualityChange, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    if not change.shifts:
        yield claim("shifts", NO_SHIFT, {}, heading="Around it")
    for place, shift in enumerate(change.shifts, 1):
        what = f"shift {place}"
        parts: dict[str, Filling] = {one: facts[f"{what} {one}"] for one in ("cause", "direction", "since")}
        template = SHIFT + (PAGED if shift.paged else "")
        yield claim(f"shift.{place}", template, {"shift": facts[what], **parts}, heading="Around it", is_item=True)


def _who(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    where, named = affected_parts(facts)
    who = ", ".join(filter(None, ["`{service}`", where]))
    yield claim(
        "who", f"it affects {who}", {"service": facts["service"], **named}, heading="Who is affected", slot="who"
    )
