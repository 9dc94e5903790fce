"""What the requests of a segment cost, as far as it is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from coagent.domain.rollup import Rollup


@dataclass(frozen=True, slots=True)
class Spent:
    """`usd` over `priced` of all `requests`; `price_version` of the newest minute that names one."""

    usd: Decimal
    priced: int
    requests: int
    price_version: str | None

    @property
    def usd_per_request(self) -> Decimal:
        return self.usd / self.priced

    @property
    def assumption(self) -> str | None:
        """None where every request's cost is known."""
        unpriced = self.requests - self.priced
        return f"{unpriced} of {self.requests} requests have no known cost and save nothing here." if unpriced else None


def spent(rollups: Sequence[Rollup]) -> Spent | None:
    """None where no price is known. `rollups`: ascending by minute."""
    priced = sum(rollup.cost_known for rollup in rollups)
    if not priced:
        return None
    versions = [rollup.price_version for rollup in rollups if rollup.price_version]
    return Spent(
        usd=sum((rollup.cost_usd for rollup in rollups if rollup.cost_usd is not None), Decimal(0)),
        priced=priced,
        requests=sum(rollup.requests for rollup in rollups),
        price_version=versions[-1] if versions else None,
    )
