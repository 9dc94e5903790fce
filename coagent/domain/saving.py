"""What an approved change saved on a day."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

Basis = Literal["approved", "seen"]


class CellUsage(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted of one kind of work in some time: `cell` names it, such as task and tenant. `priced` of the
    requests have a known cost, `cost_usd` in all, None where none has. `tokens` in and out, None where unknown.
    """

    cell: tuple[str | None, ...]
    requests: int
    priced: int
    cost_usd: Decimal | None
    tokens: int | None

    def plus(self, other: "CellUsage") -> "CellUsage":
        """Both together. Tokens that are unknown of one are unknown of both: they would not fit the requests."""
        costs = [one.cost_usd for one in (self, other) if one.cost_usd is not None]
        return CellUsage(
            cell=self.cell,
            requests=self.requests + other.requests,
            priced=self.priced + other.priced,
            cost_usd=sum(costs, Decimal(0)) if costs else None,
            tokens=None if self.tokens is None or other.tokens is None else self.tokens + other.tokens,
        )


class Saving(msgspec.Struct, frozen=True, kw_only=True):
    """A day of an opportunity. `requests` are all of its work, `requests_compared` those of known cost now and before.

    `expected_cost_usd` is what these would have cost at the unit costs of before; `realised_usd` is that less their
    cost: the mix of work is held constant. It splits into `tokens_usd` (fewer tokens a request) and `price_usd` (less
    paid a token), None where tokens are unknown. `volume_usd` and `mix_usd` are what more work, and other work, cost
    beside the average day of before. Unknown is None, never 0.
    """

    opportunity_id: str
    day: datetime
    basis: Basis
    since: datetime
    requests: int
    requests_compared: int
    promised_usd: Decimal
    cost_usd: Decimal | None
    expected_cost_usd: Decimal | None
    realised_usd: Decimal | None
    tokens_usd: Decimal | None
    price_usd: Decimal | None
    volume_usd: Decimal | None
    mix_usd: Decimal | None
