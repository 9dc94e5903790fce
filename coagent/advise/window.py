"""The observed window of time, and money from it to a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self

from coagent.domain.money import MoneyRange, usd
from coagent.domain.rollup import Rollup

DAYS_PER_MONTH = 30
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """From the first minute to the end of the last, over all segments."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, rollups: Sequence[Rollup]) -> Self:
        minutes = [rollup.minute for rollup in rollups]
        return cls(min(minutes), max(minutes) + MINUTE)

    @property
    def days(self) -> Decimal:
        """At least 1: less than a day says nothing about the rest of it, so the rest counts as idle."""
        return max(Decimal((self.end - self.start) // MINUTE) / Decimal(DAY // MINUTE), Decimal(1))

    def a_month(self, low: Decimal, expected: Decimal, high: Decimal) -> MoneyRange:
        """US dollars in the window to US dollars in 30 days."""
        months = DAYS_PER_MONTH / self.days
        return MoneyRange(*(_cents(amount * months) for amount in (low, expected, high)))

    @property
    def assumption(self) -> str:
        if self.end - self.start < DAY:
            hours = (self.end - self.start) / timedelta(hours=1)
            return f"{hours:.1f} hours were observed and count as a whole day: every day of 30 is like it, else idle."
        return f"The {self.days:.1f} observed days are like the 30 days of a month."


def _cents(amount: Decimal) -> Decimal:
    return (usd(amount) or Decimal(0)).quantize(Decimal("0.01"))
