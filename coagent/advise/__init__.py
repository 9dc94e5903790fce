"""Room 4: rollups become opportunities."""

from coagent.advise.advisors import opportunities

__all__ = ["opportunities"]
