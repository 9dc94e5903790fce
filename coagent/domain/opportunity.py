"""Something that could be cheaper, faster or better, with a money figure that code computed."""

from decimal import Decimal
from typing import Any

import msgspec

from coagent.domain.money import MoneyRange
from coagent.domain.segment import Segment


class Opportunity(msgspec.Struct, frozen=True, kw_only=True):
    """`action` is the change as a machine-readable patch; `evidence` the figures it rests on; `id` follows from
    segment and kind, so that it is updated in place. `price_version` is the price table behind the figures.
    """

    id: str
    kind: str
    segment: Segment
    title: str
    monthly_savings_usd: MoneyRange
    assumptions: list[str]
    evidence: list[dict[str, Any]]
    action: dict[str, Any]
    risk: str
    validation: str
    price_version: str | None


NOTABLE = Decimal("0.1")
"""Share by which expected savings have to change before an opportunity is reported again."""


def is_news(reported: Opportunity, now: Opportunity) -> bool:
    """Whether `now` asks for another action than the one reported, or promises notably more or less."""
    before, after = reported.monthly_savings_usd.expected, now.monthly_savings_usd.expected
    return now.action != reported.action or abs(after - before) > NOTABLE * abs(before)
