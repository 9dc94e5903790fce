"""Room 4: what accounts used, day by day, becomes opportunities."""

from coagent.advise.advisors import opportunities
from coagent.advise.self_hosting import Gpu
from coagent.advise.usage_of import usage_of

__all__ = ["Gpu", "opportunities", "usage_of"]
