"""What to do next: a catalogue by cause, with the names, times, requests and commands to use."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from coagent.domain.number_format import moment
from coagent.domain.quality_change import QualityChange
from coagent.domain.segment import ALL, Segment
from coagent.domain.shift import Cause, CauseKind, DeclaredChange, Direction, Status

_PIN = "If results are worse, request a dated version instead of {model}, or route to your fallback model."
_EVALUATE = "Run your evaluation set."

CATALOGUE: Mapping[CauseKind, tuple[str, ...]] = {
    "declared_version": (
        "Run your evaluation set against the new version.",
        "If it is worse, request {earlier} instead of {model}.",
    ),
    "silent_version": (
        "Ask {provider} which version of {model} serves since {since}{quote_requests}.",
        f"{_EVALUATE} {_PIN}",
    ),
    "quantization_or_stack": (
        "Ask {provider} whether precision, hardware or serving software of {model} changed at {since}{quote_requests}.",
        f"{_EVALUATE} {_PIN}",
    ),
    "capacity": (
        "Check the status page of {provider} at {since}.",
        "While users notice it, route requests of {model} to another region, service tier or your fallback model.",
    ),
    "price": (
        "Compare the price list, your contract and the last invoice with what is billed since {since}.",
        "Ask {provider} which rate applies to {model}{quote_requests}.",
        "If it is agreed, enter it in your price file.",
    ),
    "policy": (
        "Read a few of the answers since {since} at their source{like_request}.",
        "Adapt the prompt, or route those tasks to another model. Ask {provider} which filter changed.",
    ),
    "truncation": (
        "Compare the max_tokens that you send with the lengths of the answers since {since}{like_request}.",
        "Raise the limit or ask for shorter answers.",
    ),
    "deploy": (
        "Compare the application and prompt versions of before and after {since}.",
        "Roll back if this was not meant.",
    ),
    "traffic_mix": ("No action needed.",),
    "unknown": (
        "Compare a few answers of {model} from before and after {since}{like_request}.",
        "Check whether a prompt or client changed at that time.",
    ),
}

BETTER = "No action needed: it got better."
RECOVERED = ("No action needed. Keep the id for the conversation with the provider.",)
ACCEPTED = ("No action needed. New requests are compared with the new baseline.",)

EXPLAIN = "coagent explain {id}"
ACCEPT = "coagent accept {id}"
ACCEPT_WHEN: Mapping[CauseKind, str] = {
    "capacity": "It ends by itself when the speed is back. Accept only what is there to stay.",
    "price": "Accept if the price is agreed.",
    "traffic_mix": "Accept if the new requests are there to stay.",
    "unknown": "Accept if the answers are fine.",
}
ACCEPT_ELSE = "Accept if the results are fine."
ACCEPT_BETTER = "Accept it as the new baseline, so that a relapse is found."
NOT_PROVIDER: frozenset[CauseKind] = frozenset({"deploy", "traffic_mix", "unknown"})
ENDS_BY_ITSELF = "It ends by itself when its parts are as before."


QUALITY_PROVIDER = (
    "Compare with the change at the provider: `coagent explain {shift}`. Where it makes results worse, request a dated "
    "version or route to your fallback model."
)
QUALITY_DEPLOY = "Check whether your own deploy did it: `coagent explain {shift}`. Roll back if this was not meant."
QUALITY_UNEXPLAINED = "Check whether a prompt, a client or what reviewers look for changed about {since}."
QUALITY_REVIEW = (
    "Look at what failed: `coagent review export --format failures --days {days}`.",
    "For a narrower interval have more requests reviewed (`COAGENT_REVIEW__REQUESTS_PER_DAY`).",
    "Accept if this rate is fine: then later days are compared with those from {since} on.",
)


class Place(Protocol):
    """`RowRef`, `Place`."""

    @property
    def time(self) -> datetime: ...
    @property
    def request_id(self) -> str | None: ...


class Subject(Protocol):
    """`Shift`, `ShiftReport`."""

    @property
    def id(self) -> str: ...
    @property
    def status(self) -> Status: ...
    @property
    def direction(self) -> Direction: ...
    @property
    def segment(self) -> Segment: ...
    @property
    def cause(self) -> Cause: ...
    @property
    def onset(self) -> Place: ...
    @property
    def raised(self) -> Place: ...
    @property
    def declared(self) -> list[DeclaredChange]: ...


def next_steps(shift: Subject, quote: Callable[[str], str]) -> list[str]:
    """Sentences in the order to do them; `quote` makes text that came with telemetry harmless."""
    if shift.status != "open":
        return list(RECOVERED if shift.status == "recovered" else ACCEPTED)
    steps = (BETTER,) if shift.direction == "better" else CATALOGUE[shift.cause.kind]
    names = _names(shift, quote)
    return [*(step.format_map(names) for step in steps), _ending(shift)]


def quality_steps(change: QualityChange, harmless: Callable[[str], str]) -> list[str]:
    """Of an open change of a success rate, sentences in the order to do them; `harmless` makes a name fit to quote."""
    if change.change == "better":
        return [BETTER, ACCEPT_BETTER]
    provider = [harmless(one.id) for one in change.shifts if one.cause not in NOT_PROVIDER]
    deploy = [harmless(one.id) for one in change.shifts if one.cause == "deploy"]
    compare = [
        *(QUALITY_PROVIDER.format(shift=one) for one in provider[:1]),
        *(QUALITY_DEPLOY.format(shift=one) for one in deploy[:1]),
    ]
    names = {"since": f"{moment(change.since)[:10]} UTC", "days": (change.found_on - change.since).days + 1}
    return [*(compare or [QUALITY_UNEXPLAINED.format_map(names)]), *(one.format_map(names) for one in QUALITY_REVIEW)]


def explain_command(shift: Subject) -> str:
    return EXPLAIN.format(id=shift.id)


def accept_command(shift: Subject) -> str | None:
    """None for what cannot be accepted: what has ended, and what many streams carry together."""
    return ACCEPT.format(id=shift.id) if shift.status == "open" and shift.segment.tenant != ALL else None


def _ending(shift: Subject) -> str:
    if accept_command(shift) is None:
        return ENDS_BY_ITSELF
    return ACCEPT_BETTER if shift.direction == "better" else ACCEPT_WHEN.get(shift.cause.kind, ACCEPT_ELSE)


def _names(shift: Subject, quote: Callable[[str], str]) -> dict[str, str]:
    first, alarm = shift.onset.request_id, shift.raised.request_id
    pairs = ((first, "first affected"), (alarm if alarm != first else None, "at the alarm"))
    named = [f"{quote(one)} ({what})" for one, what in pairs if one]
    return {
        "provider": quote(shift.segment.provider),
        "model": quote(shift.segment.request_model),
        "earlier": _earlier(shift.declared, quote),
        "since": f"{moment(shift.onset.time)} UTC",
        "quote_requests": f". Quote request{'s' if len(named) > 1 else ''} {' and '.join(named)}" if named else "",
        "like_request": f", such as request {quote(first)}" if first else "",
    }


def _earlier(declared: Iterable[DeclaredChange], quote: Callable[[str], str]) -> str:
    """What served before, where the provider named it; a fingerprint or tier cannot be requested."""
    named = (one.before for one in declared if one.field == "response_model" and one.before)
    return next((quote(one) for one in named), "the earlier version by its dated name")
