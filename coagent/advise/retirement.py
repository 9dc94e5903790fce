"""A model that its provider shuts down soon."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from coagent.advise.frame import Accounts, Frame, model_of
from coagent.advise.no_money import nothing_saved
from coagent.advise.proposal import Proposal
from coagent.advise.retirement_dates import TABLE_VERSION, Retirement, retirement_of
from coagent.advise.sample_size import quality_sample
from coagent.advise.savings import DAYS_PER_MONTH
from coagent.domain.segment import Segment

KIND = "retirement"
AHEAD = timedelta(days=120)
"""Time to test a successor on every task: convention."""


def retirement(frame: Frame) -> Iterator[Proposal]:
    """Models in use that retire within 120 days of the end of the observed traffic, or should be gone already."""
    for model, accounts in frame.groups(np.arange(len(frame.segments)), model_of):
        known = retirement_of(model.provider, model.request_model)
        if known and known.day <= (frame.end + AHEAD).date():
            yield _proposal(frame, model, accounts, known)


def _proposal(frame: Frame, model: Segment, accounts: Accounts, known: Retirement) -> Proposal:
    requests = DAYS_PER_MONTH * frame["requests"][accounts].sum() / len(frame.days)
    over = known.day <= frame.end.date()
    to = f" to {known.replacement}" if known.replacement else ""
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=nothing_saved(frame, accounts),
        title=f"Move {model.request_model}{to}: its retirement date {'was' if over else 'is'} {known.day}",
        benefit=f"About {requests:,.0f} requests a month keep being answered after {known.day}.",
        assumptions=[f"The date is that of the page {known.source}; providers move dates.", "Money is not counted."],
        evidence=[
            {"retires_on": f"{known.day}", "requests": int(frame["requests"][accounts].sum()), "source": known.source}
        ],
        change=("/model", known.replacement),
        effort="medium",
        risk="The successor answers differently, at other lengths and another price.",
        validation="Shadow the successor on each task before that day; compare scores, lengths and cost.",
        sample_size=quality_sample(float("nan")),
        wrong_if="The provider's page names another date, or the name is an alias that points to a newer model.",
        price_version=TABLE_VERSION,
    )
