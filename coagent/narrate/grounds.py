"""Facts, arranged for looking up what a draft says."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Protocol

import msgspec

from coagent.domain.insight import Fact
from coagent.domain.signal import BY_NAME
from coagent.narrate.moments import Moment, moments
from coagent.narrate.quantities import Quantity, quantities
from coagent.narrate.segment_facts import SEGMENT_NAMES

BLANK = "\ue000"
"""Stands where something backed was taken out of a text; cleaned telemetry never holds it."""

IDENTIFIER = re.compile(r"\b(?=[\w./:@-]*[\d_])[A-Za-z][\w./:@-]*\w\b")
"""A word with a digit or underscore in it: `gpt-4o`, `finish_reason`, `p95`."""

_CLAUSE_END = re.compile(r"[;,]\s|\s(?:while|whereas|but|and)\s")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|`[^`]*`|(?<!\w)'[^']*'(?!\w)")
_NAMES = (*SEGMENT_NAMES, "service", "id", "price version", "kind")
_NAME_ENDS = ("request id", "part name")
_CODE = ("details", "accept", "action")
_SENTENCES = (
    *("reason ", "assumption ", "opportunity", "risk", "validation", "next step", "cause", "who"),
    *("not paged", "overall"),
)
_RANGES = (("before", "after"), ("effect low", "effect high"))
_OTHER_RANGES = (("onset row low", "onset row high"), ("savings low", "savings high"), ("cost low", "cost high"))


class Span(Protocol):
    """A place in a text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """`quantities` and `ranges` by signal, None for those of no signal. `names` are telemetry and ids; those that are
    plain words stand in `proper_names` too, in lower case: they may be named, and back nothing else. `backing` is
    what code says, never telemetry, in lower case, and `words` are its words.
    """

    names: list[str]
    proper_names: frozenset[str]
    sentences: list[str]
    quantities: dict[str | None, list[Quantity]]
    ranges: dict[str | None, list[tuple[Quantity, Quantity]]]
    moments: list[Moment]
    directions: dict[str, str]
    backing: str
    words: frozenset[str]


def grounds_of(facts: list[Fact]) -> Grounds:
    """Arranges facts by what may back a figure, a date, a name, a direction or a word."""
    by_name = {fact.name: fact for fact in facts}
    names = [fact.value for fact in facts if _is_name(fact)]
    sentences = [fact.value for fact in facts if _is_sentence(fact)]
    prose = [IDENTIFIER.sub(BLANK, _QUOTED.sub(" ", text)) for text in sentences]
    backing = " ".join([*prose, *(f"{fact.name} {fact.unit}" for fact in facts), _status(by_name)]).lower()
    return Grounds(
        names=names,
        proper_names=frozenset(name.lower() for name in names if name.isalpha()),
        sentences=sentences,
        quantities=_quantities(facts, prose),
        ranges=_ranges(by_name, prose),
        moments=[moment for text in (*prose, *_times(facts)) for moment in moments(text)],
        directions={scope(fact.name) or "": fact.value for fact in facts if fact.name.endswith(" direction")},
        backing=backing,
        words=frozenset(re.findall(r"[^\W\d_][\w'-]*", backing)),
    )


def scope(fact_name: str) -> str | None:
    """The signal that a fact is about."""
    signal, _, aspect = fact_name.partition(" ")
    return signal if aspect and signal in BY_NAME else None


def blanked(text: str, spans: Iterable[Span]) -> str:
    """The text with those places taken out."""
    for span in sorted(spans, key=lambda span: span.start, reverse=True):
        text = f"{text[: span.start]}{BLANK}{text[span.end :]}"
    return text


def clauses(sentence: str) -> list[str]:
    return _CLAUSE_END.split(sentence)


def _is_name(fact: Fact) -> bool:
    return fact.name in (*_NAMES, *_CODE) or fact.name.endswith(_NAME_ENDS) or fact.name.startswith("carrier ")


def _is_sentence(fact: Fact) -> bool:
    return fact.name.startswith(_SENTENCES)


def _times(facts: list[Fact]) -> list[str]:
    return [f"{fact.value}Z" for fact in facts if fact.unit == "UTC"]


def _status(by_name: dict[str, Fact]) -> str:
    return by_name["status"].value if "status" in by_name else ""


def _quantities(facts: list[Fact], prose: list[str]) -> dict[str | None, list[Quantity]]:
    found: dict[str | None, list[Quantity]] = {None: [quantity for text in prose for quantity in quantities(text)]}
    for fact in facts:
        figure = not _is_name(fact) and not _is_sentence(fact) and fact.unit != "UTC"
        if figure and (quantity := _quantity(fact)) is not None:
            found.setdefault(scope(fact.name), []).append(quantity)
    return found


def _quantity(fact: Fact) -> Quantity | None:
    return next(iter(quantities(f"{fact.value} {fact.unit}")), None)


def _ranges(by_name: dict[str, Fact], prose: list[str]) -> dict[str | None, list[tuple[Quantity, Quantity]]]:
    found: dict[str | None, list[tuple[Quantity, Quantity]]] = {
        None: [pair for text in prose for pair in pairwise(quantities(text))]
    }
    for signal in {scope(name) for name in by_name} - {None}:
        found[signal] = [
            pair for low, high in _RANGES if (pair := _pair(by_name, f"{signal} {low}", f"{signal} {high}"))
        ]
    parts = [(f"{name} low", f"{name} high") for name in by_name if name.endswith("part effect")]
    found[None] += [pair for low, high in (*_OTHER_RANGES, *parts) if (pair := _pair(by_name, low, high))]
    return found


def _pair(by_name: dict[str, Fact], first: str, second: str) -> tuple[Quantity, Quantity] | None:
    low, high = (_quantity(by_name[name]) if name in by_name else None for name in (first, second))
    return (low, high) if low and high else None
