"""Send what can wait to the provider's batch tier."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from coagent.advise.frame import DAY, Accounts, Frame, model_of
from coagent.advise.proposal import Proposal, in_proportion
from coagent.domain.segment import Segment
from coagent.domain.service_tier import BATCH

KIND = "batch_tier"
CAN_WAIT = (0.0, 0.5)
"""Share of what is not streamed that can wait: nothing says so at low, half expected, all at high."""
STREAMED_AT_MOST = 0.05
"""Where more is streamed, somebody watches answers arrive and the rest is likely watched too."""
BURST_SHARE = 0.3
"""Of a day's requests in its busiest hour: people spread theirs over a working day, 10 to 15 % in the busiest hour."""
LEAST_REQUESTS_A_DAY = 50
"""Fewer have such an hour by chance."""


def batch_tier(frame: Frame) -> Iterator[Proposal]:
    """Models with a batch price, and accounts that stream next to nothing, call no tools and run in bursts; what is on
    the batch tier stays out. Less than a day of traffic does not show bursts.
    """
    for model, accounts in frame.groups(np.flatnonzero(_runs_as_job(frame)), model_of):
        share = _discount(frame, model, accounts)
        if share:
            yield _proposal(frame, model, accounts, share)


def _runs_as_job(frame: Frame) -> NDArray[np.bool_]:
    """Shape (accounts,)."""
    known = np.where(np.isnan(frame["streamed"]), 0, frame["requests"]).sum(axis=1)
    streamed, requests = np.nansum(frame["streamed"], axis=1), frame.total("requests")
    unwatched = (known > 0) & (streamed <= STREAMED_AT_MOST * known) & (frame.total("tool_requests") <= 0)
    bursts = frame.total("peak_hour_requests") >= BURST_SHARE * requests
    often = requests >= LEAST_REQUESTS_A_DAY * len(frame.days)
    found: NDArray[np.bool_] = unwatched & bursts & often
    return found if frame.observed >= DAY else np.zeros_like(found)


def _discount(frame: Frame, model: Segment, accounts: Accounts) -> float | None:
    """Share of the standard price that batch saves on the accounts' average request."""
    standard, batch = (frame.prices(model.provider, model.request_model, tier) for tier in (None, BATCH))
    used = [
        float(np.nansum(frame[name][accounts]))
        for name in ("input_tokens", "output_tokens", "cached_input_tokens", "requests")
    ]
    usual = standard.cost(*used) if standard else 0.0
    return max(1 - batch.cost(*used) / usual, 0) if batch and usual > 0 else None


def _proposal(frame: Frame, model: Segment, accounts: Accounts, share: float) -> Proposal:
    requests, batched = frame["requests"][accounts], frame["batched_requests"][accounts]
    waiting = np.clip(requests - np.nan_to_num(frame["streamed"][accounts]) - batched, 0, None)
    most = share * waiting * frame.usd_per_request[accounts]
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=in_proportion(most, *CAN_WAIT),
        title=f"Batch what can wait: {share:.0%} off {waiting.sum():,.0f} requests that jobs send",
        assumptions=[
            "Nothing is streamed and a day's requests come in bursts, as jobs send them.",
            "Telemetry does not say which of them can wait: low says none, expected half, high all.",
            "A request that can wait costs what the account's average request of the day costs.",
        ],
        evidence=[
            {
                "requests": int(requests.sum()),
                "busiest_hour_share": round(float(frame["peak_hour_requests"][accounts].sum() / requests.sum()), 4),
                "not_streamed": int(waiting.sum()),
                "on_batch_tier": int(batched.sum()),
                "discount_share": round(share, 4),
                "not_streamed_usd": round(float((waiting * frame.usd_per_request[accounts]).sum()), 6),
            }
        ],
        change=("/processing", "batch"),
        effort="medium",
        risk="A batch may take up to 24 hours: whatever a person or a deadline waits for must stay where it is.",
        validation="Send one job that can wait as a batch for a week; compare its completion times, errors and bill.",
        wrong_if="Jobs miss a deadline, or the bill of the batched requests is not lower by the discount.",
        price_version=frame.prices.version,
    )
