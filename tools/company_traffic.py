"""A company's LLM traffic by the hour, seeded: jobs (a task on a model, for a tenant) to rollups.

Poisson counts with busy days and quiet weekends, gamma-distributed lengths, costs at list price times the company's
discount.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

import numpy as np

from coagent.advise.priority_tier import PRIORITY
from coagent.count.sketches import distinct_with
from coagent.domain.histogram import of_counts
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.domain.unit_price import UnitPrice
from coagent.ingest.pricing.unit_prices import UnitPrices

START = datetime(2026, 6, 1, tzinfo=UTC)
"""A Monday."""
DAYS = 28
WEEKDAYS = np.array([1.1, 1.15, 1.2, 1.15, 1.1, 0.65, 0.65])
"""Mean 1 over a week."""
HOURS = np.exp(-0.5 * ((np.arange(24) - 14) / 5) ** 2)
HOURS /= HOURS.sum()
NIGHT = np.array([0.5, 0.35, 0.15, *[0.0] * 21])
"""A job that runs from midnight on."""
BUSY = 0.12
"""Standard deviation of the logarithm of how busy a day is."""
SHAPE = 2.0
"""Of gamma-distributed lengths."""
PRICES_VERSION = "company"
LONG_MEAN = 260_000
"""Tokens in of a long input."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One account: `requests` on a mean day; lengths in tokens; shares of requests, or of tokens where the name says.

    `input_growth` is the factor from the first to the last day; `cached_until` and `priced_from` are days.
    """

    provider: str
    model: str
    task: str
    tenant: str | None = None
    endpoint: str | None = None
    requests: float
    input_tokens: float = 800
    output_tokens: float = 250
    reasoning_tokens: float = 0
    streamed: float = 1.0
    tools: float = 0.0
    errors: float = 0.004
    rate_limited: float = 0.0
    billed_errors: float = 0.0
    retries: float = 0.004
    truncated: float = 0.003
    max_tokens: float | None = None
    cached: float = 0.0
    cached_from: int = 0
    cached_until: int = DAYS
    prefixes: int | None = None
    pool: int | None = None
    pool_share: float = 0.0
    batched: float = 0.0
    at_night: bool = False
    priority: float = 0.0
    long: float = 0.0
    input_growth: float = 1.0
    price_factor: float = 1.0
    price_step: tuple[int, float] = (0, 1.0)
    outage_hours: tuple[int, ...] = ()
    fallbacks: float | None = 0.0
    quality: float | None = None
    duration_s: float = 2.0

    @property
    def segment(self) -> Segment:
        return Segment(self.provider, self.model, self.endpoint, self.task, self.tenant)

    @property
    def prices(self) -> UnitPrice:
        """Of its own tier."""
        found = list_prices()(self.provider, self.model)
        assert found, self.model
        return found

    def usd(self, sent: float, answered: float, cached: float = 0.0) -> float:
        """At the company's discount."""
        return self.price_factor * self.prices.cost(sent, answered, cached)


@cache
def list_prices() -> UnitPrices:
    """Public prices of now."""
    return UnitPrices([], datetime.now(UTC))


def traffic(jobs: Sequence[Job], seed: int, days: int = DAYS) -> Iterator[Rollup]:
    """One a job and hour with requests."""
    draw = np.random.default_rng([seed, 7])
    busy = np.exp(draw.normal(-(BUSY**2) / 2, BUSY, days))
    for number, job in enumerate(jobs):
        yield from _rollups(job, busy, np.random.default_rng([seed, 11, number]))


def _rollups(job: Job, busy: np.ndarray, draw: np.random.Generator) -> Iterator[Rollup]:
    own = np.exp(draw.normal(-(BUSY**2) / 2, BUSY, len(busy)))
    for day in range(len(busy)):
        mean = job.requests * WEEKDAYS[day % 7] * busy[day] * own[day]
        for hour, count in enumerate(draw.poisson(mean * (NIGHT if job.at_night else HOURS))):
            if count:
                yield _hour(job, day, hour, int(count), draw)


def _hour(job: Job, day: int, hour: int, count: int, draw: np.random.Generator) -> Rollup:
    failing = day * 24 + hour in job.outage_hours
    errors = draw.binomial(count, 0.6 if failing else job.errors)
    limited = draw.binomial(count, job.rate_limited)
    failed = min(errors + limited, count)
    answered = count - failed
    growth = job.input_growth ** (day / max(DAYS - 1, 1))
    long = draw.binomial(answered, job.long)
    long_tokens = long * LONG_MEAN
    sent = _tokens(draw, answered - long, job.input_tokens * growth) + long_tokens
    visible, reasoning = _tokens(draw, answered, job.output_tokens), _tokens(draw, answered, job.reasoning_tokens)
    cached = int(sent * job.cached) if job.cached_from <= day < job.cached_until else 0
    tokens = (sent, visible + reasoning, cached)
    priority, batched = draw.binomial(count, job.priority), draw.binomial(count, job.batched)
    usd = _cost(job, day, tokens, long_tokens) * _tier_factor(job, count, priority, batched)
    billed = draw.binomial(errors, job.billed_errors)
    failed_usd = billed * job.usd(job.input_tokens * growth, job.output_tokens + job.reasoning_tokens)
    return Rollup(
        segment=job.segment,
        minute=START + timedelta(days=day, hours=hour),
        part="0",
        sequence=1,
        requests=count,
        errors=failed,
        truncations=draw.binomial(answered, job.truncated),
        refusals=0,
        fallbacks=None if job.fallbacks is None else draw.binomial(count, job.fallbacks),
        cache_hits=0,
        streamed=draw.binomial(count, job.streamed),
        input_tokens=sent,
        output_tokens=visible + reasoning,
        cached_input_tokens=cached,
        cache_write_tokens=None,
        reasoning_tokens=reasoning,
        cost_usd=_usd(usd + failed_usd),
        cost_known=answered + billed,
        list_cost_usd=_usd(_cost(replace(job, price_factor=1.0), 0, tokens, long_tokens)),
        list_cost_known=answered,
        price_version=PRICES_VERSION,
        failed_cost_usd=_usd(failed_usd),
        outcomes_known=count,
        refusals_known=count,
        fallbacks_known=0 if job.fallbacks is None else count,
        finishes_known=answered,
        cacheable_input_tokens=sent,
        retries=draw.binomial(count, job.retries),
        retries_known=count,
        error_types={"server_error": errors, "rate_limit_exceeded": limited},
        tiers_known=count,
        priority_requests=priority,
        batched_requests=batched,
        long_inputs=long,
        long_input_tokens=long_tokens,
        max_tokens=None if job.max_tokens is None else int(job.max_tokens * count),
        max_tokens_known=0 if job.max_tokens is None else count,
        tool_requests=draw.binomial(count, job.tools),
        tools_known=count,
        quality_score=None if job.quality is None else Decimal(int(draw.binomial(answered, job.quality))),
        quality_scores_known=0 if job.quality is None else answered,
        duration=of_counts({_bin(job.duration_s): count}),
        **_prompts(job, day, hour, count, draw),
    )


def _usd(amount: float) -> Decimal:
    return Decimal(repr(round(amount, 9)))


def _tokens(draw: np.random.Generator, requests: int, mean: float) -> int:
    return int(draw.gamma(SHAPE * requests, mean / SHAPE)) if requests and mean else 0


def _cost(job: Job, day: int, tokens: tuple[int, int, int], long_tokens: int) -> float:
    step_day, step = job.price_step
    factor = step if step_day and day >= step_day else 1.0
    return factor * (job.usd(*tokens) + job.price_factor * long_tokens * job.prices.input)


def _tier_factor(job: Job, count: int, priority: int, batched: int) -> float:
    prior = list_prices()(job.provider, job.model, PRIORITY) if priority else None
    premium = prior.input / job.prices.input - 1 if prior else 0.0
    return 1 + premium * priority / count - 0.5 * batched / count


def _bin(seconds: float) -> int:
    return round(np.log(seconds) / np.log(1.02 / 0.98))


def _prompts(job: Job, day: int, hour: int, count: int, draw: np.random.Generator) -> dict[str, object]:
    """Hashes: of the pool of prompts that come again, else each its own; prefixes are used in turn."""
    found: dict[str, object] = {"prompts_known": 0, "prompt_sketch": None}
    if job.pool:
        again = draw.binomial(count, job.pool_share)
        texts = [f"p{one}" for one in draw.integers(job.pool, size=again)]
        texts += [f"{day}/{hour}/{one}" for one in range(count - again)]
        found = {"prompts_known": count, "prompt_sketch": distinct_with(None, texts)}
    if job.prefixes:
        texts = [f"x{one}" for one in set(draw.integers(job.prefixes, size=count).tolist())]
        found |= {"prefixes_known": count, "prefix_sketch": distinct_with(None, texts)}
    return found
