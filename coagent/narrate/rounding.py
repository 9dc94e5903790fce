"""Numbers as they may be written: one rounding for facts, text and picture."""

import math
from datetime import UTC, datetime
from decimal import Decimal

SIGNIFICANT = 3
SMALLEST_P = 0.001


def number(value: float | None) -> str | None:
    """Three significant digits, thousands with commas, no exponent; None where unknown or not finite.

    >>> number(1234.5), number(0.0214159), number(-0.6), number(float("nan"))
    ('1,234', '0.0214', '-0.6', None)
    """
    if value is None or not math.isfinite(value):
        return None
    rounded = Decimal(f"{value:.0f}") if abs(value) >= 10**SIGNIFICANT else Decimal(f"{value:.{SIGNIFICANT}g}")
    return "0" if not rounded else _plain(rounded)


def count(value: int) -> str:
    return f"{value:,}"


def money(amount: Decimal) -> str:
    """US dollars: whole ones from 100 up, else cents, and fractions of a cent with three digits.

    >>> money(Decimal("1234.56")), money(Decimal("12.345")), money(Decimal("0.00123"))
    ('1,235', '12.35', '0.00123')
    """
    if abs(amount) >= 100:  # noqa: PLR2004 - from here on cents are noise
        return f"{amount:,.0f}"
    if amount == 0 or abs(amount) >= Decimal("0.01"):
        return f"{amount.quantize(Decimal('0.01'), 'ROUND_HALF_UP'):f}"
    return _plain(Decimal(f"{amount:.{SIGNIFICANT}g}"))


def probability(value: float | None) -> str | None:
    """A p or q value; what is smaller than a thousandth is told as a thousandth (`at most`)."""
    return None if value is None else number(max(value, SMALLEST_P))


def moment(time: datetime) -> str:
    """UTC to the second; the unit `UTC` is told beside it."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
