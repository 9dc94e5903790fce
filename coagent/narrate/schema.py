"""The JSON schema of an arrangement. Whatever keeps to it says what has to be said, once, in an order that holds.

What is left to choose: the headline, which of what has to be said comes first, the connectives, how much of each
paragraph and how many paragraphs and steps there are. A server that does not keep to it is caught by the check.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from coagent.narrate.arrangement import LINES, PARAGRAPHS
from coagent.narrate.claim import Claim, Heading
from coagent.narrate.plain import ORDER

Schema = dict[str, Any]


def schema_for(claims: Sequence[Claim]) -> Schema:
    """For these claims, whose ids are all that may stand in it."""
    body = [one for one in claims if one.slot != "next"]
    steps = [one.id for one in claims if one.slot == "next"]
    must = _required(body)
    rest = [one for one in body if one not in must]
    return _object(
        headline={"type": "string", "enum": [one.id for one in body if one.title]},
        paragraphs=_tuple([_lead(must, rest), *_below(rest)][:PARAGRAPHS], at_least=1),
        next={"enum": [steps[: count + 1] for count in range(len(steps))] or [[]]},
    )


def _required(body: Sequence[Claim]) -> list[Claim]:
    """The first claim of each slot; without slots the first that can be a headline."""
    first = {one.slot: one.id for one in reversed(body) if one.slot}
    found = [one for one in body if one.id in first.values()]
    return found or [next(one for one in body if one.title)]


def _lead(must: Sequence[Claim], rest: Sequence[Claim]) -> Schema:
    """All that has to be said, beginning with any of it; then as much as wanted of what has no heading."""
    more = [one for one in rest if not one.heading]
    begun = [[must[place], *must[:place], *must[place + 1 :]] for place in range(len(must))]
    return {"anyOf": [_paragraph("", [*one, *more], at_least=len(must)) for one in begun]}


def _below(rest: Sequence[Claim]) -> Iterable[Schema]:
    for heading in ORDER:
        found = [one for one in rest if one.heading == heading]
        if found:
            yield _paragraph(heading, found, at_least=1)


def _paragraph(heading: Heading, claims: Sequence[Claim], *, at_least: int) -> Schema:
    links = [[""], *(_links(before, after, heading) for before, after in pairwise(claims))]
    lines = [_line(one, link) for one, link in zip(claims, links, strict=True)]
    return _object(heading=_one_of([heading]), lines=_tuple(lines[:LINES], at_least=at_least))


def _line(claim: Claim, links: Sequence[str]) -> Schema:
    return _object(claim=_one_of([claim.id]), link=_one_of(links))


def _links(before: Claim, after: Claim, heading: Heading) -> list[str]:
    """Those that hold between the two, in their order."""
    if heading and after.is_item:
        return [""]
    because = ["because"] if before.id in after.supports else []
    but = ["but"] if {before.polarity, after.polarity} == {"changed", "unchanged"} else []
    return ["", *because, *but, "also"]


def _one_of(values: Sequence[str]) -> Schema:
    return {"type": "string", "enum": list(values)}


def _tuple(items: Sequence[Schema], *, at_least: int) -> Schema:
    """These items in their order, the last ones left out as wanted."""
    return {
        "type": "array", "prefixItems": list(items), "items": False, "minItems": at_least, "maxItems": len(items),
    }  # fmt: skip


def _object(**properties: Any) -> Schema:
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
