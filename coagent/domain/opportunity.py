"""Something that could be cheaper, faster or better, with a money figure that code computed."""

from decimal import Decimal
from typing import Any, Literal

import msgspec

from coagent.domain.money import MoneyRange
from coagent.domain.segment import Segment

Effort = Literal["low", "medium", "high"]


class OpportunityPart(msgspec.Struct, frozen=True, kw_only=True):
    """One account that the change touches: what it spends in a month and what it is expected to save of that."""

    segment: Segment
    monthly_spend_usd: Decimal
    monthly_savings_usd: Decimal


class Opportunity(msgspec.Struct, frozen=True, kw_only=True):
    """One decision: `parts` are the accounts that it touches, `segment` what they have in common.

    `monthly_savings_usd` is what it saves after the opportunities that are applied before it, so that the sum over all
    opportunities is what would be saved; `alone_savings_usd` what it saves if it is the only change. `benefit` says in
    a line what is gained beside money, None where nothing is.

    `action` is the change as a machine-readable patch; `evidence` the figures it rests on; `id` follows from what is
    decided, so that it is updated in place. `price_version` is the price table behind the figures. `sample_size` is
    how many requests an arm of the comparison in `validation` needs, None where nothing has to be compared. `wrong_if`
    says what would prove it wrong.
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
    alone_savings_usd: MoneyRange | None = None
    parts: list[OpportunityPart] = []
    benefit: str | None = None
    effort: Effort = "medium"
    wrong_if: str = ""
    sample_size: int | None = None


NOTABLE = Decimal("0.1")
"""Share by which expected savings have to change before an opportunity is reported again."""


def is_news(reported: Opportunity, now: Opportunity) -> bool:
    """Whether `now` asks for another action than the one reported, or promises notably more or less."""
    before, after = reported.monthly_savings_usd.expected, now.monthly_savings_usd.expected
    return now.action != reported.action or abs(after - before) > NOTABLE * abs(before)
