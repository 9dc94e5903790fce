"""Send what can wait to the provider's batch tier."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from coagent.advise.batch_discount import BatchDiscount, batch_discount
from coagent.advise.patch import patch
from coagent.advise.spent import Spent, spent
from coagent.advise.window import Window
from coagent.domain.opportunity import Opportunity
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment

KIND = "batch_tier"
EXPECTED_TO_WAIT = Decimal("0.5")
WORTH_TELLING_USD = Decimal("0.01")


class NotStreamed(NamedTuple):
    """Requests of the minutes that know whether answers were streamed, and what those not streamed cost."""

    requests: int
    known: int
    usd: Decimal


def batch_tier(segment: Segment, rollups: Sequence[Rollup], window: Window) -> Opportunity | None:
    """None where streaming, prices or the batch price are unknown. `rollups`: of the segment, ascending by minute."""
    money = spent(rollups)
    waiting = _not_streamed(rollups)
    discount = batch_discount(segment, rollups) if money and waiting.usd else None
    if money is None or discount is None:
        return None
    most = waiting.usd * discount.share
    savings = window.a_month(Decimal(0), most * EXPECTED_TO_WAIT, most)
    if savings.expected < WORTH_TELLING_USD:
        return None
    return Opportunity(
        id=f"{segment.id}-{KIND}",
        kind=KIND,
        segment=segment,
        title=f"Batch what can wait: {discount.share:.0%} off the {waiting.requests} requests nobody watched arrive",
        monthly_savings_usd=savings,
        assumptions=_assumptions(money, window),
        evidence=[_evidence(waiting, discount)],
        action=patch(segment, "/processing", "batch"),
        risk="A batch may take up to 24 hours: whatever a person or a deadline waits for must stay where it is.",
        validation="Send one job that can wait as a batch for a week; compare its completion times, errors and bill.",
        price_version=discount.price_version,
    )


def _not_streamed(rollups: Sequence[Rollup]) -> NotStreamed:
    known = [(rollup, rollup.requests - rollup.streamed) for rollup in rollups if rollup.streamed is not None]
    return NotStreamed(
        requests=sum(count for _, count in known),
        known=sum(rollup.requests for rollup, _ in known),
        usd=sum((rollup.cost_usd * count / rollup.requests for rollup, count in known if rollup.cost_usd), Decimal(0)),
    )


def _assumptions(money: Spent, window: Window) -> list[str]:
    return [
        "Telemetry does not tell what can wait: low says nothing can, expected half, high all that is not streamed.",
        "Within a minute a streamed request costs what one that is not streamed costs.",
        "None of it is on the batch tier yet.",
        window.assumption,
        *([money.assumption] if money.assumption else []),
    ]


def _evidence(waiting: NotStreamed, discount: BatchDiscount) -> dict[str, object]:
    return {
        "requests": waiting.known,
        "not_streamed": waiting.requests,
        "not_streamed_usd": str(round(waiting.usd, 9)),
        "average_request_standard_usd": str(discount.standard_usd),
        "average_request_batch_usd": str(discount.batch_usd),
    }
