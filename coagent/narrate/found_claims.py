"""What was looked up, as claims. They describe and conclude nothing."""

from collections.abc import Iterator, Mapping, Sequence

from coagent.domain.inquiry import COMPARED, Found, InquiryKind
from coagent.domain.insight import Fact
from coagent.domain.opportunity import Opportunity
from coagent.domain.shift import Shift
from coagent.domain.signal import BY_NAME
from coagent.domain.vocabulary import signal_name
from coagent.narrate.claim import Claim, Filling, claim
from coagent.narrate.found_facts import compared_signal
from coagent.narrate.size_claims import before_filling

WHOSE: Mapping[InquiryKind, str] = {
    "by_task": "task",
    "by_tenant": "tenant",
    "by_endpoint": "endpoint",
    "other_models": "model",
    "other_providers": "provider",
}
NAMED = "{signal} of {whose} `{name}`"
NAMELESS = "{signal} of requests without {whose}"
WENT = " went from {before} to {after}"
WAS = " was {after} in the day from {time} on ({count})"
PARTS = ", {mix} by the mix of tasks and tenants and {within} within them,"
COUNTS = " around that time: {n_before} requests before, {n_after} after"
COST = "mean cost of a priced request"
"""What is measured where it is no signal."""
NONE: Mapping[InquiryKind, str] = {
    "deploys": "no deploy of ours was noticed in the day before",
    "past_shifts": "no change with this cause was noticed on this model in the 90 days before",
}


def found_claims(subject: Shift | Opportunity, found: Sequence[Found], facts: Mapping[str, Fact]) -> list[Claim]:
    """Of each row of each answer one, where all that it needs is known."""
    signal = compared_signal(subject)
    return [one for answer in found for one in _claims(answer, signal, facts)]


def _claims(found: Found, signal: str | None, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    if not found.rows and found.kind in NONE:
        yield _around(f"{found.kind}.none", NONE[found.kind], {})
    for place in range(1, len(found.rows) + 1):
        prefix = f"{found.kind} {place}"
        known = {name.removeprefix(f"{prefix} "): one for name, one in facts.items() if name.startswith(f"{prefix} ")}
        if found.kind in COMPARED and signal:
            yield from _compared(found.kind, place, signal, known)
        elif found.kind == "by_hour" and signal:
            yield from _hour(place, signal, known)
        elif found.kind == "decompose" and "measure" in known:
            yield _decomposed(place, known)
        elif found.kind == "deploys" and "id" in known:
            yield _around(f"deploys.{place}", "a deploy of ours was noticed at {time} (shift `{id}`)", known)
        elif found.kind == "past_shifts" and "id" in known:
            yield _past(place, known)


def _compared(kind: InquiryKind, place: int, signal: str, known: Mapping[str, Fact]) -> Iterator[Claim]:
    whose = NAMED if "name" in known else NAMELESS
    if {"before", "after"} <= known.keys():
        template = whose + WENT + (" ({change})" if "change" in known else "") + COUNTS
        yield _around(f"{kind}.{place}", template, _slots(_summary(signal), known, WHOSE[kind]))
    elif {"time", "after"} <= known.keys():
        slots: dict[str, Filling] = {
            **known,
            "signal": _summary(signal),
            "whose": WHOSE[kind],
            "count": known["requests after"],
        }
        yield _around(f"{kind}.{place}", whose + WAS, slots)


def _slots(signal: str, known: Mapping[str, Fact], whose: str = "") -> dict[str, Filling]:
    n_before, n_after = known["requests before"], known["requests after"]
    before = before_filling(known["before"])
    counts = {"n_before": (n_before.value, n_before), "n_after": (n_after.value, n_after)}
    return {"signal": signal, "whose": whose, **known, "before": before, **counts}


def _summary(signal: str) -> str:
    if signal not in BY_NAME:
        return COST
    if BY_NAME[signal].kind == "binary":
        return signal_name(signal)
    return f"{'mean' if signal == 'output_tokens' else 'median'} {signal_name(signal)}"


def _hour(place: int, signal: str, known: Mapping[str, Fact]) -> Iterator[Claim]:
    if "after" in known:
        slots: dict[str, Filling] = {**known, "signal": _summary(signal), "count": known["requests after"]}
        yield _around(f"by_hour.{place}", "{signal} was {after} in the hour from {time} ({count})", slots)


def _decomposed(place: int, known: Mapping[str, Fact]) -> Claim:
    change = " ({change})" if "change" in known else ""
    measure = known["measure"].value
    slots = _slots(f"mean {signal_name(measure)}" if measure in BY_NAME else COST, known)
    return _around(f"decompose.{place}", "{signal}" + WENT + change + PARTS + COUNTS, slots)


def _past(place: int, known: Mapping[str, Fact]) -> Claim:
    template = "a change with this cause began at {time} (shift `{id}`)"
    if "by" in known:
        template += " and was accepted by `{by}`"
    elif "lasted" in known and "status" in known:
        template += ": {status} after {lasted}"
    return _around(f"past_shifts.{place}", template, known)


def _around(name: str, template: str, slots: Mapping[str, Filling]) -> Claim:
    return claim(name, template, slots, heading="Around it", is_item=True)
