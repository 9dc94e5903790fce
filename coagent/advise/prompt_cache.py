"""Let the provider's prompt cache serve the beginning that prompts share."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.billed_prices import billed_prices
from coagent.advise.frame import Accounts, Floats, Frame, divided, model_of
from coagent.advise.proposal import Daily, Proposal
from coagent.domain.segment import Segment

KIND = "prompt_cache"
CACHED_AT_MOST = 0.1
LEAST_INPUT_TOKENS = 1024
"""Below it the large providers' caches do not keep a prompt."""
TTL_S = 300
"""The shortest time that a provider keeps a prefix after its last use."""
ACTIVE_HOURS = 12
"""Of a day in which an account's requests come."""
PREFIX_SHARE = (0.25, 0.55, 0.85)
"""Of the tokens in, that a shared prefix has: telemetry knows its hash, not its length."""
LEAST_HIT_SHARE = 0.3


def prompt_cache(frame: Frame) -> Iterator[Proposal]:
    """Accounts whose prompts share prefixes, come often enough for a cache and are hardly cached on any day; cached
    tokens and prefixes have to be known.
    """
    cached = divided(frame["cached_input_tokens"], frame["cacheable_input_tokens"])
    never = np.nan_to_num(cached).max(axis=1) <= CACHED_AT_MOST
    known = (frame["cacheable_input_tokens"].sum(axis=1) > 0) & (frame["prefixes_known"].sum(axis=1) > 0)
    long = frame.per_request("input_tokens") >= LEAST_INPUT_TOKENS
    hits = _hit_share(frame)
    accounts = np.flatnonzero(known & never & long & (hits.mean(axis=1) >= LEAST_HIT_SHARE))
    for model, some in frame.groups(accounts, model_of):
        yield _proposal(frame, model, some, hits[some])


def _hit_share(frame: Frame) -> Floats:
    """Share of requests that find their prefix in the cache, shape (accounts, days): 1 - exp(-rate * time to live), of
    requests that come at random, a prefix.
    """
    per_prefix = divided(frame["prefixes_known"], np.nan_to_num(frame["distinct_prefixes"]))
    hits: Floats = np.nan_to_num(1 - np.exp(-per_prefix * TTL_S / (ACTIVE_HOURS * 3600)))
    return hits


def _proposal(frame: Frame, model: Segment, accounts: Accounts, hits: Floats) -> Proposal:
    prices = billed_prices(frame)
    cheaper = (prices.column("input") - prices.column("cached"))[accounts]
    most = np.nan_to_num(frame["input_tokens"][accounts]) * hits * cheaper
    low, expected, high = (most * share for share in PREFIX_SHARE)
    prefixes, requests = (np.nansum(frame[name][accounts]) for name in ("distinct_prefixes", "prefixes_known"))
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=Daily(low=low, expected=expected, high=high),
        title=f"Use the provider's prompt cache: {requests / max(prefixes, 1):,.0f} requests a day share a prefix",
        assumptions=[
            "The shared prefix is 25 % (low), 55 % (expected) or 85 % (high) of the tokens in: its length is unknown.",
            f"A prefix stays cached for {TTL_S} s after its last use; what writing it costs is not counted.",
        ],
        evidence=[
            {
                "requests": int(requests),
                "distinct_prefixes_a_day": round(float(prefixes / len(frame.days)), 1),
                "hit_share": round(float(hits.mean()), 4),
                "cached_input_tokens": int(np.nansum(frame["cached_input_tokens"][accounts])),
                "input_tokens": int(np.nansum(frame["input_tokens"][accounts])),
            }
        ],
        change=("/prompt_cache", {"enabled": True, "stable_prefix_first": True}),
        effort="low",
        risk="A prefix that changes with each request (a date, a name) is written each time and costs more, not less.",
        validation="Canary on one task for a day: compare cached tokens in and cost a request.",
        wrong_if="The cached share of tokens in stays below a quarter after a day.",
    )
