"""Lean jobs, and waste to plant: each kind with what it truly costs a month, from the parameters."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from coagent.advise.priority_tier import PRIORITY
from tools.company_traffic import BUSY, DAYS, LONG_MEAN, WEEKDAYS, Job, list_prices

MONTH = 30
HALF = 0.5


@dataclass(frozen=True)
class Planted:
    """What an advisor has to find: the kind, the model that it is about, and the saving in US dollars a month; None
    where what is gained is not money.
    """

    kind: str
    model: str
    usd: float | None


@dataclass(frozen=True)
class Company:
    """Traffic, and what is to be found in it."""

    jobs: list[Job]
    planted: list[Planted] = field(default_factory=list)


Waste = Callable[[np.random.Generator, float], tuple[list[Job], list[Planted]]]
"""From random draws and the company's price factor."""


def lean(seed: int) -> Company:
    """Three to six tenants whose tasks run on models that fit, cached, batched and without repeats."""
    draw = np.random.default_rng([seed, 1])
    return Company(_lean_jobs(draw, _price_factor(draw)))


def wasteful(seed: int) -> Company:
    """A lean company with one case of each kind of waste."""
    draw = np.random.default_rng([seed, 1])
    factor = _price_factor(draw)
    jobs, planted = _lean_jobs(draw, factor), []
    for waste in WASTES:
        more, found = waste(draw, factor)
        jobs += more
        planted += found
    return Company(jobs, planted)


def _price_factor(draw: np.random.Generator) -> float:
    return float(draw.uniform(0.8, 1.0))


def _lean_jobs(draw: np.random.Generator, factor: float) -> list[Job]:
    tenants = [f"tenant-{number}" for number in range(draw.integers(3, 7))]
    return [job for tenant in tenants for job in _lean_tenant(draw, factor, tenant)]


def _lean_tenant(draw: np.random.Generator, factor: float, tenant: str) -> list[Job]:
    size = float(draw.uniform(0.6, 1.5))
    return [
        Job(
            provider="openai", model="gpt-5.4", task="assistant", tenant=tenant, requests=300 * size,
            price_factor=factor, input_tokens=2400, output_tokens=700, reasoning_tokens=400, tools=0.5, cached=0.6,
            prefixes=4, quality=0.9,
        ),
        Job(
            provider="openai", model="gpt-5.4-mini", task="extract", tenant=tenant, requests=800 * size,
            price_factor=factor, input_tokens=900, output_tokens=60, streamed=0, batched=1, at_night=True, pool=10**9,
            pool_share=0.05,
        ),
        Job(
            provider="openai", model="gpt-5.4-nano", task="classify", tenant=tenant, requests=900 * size,
            price_factor=factor, input_tokens=500, output_tokens=12, streamed=0,
        ),
        Job(
            provider="anthropic", model="claude-sonnet-5", task="code-review", tenant=tenant, requests=120 * size,
            price_factor=factor, input_tokens=9000, output_tokens=1500, tools=0.7, cached=0.7, prefixes=2,
        ),
    ]  # fmt: skip


def _repeats(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    """Prompts of a pool, uniformly drawn: of n on a day, pool * (1 - exp(-n / pool)) are new."""
    job = Job(
        provider="openai", model="gpt-4.1", task="faq", requests=float(draw.uniform(600, 1500)), price_factor=factor,
        input_tokens=700, output_tokens=900, pool=int(draw.integers(100, 400)),
        pool_share=float(draw.uniform(0.3, 0.7)),
    )  # fmt: skip
    again = job.pool_share * _days(draw, job.requests)
    saved = (again - job.pool * (1 - np.exp(-again / job.pool))).mean()
    return [job], [Planted("repeated_prompts", job.model, MONTH * saved * (1 - job.errors) * _usd_a_request(job))]


def _batch(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    """A nightly job for several tenants at the standard price; a share of it can wait."""
    jobs = [
        Job(
            provider="openai", model="gpt-5.2", task=f"report-{number}", tenant="own", price_factor=factor,
            requests=float(draw.uniform(200, 500)), input_tokens=5000, output_tokens=900, streamed=0, at_night=True,
        )
        for number in range(5)
    ]  # fmt: skip
    can_wait = float(draw.uniform(0.3, 1.0))
    spend = sum(MONTH * job.requests * (1 - job.errors) * _usd_a_request(job) for job in jobs)
    return jobs, [Planted("batch_tier", "gpt-5.2", 0.5 * can_wait * spend)]


def _retries(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    """Requests that time out after the provider answered: billed, and of no use."""
    job = Job(
        provider="anthropic", model="claude-sonnet-4-5", task="translate", requests=float(draw.uniform(300, 700)),
        price_factor=factor, input_tokens=1500, output_tokens=900, errors=float(draw.uniform(0.08, 0.2)),
        billed_errors=float(draw.uniform(0.7, 1)), retries=0.1,
    )  # fmt: skip
    wasted = MONTH * job.requests * job.errors * job.billed_errors * job.usd(job.input_tokens, job.output_tokens)
    return [job], [Planted("retry_waste", job.model, float(draw.uniform(0.5, 1)) * wasted)]


def _truncations(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    job = Job(
        provider="anthropic", model="claude-opus-4-1", task="draft", requests=float(draw.uniform(100, 300)),
        price_factor=factor, input_tokens=2000, output_tokens=980, max_tokens=1000,
        truncated=float(draw.uniform(0.2, 0.6)),
    )  # fmt: skip
    again = float(draw.uniform(0.2, 0.9))
    return [job], [Planted("truncated_answers", job.model, again * job.truncated * _usd_a_month(job))]


def _long_answers(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    """One of five tenants asks for no limit."""
    jobs = [
        Job(
            provider="google", model="gemini-3.5-flash", task="summary", tenant=f"reader-{number}", price_factor=factor,
            requests=float(draw.uniform(200, 500)), input_tokens=3500, output_tokens=float(draw.uniform(620, 760)),
        )
        for number in range(5)
    ]  # fmt: skip
    usual = float(np.median([job.output_tokens for job in jobs[1:]]))
    jobs[0] = replace(jobs[0], output_tokens=usual * float(draw.uniform(2.5, 4)))
    excess = (jobs[0].output_tokens - usual) * jobs[0].prices.output * factor
    saved = float(draw.uniform(0.4, 1)) * excess * _answered_a_month(jobs[0])
    return jobs, [Planted("output_length", jobs[0].model, saved)]


def _long_prompts(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    """One of five tenants sends the whole handbook along."""
    jobs = [
        Job(
            provider="google", model="gemini-3.1-pro-preview", task="answer", tenant=f"reader-{number}",
            price_factor=factor, requests=float(draw.uniform(100, 300)), output_tokens=800,
            input_tokens=float(draw.uniform(3600, 4400)),
        )
        for number in range(5)
    ]  # fmt: skip
    usual = float(np.median([job.input_tokens for job in jobs[1:]]))
    jobs[0] = replace(jobs[0], input_tokens=usual * float(draw.uniform(2.5, 4)))
    excess = (jobs[0].input_tokens - usual) * jobs[0].prices.input * factor
    saved = float(draw.uniform(0.4, 1)) * excess * _answered_a_month(jobs[0])
    return jobs, [Planted("prompt_bloat", jobs[0].model, saved)]


def _growth(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    """Histories that nobody cuts; next month's prompts are as long as the last week's."""
    job = Job(
        provider="openai", model="gpt-5.5", task="support", requests=float(draw.uniform(200, 400)), output_tokens=700,
        price_factor=factor, input_tokens=3000, input_growth=float(draw.uniform(1.7, 2.6)),
    )  # fmt: skip
    growth = job.input_growth ** (np.arange(DAYS) / (DAYS - 1))
    gained = job.input_tokens * (growth[-7:].mean() - growth[:7].mean()) * job.prices.input * factor
    saved = float(draw.uniform(0.35, 1)) * gained * _answered_a_month(job)
    return [job], [Planted("prompt_growth", job.model, saved)]


def _uncached(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    job = Job(
        provider="anthropic", model="claude-sonnet-4-6", task="agent", requests=float(draw.uniform(800, 1600)),
        price_factor=factor, input_tokens=6000, output_tokens=650, prefixes=int(draw.integers(1, 4)),
    )  # fmt: skip
    share = float(draw.uniform(0.35, 0.75))
    cheaper = (job.prices.input - job.prices.cached) * factor
    return [job], [Planted("prompt_cache", job.model, share * job.input_tokens * cheaper * _answered_a_month(job))]


def _collapse(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    job = Job(
        provider="anthropic", model="claude-opus-4-7", task="plan", requests=float(draw.uniform(100, 300)),
        price_factor=factor, input_tokens=7000, output_tokens=900, cached=float(draw.uniform(0.4, 0.8)),
        cached_until=int(draw.integers(10, 24)), prefixes=2,
    )  # fmt: skip
    cheaper = (job.prices.input - job.prices.cached) * factor
    saved = float(draw.uniform(0.75, 1)) * job.cached * job.input_tokens * cheaper * _answered_a_month(job)
    return [job], [Planted("prompt_cache_collapse", job.model, saved)]


def _reasoning(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    job = Job(
        provider="openai", model="o3", task="route", requests=float(draw.uniform(400, 900)), price_factor=factor,
        input_tokens=600, output_tokens=25, reasoning_tokens=float(draw.uniform(400, 1200)),
    )  # fmt: skip
    spent = job.reasoning_tokens * job.prices.output * factor * _answered_a_month(job)
    return [job], [Planted("reasoning_effort", job.model, float(draw.uniform(0.4, 0.85)) * spent)]


def _priority(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    """Nobody watches, yet most of it runs at the priority tier."""
    job = Job(
        provider="openai", model="gpt-4o", task="index", requests=float(draw.uniform(500, 900)), price_factor=factor,
        input_tokens=2000, output_tokens=650, streamed=0, priority=float(draw.uniform(0.5, 1)),
    )  # fmt: skip
    dear = list_prices()(job.provider, job.model, PRIORITY)
    assert dear
    extra = job.priority * (dear.input / job.prices.input - 1) * _usd_a_month(job)
    return [job], [Planted("priority_tier", job.model, float(draw.uniform(0.4, 1)) * extra)]


def _too_large(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    """Simple tasks on a large model; a smaller one, that answers longer, was tried on one task or serves another."""
    longer = float(draw.uniform(0.85, 1.5))
    large = Job(
        provider="anthropic", model="claude-opus-5", task="sentiment", requests=float(draw.uniform(500, 1000)),
        price_factor=factor, input_tokens=700, output_tokens=60,
    )  # fmt: skip
    small = replace(large, model="claude-haiku-4-5", output_tokens=60 * longer, requests=40)
    if draw.random() < HALF:
        small = replace(small, model="claude-sonnet-5")
        shared = (replace(large, task="digest", requests=30, output_tokens=700),)
        jobs = [large, *shared, replace(small, task="digest", requests=30, output_tokens=700 * longer)]
    else:
        jobs = [large, small]
    gain = large.usd(large.input_tokens, large.output_tokens) - small.usd(small.input_tokens, small.output_tokens)
    return jobs, [Planted("right_size", large.model, float(draw.uniform(0.5, 1)) * gain * _answered_a_month(large))]


def _cascade(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    large = Job(
        provider="openai", model="gpt-5.3", task="triage", requests=float(draw.uniform(400, 900)), price_factor=factor,
        input_tokens=2500, output_tokens=400,
    )  # fmt: skip
    small = replace(large, model="gpt-5-nano", output_tokens=400 * float(draw.uniform(0.8, 1.4)), requests=50)
    again = float(draw.uniform(0.15, 0.5))
    usd, cheap = (job.usd(job.input_tokens, job.output_tokens) for job in (large, small))
    return [large, small], [Planted("cascade", large.model, (usd * (1 - again) - cheap) * _answered_a_month(large))]


def _long_context(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    job = Job(
        provider="google", model="gemini-3-pro-preview", task="contracts", requests=float(draw.uniform(100, 200)),
        price_factor=factor, input_tokens=20_000, output_tokens=900, long=float(draw.uniform(0.1, 0.3)),
    )  # fmt: skip
    extra = job.long * LONG_MEAN * job.prices.input * factor * _answered_a_month(job)
    return [job], [Planted("long_context", job.model, float(draw.uniform(0.4, 1)) * extra)]


def _dearer(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    rise = float(draw.uniform(1.08, 1.35))
    job = Job(
        provider="google", model="gemini-2.5-pro", task="tutor", requests=float(draw.uniform(200, 500)),
        price_factor=factor, input_tokens=2500, output_tokens=800, price_step=(int(draw.integers(8, 22)), rise),
    )  # fmt: skip
    extra = (rise - 1) * _usd_a_month(job)
    return [job], [Planted("price_change", job.model, float(draw.uniform(0.1, 1)) * extra)]


def _endpoints(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    """The same model at two providers, one with a better contract."""
    cheaper = float(draw.uniform(0.1, 0.3))
    here = Job(
        provider="openai", model="gpt-5.1", task="search", requests=float(draw.uniform(300, 800)), price_factor=factor,
        input_tokens=3500, output_tokens=650,
    )  # fmt: skip
    there = replace(here, provider="azure", requests=200, price_factor=factor * (1 - cheaper), duration_s=1.5)
    saved = float(draw.uniform(0.5, 1)) * cheaper * _usd_a_month(here)
    return [here, there], [Planted("endpoint_choice", here.model, saved)]


def _no_money(draw: np.random.Generator, factor: float) -> tuple[list[Job], list[Planted]]:
    """An outage without a fallback, a rate limit in the way, a model about to retire, a limit that is never reached."""
    start = int(draw.integers(0, 27)) * 24 + 12
    outage = Job(
        provider="openai", model="gpt-5.6-terra", task="voice", requests=400, price_factor=factor, output_tokens=700,
        outage_hours=tuple(range(start, start + 4)),
    )  # fmt: skip
    limited = replace(outage, model="gpt-4.1-mini", task="tagging", outage_hours=(), rate_limited=0.05)
    retiring = replace(outage, model="gpt-4-turbo", task="legacy", outage_hours=(), requests=60)
    unused = replace(
        outage, model="gpt-5.6-luna", task="suggest", outage_hours=(), requests=float(draw.uniform(3000, 5000)),
        max_tokens=16_000, truncated=0,
    )  # fmt: skip
    kinds = {"fallback_missing": outage, "rate_limits": limited, "retirement": retiring, "unused_max_tokens": unused}
    return list(kinds.values()), [Planted(kind, job.model, None) for kind, job in kinds.items()]


def _days(draw: np.random.Generator, requests: float) -> np.ndarray:
    """Requests of many days."""
    busy = np.exp(draw.normal(-(BUSY**2), np.sqrt(2) * BUSY, 7_000))
    return requests * np.tile(WEEKDAYS, 1_000) * busy


def _usd_a_request(job: Job) -> float:
    """Of one that is answered."""
    sent = job.input_tokens
    return job.usd(sent, job.output_tokens + job.reasoning_tokens, job.cached * sent)


def _answered_a_month(job: Job) -> float:
    return MONTH * job.requests * (1 - job.errors - job.rate_limited)


def _usd_a_month(job: Job) -> float:
    return _answered_a_month(job) * _usd_a_request(job)


WASTES: tuple[Waste, ...] = (
    *(
        _repeats,
        _batch,
        _retries,
        _truncations,
        _long_answers,
        _long_prompts,
        _growth,
        _uncached,
        _collapse,
        _reasoning,
    ),
    *(_priority, _too_large, _cascade, _long_context, _dearer, _endpoints, _no_money),
)
