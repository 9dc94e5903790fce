"""Figures as people read them; an unknown one is a dash."""

import math
from datetime import UTC, datetime
from decimal import Decimal

from coagent.domain.money import MoneyRange

UNKNOWN = "-"
THREE_DIGITS_FROM = 100
CENTS_BELOW = 100


def figure(value: float | None, unit: str = "") -> str:
    """Three significant digits and the unit; shares as percent.

    >>> figure(1234.5, "tokens"), figure(0.01234, "s"), figure(0.125, "share"), figure(None, "s")
    ('1,234 tokens', '0.0123 s', '12.5 %', '-')
    """
    if value is None or math.isnan(value):
        return UNKNOWN
    if unit in {"share", "0..1"}:
        return f"{value * 100:.3g} %"
    number = f"{value:,.0f}" if abs(value) >= THREE_DIGITS_FROM else f"{value:.3g}"
    return f"{number} {unit}".rstrip()


def signed(value: float) -> str:
    """Two decimals.

    >>> signed(0.5), signed(math.nan)
    ('+0.50', '-')
    """
    return UNKNOWN if math.isnan(value) else f"{value:+.2f}"


def dollars(amount: Decimal | None) -> str:
    """Cents below 100 USD, more digits below a cent.

    >>> dollars(Decimal("1234.5")), dollars(Decimal("0.00012")), dollars(None)
    ('$1,234', '$0.00012', '-')
    """
    if amount is None:
        return UNKNOWN
    if amount >= CENTS_BELOW:
        return f"${amount:,.0f}"
    return f"${amount:.2f}" if amount >= Decimal("0.01") or not amount else f"${float(amount):.2g}"


def dollar_range(amount: MoneyRange) -> str:
    """The expected amount, then low and high.

    >>> dollar_range(MoneyRange(Decimal(1), Decimal(2), Decimal(300)))
    '$2.00 a month ($1.00 to $300)'
    """
    return f"{dollars(amount.expected)} a month ({dollars(amount.low)} to {dollars(amount.high)})"


def moment(time: datetime) -> str:
    """To the second.

    >>> moment(datetime(2026, 7, 1, 12, tzinfo=UTC))
    '2026-07-01 12:00:00 UTC'
    """
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
