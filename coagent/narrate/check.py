"""Judges an arrangement: whether it says all that has to be said, once, in an order that holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from coagent.narrate.arrangement import LINES, PARAGRAPHS, Arrangement, Line
from coagent.narrate.claim import Claim, by_id

Claims = Mapping[str, Claim]
MOST_PROBLEMS = 12


def read(answer: object) -> Arrangement | str:
    """The arrangement, or what is wrong with the form of the answer."""
    try:
        return msgspec.convert(answer, Arrangement)
    except msgspec.ValidationError as wrong:
        return f"the answer does not have the form of the schema: {wrong}"
    except RecursionError:
        return "the answer is nested too deeply"


def problems(arrangement: Arrangement, claims: Sequence[Claim]) -> list[str]:
    """In words for the model; empty where it may be published."""
    known = by_id(claims)
    unknown = list(_unknown(arrangement, known))
    found = unknown or [problem for check in CHECKS.values() for problem in check(arrangement, known)]
    return found[:MOST_PROBLEMS]


def passed(arrangement: Arrangement, claims: Sequence[Claim]) -> list[str]:
    """Names of the checks that find nothing, of an arrangement that names known claims."""
    known = by_id(claims)
    return [name for name, check in CHECKS.items() if not any(check(arrangement, known))]


def lines(arrangement: Arrangement) -> list[Line]:
    return [line for paragraph in arrangement.paragraphs for line in paragraph.lines]


def _unknown(arrangement: Arrangement, claims: Claims) -> Iterator[str]:
    named = [arrangement.headline, *(line.claim for line in lines(arrangement)), *arrangement.next]
    yield from (f"there is no claim {name[:40]!r}" for name in dict.fromkeys(named) if name not in claims)


def _bounds(arrangement: Arrangement, claims: Claims) -> Iterator[str]:
    if not 0 < len(arrangement.paragraphs) <= PARAGRAPHS:
        yield f"write 1 to {PARAGRAPHS} paragraphs"
    if not all(0 < len(paragraph.lines) <= LINES for paragraph in arrangement.paragraphs):
        yield f"write 1 to {LINES} lines in each paragraph"
    if not arrangement.next and any(claim.slot == "next" for claim in claims.values()):
        yield "next is empty: name the next steps"


def _headline(arrangement: Arrangement, claims: Claims) -> Iterator[str]:
    if not claims[arrangement.headline].title:
        yield f"{arrangement.headline} cannot be the headline"


def _slots(arrangement: Arrangement, claims: Claims) -> Iterator[str]:
    """Every slot that some claim fills."""
    chosen = {claims[name].slot for name in (*(line.claim for line in lines(arrangement)), *arrangement.next)}
    for slot in dict.fromkeys(claim.slot for claim in claims.values() if claim.slot):
        if slot not in chosen:
            fitting = ", ".join(claim.id for claim in claims.values() if claim.slot == slot)
            yield f"it is not said {MEANING[slot]}: use one of {fitting[:200]}"


MEANING = {
    "who": "who is affected",
    "since": "since when",
    "size": "how large it is",
    "cause": "what the cause or the change is",
    "held": "what holds it back",
    "next": "what to do next",
}


def _repeated(arrangement: Arrangement, _: Claims) -> Iterator[str]:
    named = [*(line.claim for line in lines(arrangement)), *arrangement.next]
    yield from (f"{name} stands there twice" for name in dict.fromkeys(named) if named.count(name) > 1)


def _steps(arrangement: Arrangement, claims: Claims) -> Iterator[str]:
    """The first steps in their order: a later one may refer to those before it."""
    steps = [name for name, claim in claims.items() if claim.slot == "next"]
    if arrangement.next != steps[: len(arrangement.next)]:
        yield f"next has to be {', '.join(steps)} in this order, or only the first of them"
    for line in lines(arrangement):
        if line.claim in steps:
            yield f"{line.claim} belongs in next, not in a paragraph"


def _headings(arrangement: Arrangement, claims: Claims) -> Iterator[str]:
    """A heading may be left out, but no claim stands under that of another."""
    for paragraph in arrangement.paragraphs:
        for line in paragraph.lines:
            if paragraph.heading and claims[line.claim].heading != paragraph.heading:
                yield f"{line.claim} does not belong under the heading {paragraph.heading!r}"


def _links(arrangement: Arrangement, claims: Claims) -> Iterator[str]:
    for paragraph in arrangement.paragraphs:
        if not paragraph.lines:
            continue
        if paragraph.lines[0].link:
            yield f"the first line of a paragraph has nothing to be joined to: {paragraph.lines[0].claim}"
        for before, line in pairwise(paragraph.lines):
            yield from _joined(claims[before.claim], claims[line.claim], line.link)
            if line.link and paragraph.heading and claims[line.claim].is_item:
                yield f"{line.claim} is an item of a list: it has no connective"


def _joined(before: Claim, after: Claim, link: str) -> Iterator[str]:
    if link == "because" and before.id not in after.supports:
        yield f"{after.id} is no reason for {before.id}: leave out 'because'"
    if link == "but" and {before.polarity, after.polarity} != {"changed", "unchanged"}:
        yield f"'but' joins what changed and what did not: not {before.id} and {after.id}"


CHECKS: Mapping[str, Callable[[Arrangement, Claims], Iterator[str]]] = {
    "form": _bounds,
    "headline": _headline,
    "slots": _slots,
    "once": _repeated,
    "steps": _steps,
    "headings": _headings,
    "connectives": _links,
}
"""By the name that an insight's provenance has."""
