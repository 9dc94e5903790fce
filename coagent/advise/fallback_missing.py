"""A provider fails for hours and no other answers instead."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.frame import Accounts, Frame, divided, model_of
from coagent.advise.no_money import nothing_saved
from coagent.advise.proposal import Proposal
from coagent.advise.savings import DAYS_PER_MONTH
from coagent.domain.segment import Segment

KIND = "fallback_missing"
LEAST_ERRORS = 20
FALLBACKS_AT_MOST = 0.01
USUAL_ERRORS_AT_MOST = 0.05
"""Of the other hours: where requests fail at all hours, some hours fail more by chance, and a fallback is no cure."""


def fallback_missing(frame: Frame) -> Iterator[Proposal]:
    """Accounts with hours in which the provider failed, and no fallbacks although these are recorded."""
    failed = frame["failing_errors"].sum(axis=1)
    fallbacks = frame.share("fallbacks", "fallbacks_known")
    others = frame.total("outcomes_known") - frame["failing_requests"].sum(axis=1)
    usual = np.nan_to_num(divided(frame.total("errors") - failed, others)) <= USUAL_ERRORS_AT_MOST
    accounts = np.flatnonzero((failed >= LEAST_ERRORS) & usual & (fallbacks <= FALLBACKS_AT_MOST))
    for model, some in frame.groups(accounts, model_of):
        yield _proposal(frame, model, some)


def _proposal(frame: Frame, model: Segment, accounts: Accounts) -> Proposal:
    failed, requests = (frame[name][accounts].sum() for name in ("failing_errors", "failing_requests"))
    a_month = DAYS_PER_MONTH * failed / len(frame.days)
    target = _instead(frame, model, accounts)
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=nothing_saved(frame, accounts),
        title=f"Add a fallback: {failed:,.0f} requests failed in hours when {model.provider} was failing",
        benefit=f"About {a_month:,.0f} requests a month would be answered that fail today.",
        assumptions=["Another provider answers while this one fails.", "Each failed request was worth an answer."],
        evidence=[{"failing_requests": int(requests), "failing_errors": int(failed)}],
        change=("/fallbacks", [target] if target else []),
        effort="medium",
        risk="The fallback answers differently and may cost more while the provider fails.",
        validation="Fail a canary's requests on purpose for an hour: count what the fallback answers and how fast.",
        wrong_if="The fallback fails in the same hours, or clients asked again and were answered later.",
    )


def _instead(frame: Frame, model: Segment, accounts: Accounts) -> dict[str, str] | None:
    """The most used model of another provider, for the same tasks where there is one."""
    tasks = {frame.segments[one].task for one in accounts}
    requests = frame.total("requests")
    others = [number for number, one in enumerate(frame.segments) if one.provider != model.provider]
    best = max(others, key=lambda one: (frame.segments[one].task in tasks, requests[one]), default=None)
    if best is None:
        return None
    return {"provider": frame.segments[best].provider, "model": frame.segments[best].request_model}
