"""Realised savings of a day with the mix held constant, and what else changed its cost.

Of cell k (a kind of work, such as a task of a tenant): n requests of known cost, c their cost a request, t tokens a
request, p = c / t; 0 is the average day before the change, 1 the day itself:

    realised   = sum n1 (c0 - c1)
    tokens     = sum n1 (t0 - t1) (p0 + p1) / 2
    price      = sum n1 (p0 - p1) (t0 + t1) / 2        tokens + price = realised
    volume     = (N1 - N0) C0 / N0                     N, C: sums over cells
    mix        = sum n1 c0 - N1 C0 / N0
    C1 - C0    = volume + mix - realised

Source: Oaxaca 1973, Blinder 1973, Kitagawa 1955, in the symmetric form of two factors.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from coagent.domain.money import usd
from coagent.domain.saving import CellUsage

ZERO = Decimal(0)


class Split(NamedTuple):
    """US dollars; None where unknown."""

    compared: int
    cost_usd: Decimal | None
    expected_cost_usd: Decimal | None
    realised_usd: Decimal | None
    tokens_usd: Decimal | None
    price_usd: Decimal | None
    volume_usd: Decimal | None
    mix_usd: Decimal | None


NOTHING = Split(0, None, None, None, None, None, None, None)


class _Pair(NamedTuple):
    """A cell before and on the day: requests and cost a request."""

    before: CellUsage
    now: CellUsage

    @property
    def unit(self) -> tuple[Decimal, Decimal]:
        return _unit(self.before), _unit(self.now)

    @property
    def tokens(self) -> tuple[Decimal, Decimal] | None:
        """A request, before and now; None where unknown."""
        found = [Decimal(one.tokens) / one.requests for one in self if one.tokens and one.requests]
        return (found[0], found[1]) if len(found) == 2 else None  # noqa: PLR2004


def split(before: Mapping[tuple[str | None, ...], CellUsage], days: int, now: Sequence[CellUsage]) -> Split:
    """`before`: sums of so many days before the change by cell. Cells without a known cost then or now are left out."""
    pairs = [_Pair(before[one.cell], one) for one in now if one.priced and _is_priced(before.get(one.cell))]
    if not pairs or not days:
        return NOTHING
    cost = sum((_cost(pair.now) for pair in pairs), ZERO)
    expected = sum((pair.now.priced * pair.unit[0] for pair in pairs), ZERO)
    requests, requests_before = sum(pair.now.priced for pair in pairs), sum(one.priced for one in before.values())
    average = sum((_cost(one) for one in before.values()), ZERO) / requests_before
    tokens, price = _factors(pairs)
    return Split(
        requests,
        usd(cost),
        usd(expected),
        usd(expected - cost),
        usd(tokens),
        usd(price),
        usd((requests - Decimal(requests_before) / days) * average),
        usd(expected - requests * average),
    )


def _factors(pairs: Sequence[_Pair]) -> tuple[Decimal | None, Decimal | None]:
    tokens, price = ZERO, ZERO
    for pair in pairs:
        if pair.tokens is None:
            return None, None
        (t0, t1), (c0, c1) = pair.tokens, pair.unit
        p0, p1 = c0 / t0, c1 / t1
        tokens += pair.now.priced * (t0 - t1) * (p0 + p1) / 2
        price += pair.now.priced * (p0 - p1) * (t0 + t1) / 2
    return tokens, price


def _is_priced(one: CellUsage | None) -> bool:
    return one is not None and one.priced > 0 and one.cost_usd is not None


def _unit(one: CellUsage) -> Decimal:
    return _cost(one) / one.priced


def _cost(one: CellUsage) -> Decimal:
    return one.cost_usd or ZERO
