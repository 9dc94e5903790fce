"""Holds every figure, date and range in a sentence against the facts."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeVar

from coagent.narrate.grounds import BLANK, IDENTIFIER, Grounds, blanked, clauses
from coagent.narrate.mentions import signals_meant, without_mentions
from coagent.narrate.moments import moments, same_moment
from coagent.narrate.quantities import NUMBER_WORDS, VAGUE, Quantity, quantities, same

_FROM_TO = re.compile(r"\s*(?:→|->|to)\s*")
_Kind = TypeVar("_Kind")


def wrong_dates(claim: str, grounds: Grounds) -> Iterator[str]:
    """Dates and times of day that no fact has."""
    for moment in moments(_without_names(claim)):
        if not any(same_moment(moment, known) for known in grounds.moments):
            yield f"no fact has this date or time (all are UTC): {moment.text}"


def wrong_figures(claim: str, grounds: Grounds) -> Iterator[str]:
    """Figures that are none of the signals named in the sentence and none of no signal."""
    allowed = _allowed(claim, grounds)
    for quantity in quantities(_without_dates(claim)):
        if not any(same(quantity, known) for known in allowed):
            yield f"no fact has this figure here: {quantity.text}"


def wrong_words(claim: str, grounds: Grounds) -> Iterator[str]:
    """Figures in words: those of facts may stand, `doubled` and `a third` never."""
    allowed = _allowed(claim, grounds)
    for word in re.findall(r"[a-z]+", _without_dates(claim).lower()):
        value = NUMBER_WORDS.get(word)
        spelled = value is not None and not any(value == abs(known.value) for known in allowed)
        if (spelled or VAGUE.fullmatch(word)) and word not in grounds.words:
            yield f"write the figure of a fact instead of: {word}"


def wrong_ranges(claim: str, grounds: Grounds) -> Iterator[str]:
    """`from A to B` and `A → B` must be one signal's before and after, or an interval, in this order."""
    for clause in clauses(claim):
        known = _of_signals(grounds.ranges, _signals(clause, grounds) or _signals(claim, grounds))
        text = _without_dates(clause)
        for low, high in pairwise(quantities(text)):
            joined = _FROM_TO.fullmatch(text[low.end : high.start])
            if joined and not any(same(low, first) and same(high, second) for first, second in known):
                yield f"no fact goes from one to the other here: {text[low.start : high.end]}"


def _allowed(claim: str, grounds: Grounds) -> list[Quantity]:
    return _of_signals(grounds.quantities, _signals(claim, grounds))


def _signals(text: str, grounds: Grounds) -> set[str]:
    return signals_meant(text, set(grounds.directions))


def _of_signals(known: dict[str | None, list[_Kind]], signals: Iterable[str]) -> list[_Kind]:
    """Of the signals named, or of all where none is; and those of no signal."""
    scopes = {*signals, None} if signals else known.keys()
    return [value for scope in scopes for value in known.get(scope, [])]


def _without_names(text: str) -> str:
    return IDENTIFIER.sub(BLANK, without_mentions(text))


def _without_dates(text: str) -> str:
    text = _without_names(text)
    return blanked(text, moments(text))
