"""Holds what a sentence says of signals, and which way they went, against the facts."""

from collections.abc import Iterator

from coagent.narrate.grounds import BLANK, Grounds, clauses
from coagent.narrate.lexicon import DIRECTIONS
from coagent.narrate.mentions import mentions, signals_meant


def unknown_signals(claim: str, grounds: Grounds) -> Iterator[str]:
    """Signals that no fact is about and no fact speaks of."""
    for mention in mentions(claim):
        said = claim[mention.start : mention.end]
        if grounds.directions.keys().isdisjoint(mention.signals) and said.lower().rstrip("s") not in grounds.backing:
            yield f"no fact speaks of it: {said}"


def wrong_directions(claim: str, grounds: Grounds) -> Iterator[str]:
    """Clauses that let a signal rise where it fell, or move where that is not shown."""
    known = set(grounds.directions)
    for clause in clauses(claim):
        signals = signals_meant(clause, known) or signals_meant(claim, known)
        said = [way for way, pattern in DIRECTIONS.items() if pattern.search(clause.lower())]
        if len(said) == 1 and signals and said[0] not in {grounds.directions[signal] for signal in signals}:
            yield f"the facts do not say that this went {said[0]}: {clause.replace(BLANK, '…').strip()}"
