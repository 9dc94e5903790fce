"""Money is Decimal US dollars; an unknown amount is None."""

from decimal import ROUND_HALF_EVEN, Decimal

import msgspec

NANO = Decimal("0.000000001")


def usd(amount: float | Decimal | None) -> Decimal | None:
    """An amount in US dollars to the nano-dollar.

    >>> usd(0.1 + 0.2)
    Decimal('0.300000000')
    """
    return (
        None
        if amount is None
        else Decimal(repr(amount) if isinstance(amount, float) else amount).quantize(NANO, ROUND_HALF_EVEN)
    )


class MoneyRange(msgspec.Struct, frozen=True):
    """US dollars: a low, an expected and a high estimate."""

    low: Decimal
    expected: Decimal
    high: Decimal
