"""Numbers as people read them: one rounding for facts, texts, screens and pictures."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from coagent.domain.money import MoneyRange
from coagent.domain.vocabulary import EFFECT, UNIT

SIGNIFICANT = 3
SMALLEST_P = 0.001
UNKNOWN = "-"
MINUS = "\N{MINUS SIGN}"
PERCENT = 100
WHOLE = (0.1, 0.99)
"""Shares between which percents are whole; outside, more digits distinguish 0.3 % from 0.8 % and 99.7 % from 100 %."""
POINTS = ("share", "0..1")
"""Units whose changes are differences in percentage points."""
UNSCALED = ("rank", "nats/token")
"""Units of which a ratio means nothing."""
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


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


def requests(value: int) -> str:
    """With its noun.

    >>> requests(1), requests(1200)
    ('1 request', '1,200 requests')
    """
    return f"{value:,} request{'' if value == 1 else 's'}"


def percent(share: float | None) -> str:
    """Whole from 10 % to 99 %, else two or more digits.

    >>> percent(0.0312), percent(0.974), percent(0.997), percent(0.0004), percent(None)
    ('3.1 %', '97 %', '99.7 %', '0.04 %', '-')
    """
    return UNKNOWN if share is None or not math.isfinite(share) else f"{_percents(share)} %"


def confidence(share: float) -> str:
    """A whole percent: no cause is known more exactly.

    >>> confidence(0.864), confidence(0.997)
    ('86 %', '100 %')
    """
    return f"{PERCENT * share:.0f} %"


def written(value: float | None, unit: str) -> tuple[str | None, str]:
    """Value and unit as they are written, the value None where unknown.

    >>> written(0.0213, "s/token"), written(0.125, "share"), written(3.0, "furlongs")
    (('21.3', 'ms per token'), ('12', '%'), ('3', 'furlongs'))
    """
    factor, words = UNIT.get(unit, (1, unit))
    if value is not None and unit in POINTS and math.isfinite(value):
        return _percents(value), words
    return number(None if value is None else value * factor), words


def figure(value: float | None, unit: str = "") -> str:
    """Value and unit; a dash where unknown.

    >>> figure(1234.5, "tokens"), figure(0.01234, "s"), figure(0.125, "share"), figure(None, "s")
    ('1,234 tokens', '0.0123 s', '12 %', '-')
    """
    text, words = written(value, unit)
    return UNKNOWN if text is None else f"{text} {words}".rstrip()


def relative(before: float, after: float, unit: str) -> tuple[str, str] | None:
    """The change, signed, and its unit: whole percents, for shares percentage points; None where no ratio has meaning.

    >>> relative(6.6, 1.5, "s"), relative(0.021, 0.062, "share"), relative(0.0, 3.0, "tokens")
    (('−77', '%'), ('+4.1', 'points'), None)
    """  # noqa: RUF002
    if not (math.isfinite(before) and math.isfinite(after)) or unit in UNSCALED:
        return None
    if unit in POINTS:
        return _with_sign(f"{PERCENT * (after - before):+.1f}"), "points"
    if before <= 0:
        return None
    return _with_sign(f"{PERCENT * (after / before - 1):+,.0f}"), "%"


def from_to(before: float, after: float, unit: str) -> str:
    """Before, after and the relative change.

    >>> from_to(6.6, 1.5, "s"), from_to(181, 3, "tokens"), from_to(0.021, 0.062, "share")
    ('from 6.6 s to 1.5 s (−77 %)', 'from 181 to 3 tokens (−98 %)', 'from 2.1 % to 6.2 % (+4.1 points)')
    """  # noqa: RUF002
    (was, _), (now, words) = written(before, unit), written(after, unit)
    change = relative(before, after, unit)
    first = f"{was or UNKNOWN} {words}" if words in ("s", "%") and was else was or UNKNOWN
    size = f" ({' '.join(change)})" if change else ""
    return f"from {first} to {now or UNKNOWN} {words}".rstrip() + size


def effect_figures(name: str, *values: float) -> tuple[list[str | None], str]:
    """Values of an effect, signed, and their unit; None where unknown.

    >>> effect_figures("cliffs_delta", -0.9, math.nan), effect_figures("risk_difference", 0.02)
    ((['-0.90', None], ''), (['+2.0'], 'points'))
    """
    scale, digits, unit = (PERCENT, 1, "points") if name == "risk_difference" else (1, 2, "")
    return [f"{one * scale:+.{digits}f}" if math.isfinite(one) else None for one in values], unit


def effect_size(name: str, value: float, low: float, high: float) -> str:
    """An effect's name, value and 95 % interval; a difference of rates in percentage points.

    >>> effect_size("cliffs_delta", -0.9, -0.96, -0.8), effect_size("risk_difference", 0.02, 0.01, math.nan)
    ("Cliff's delta -0.90 (-0.96 to -0.80)", 'difference +2.0 points (+1.0 to ? points)')
    """
    figures, unit = effect_figures(name, value, low, high)
    size, least, most = (one or "?" for one in figures)
    return f"{EFFECT.get(name, name)} {size} {unit}".rstrip() + f" ({f'{least} to {most} {unit}'.rstrip()})"


def signed(value: float) -> str:
    """Two decimals.

    >>> signed(0.5), signed(math.nan)
    ('+0.50', '-')
    """
    return f"{value:+.2f}" if math.isfinite(value) else UNKNOWN


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


def rough_money(amount: float) -> str:
    """An estimate in US dollars, without its sign: whole from 10 up.

    >>> rough_money(12.2), rough_money(-0.5)
    ('12', '0.50')
    """
    known = abs(Decimal(repr(amount)))
    return f"{known:,.0f}" if known >= 10 else money(known)  # noqa: PLR2004 - cents of an estimate are noise


def dollars(amount: Decimal | None) -> str:
    """With the sign of the currency; a dash where unknown.

    >>> dollars(Decimal("1234.5")), dollars(Decimal("0.00012")), dollars(None)
    ('$1,234', '$0.00012', '-')
    """
    return UNKNOWN if amount is None else f"${money(amount)}"


def dollar_range(amount: MoneyRange) -> str:
    """The expected amount, then low and high.

    >>> dollar_range(MoneyRange(Decimal(1), Decimal(2), Decimal(300)))
    '$2.00 a month ($1.00 to $300)'
    """
    return f"{dollars(amount.expected)} a month ({dollars(amount.low)} to {dollars(amount.high)})"


def probability(value: float | None) -> str | None:
    """A p or q value; below a thousandth it reads as a thousandth (`at most`)."""
    return None if value is None else number(max(value, SMALLEST_P))


def moment(time: datetime) -> str:
    """In UTC, to the second; the unit `UTC` stands beside it.

    >>> moment(datetime(2026, 7, 1, 12, tzinfo=UTC))
    '2026-07-01 12:00:00'
    """
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def minute(time: datetime) -> str:
    """In UTC, to the minute.

    >>> minute(datetime(2026, 7, 1, 12, tzinfo=UTC))
    '2026-07-01 12:00 UTC'
    """
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def duration(span: timedelta) -> str:
    """In the largest unit of which there are two or more.

    >>> duration(timedelta(minutes=1)), duration(timedelta(minutes=90)), duration(timedelta(hours=3))
    ('1 minute', '90 minutes', '3.0 hours')
    """
    seconds = span.total_seconds()
    for unit_s, name in ((DAY_S, "days"), (HOUR_S, "hours")):
        if seconds >= 2 * unit_s:
            return f"{seconds / unit_s:.1f} {name}"
    minutes = f"{seconds / MINUTE_S:.0f}"
    return f"{minutes} minute{'' if minutes == '1' else 's'}"


def _percents(share: float) -> str:
    if WHOLE[0] <= abs(share) <= WHOLE[1]:
        return f"{PERCENT * share:.0f}"
    return _plain(Decimal(f"{PERCENT * share:.{4 if abs(share) > WHOLE[1] else 2}g}"))


def _with_sign(text: str) -> str:
    """With the typographic minus; zero without a sign."""
    return text.lstrip("+-") if float(text.replace(",", "")) == 0 else text.replace("-", MINUS)


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
