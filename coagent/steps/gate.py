"""Holds back what could worsen an error budget that burns, until it recovers."""

from coagent.ports import Decisions, SloStore
from coagent.slo.gate import holds


class GateStep:
    def __init__(self, slos: SloStore, decisions: Decisions) -> None:
        self._slos = slos
        self._decisions = decisions

    def run(self) -> int:
        """How many opportunities are held. Blocks; raises Transient where the database is away."""
        found = holds(self._slos.open_burns().values(), self._decisions.known())
        self._decisions.save_holds(found)
        return len(found)
