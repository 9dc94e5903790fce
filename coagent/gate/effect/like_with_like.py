"""Success, latency and throughput of two models on the tasks that both have, weighted by our mix of tasks."""

import numpy as np

from coagent.domain.gate import Effect, Estimate, Metric, Reviewed
from coagent.domain.histogram import Histogram, bin_value, of_counts
from coagent.gate.effect.cost import divided, shared_tasks
from coagent.gate.effect.intervals import (
    BOOTSTRAP,
    ORDER,
    WILSON,
    Days,
    Floats,
    difference,
    drawn_days,
    effective,
    outer,
    quantile,
    sampled,
    score,
)
from coagent.gate.effect.measured import LEAST, Measured

Shared = list[tuple[int, int]]
SHARES: dict[Metric, float] = {"latency_p50": 0.5, "latency_p95": 0.95}


def success(ours: Measured, theirs: Measured | None) -> Effect:
    shared = shared_tasks(ours, theirs, "outcomes_known")
    if theirs is None or not shared:
        return _unknown("success", ours, theirs, before=_rate_alone(ours))
    own, other = [one for one, _ in shared], [two for _, two in shared]
    weights = ours.total("requests")[own]
    before, after = _rate(ours, own, weights), _rate(theirs, other, weights)
    return Effect(
        metric="success",
        before=before,
        after=after,
        change=difference(before, after),
        method=WILSON,
        rests_on=_rests_on(ours, theirs, shared, "outcomes_known"),
    )


def _rate(one: Measured, places: list[int], weights: Floats) -> Estimate:
    known = one.total("outcomes_known")[places]
    rates = 1 - one.total("errors")[places] / known
    return score(float(np.average(rates, weights=weights)), effective(weights, known))


def _rate_alone(ours: Measured) -> Estimate | None:
    known = float(ours.total("outcomes_known").sum())
    return score(1 - float(ours.total("errors").sum()) / known, known) if known else None


def latency(metric: Metric, ours: Measured, theirs: Measured | None) -> Effect:
    share = SHARES[metric]
    shared = [
        (one, two)
        for one, two in shared_tasks(ours, theirs)
        if theirs and _count(ours.durations[one]) >= LEAST and _count(theirs.durations[two]) >= LEAST
    ]
    if theirs is None or not shared:
        return _unknown(metric, ours, theirs, before=_percentile_alone(ours, share))
    own, other = [one for one, _ in shared], [two for _, two in shared]
    weights = ours.total("requests")[own]
    before, after = (_percentile(one, places, weights, share) for one, places in ((ours, own), (theirs, other)))
    return Effect(
        metric=metric,
        before=before,
        after=after,
        change=outer(before, after),
        method=ORDER,
        rests_on=_rests_on(ours, theirs, shared, "requests"),
    )


def _count(histogram: Histogram | None) -> int:
    return sum(histogram.counts) if histogram else 0


def _percentile(one: Measured, places: list[int], weights: Floats, share: float) -> Estimate:
    """Of the mixture of tasks at these weights."""
    counts = np.array([_count(one.durations[place]) for place in places], float)
    size = effective(weights, counts)
    mixed: dict[int, float] = {}
    for place, weight, count in zip(places, weights / weights.sum(), counts, strict=True):
        histogram = one.durations[place]
        assert histogram is not None
        for number, met in zip(histogram.bins, histogram.counts, strict=True):
            mixed[number] = mixed.get(number, 0.0) + weight * met / count
    whole = of_counts({number: round(1e9 * part) for number, part in mixed.items()})
    assert whole is not None
    return quantile(whole, share, size)


def _percentile_alone(ours: Measured, share: float) -> Estimate | None:
    places = [place for place in range(len(ours.tasks)) if _count(ours.durations[place]) >= LEAST]
    return _percentile(ours, places, ours.total("requests")[places], share) if places else None


def throughput(ours: Measured, theirs: Measured | None) -> Effect:
    """Output tokens a second of answering: all tokens by all seconds, so that long answers count by their length."""
    shared = [
        (one, two)
        for one, two in shared_tasks(ours, theirs)
        if theirs and _seconds(ours)[one].sum() > 0 and _seconds(theirs)[two].sum() > 0
    ]
    if theirs is None or not shared:
        return _unknown("throughput", ours, theirs, before=None)
    own, other = [one for one, _ in shared], [two for _, two in shared]
    drawn = [drawn_days(ours["requests"].shape[1], stream) for stream in (3, 4)]
    every = np.arange(ours["requests"].shape[1])[None]
    sides = [(ours, own, drawn[0]), (theirs, other, drawn[1])]
    values = [float(_speed(one, places, every)[0]) for one, places, _ in sides]
    samples = [_speed(one, places, days) for one, places, days in sides]
    before, after = (sampled(value, found) for value, found in zip(values, samples, strict=True))
    return Effect(
        metric="throughput",
        before=before,
        after=after,
        change=sampled(values[1] - values[0], samples[1] - samples[0]),
        method=BOOTSTRAP,
        rests_on=_rests_on(ours, theirs, shared, "requests"),
    )


def _seconds(one: Measured) -> Floats:
    """Shape (tasks, days): the mean duration of the task for each of the day's requests."""
    means = np.array([_mean(histogram) for histogram in one.durations])
    return np.asarray(one["requests"] * means[:, None])


def _mean(histogram: Histogram | None) -> float:
    if histogram is None:
        return 0.0
    whole = zip(histogram.bins, histogram.counts, strict=True)
    return sum(bin_value(number) * met for number, met in whole) / sum(histogram.counts)


def _speed(one: Measured, places: list[int], drawn: Days) -> Floats:
    tokens = one["output_tokens"][places][:, drawn].sum(axis=(0, 2))
    return divided(tokens, _seconds(one)[places][:, drawn].sum(axis=(0, 2)))


def quality(before: Reviewed | None, after: Reviewed | None) -> Effect:
    """Success by people's labels; unknown unless both were reviewed."""
    old, new = (_estimate(one) for one in (before, after))
    if old is None or new is None:
        lacking = "neither model" if old is new else ("the new model" if new is None else "the present model")
        why = (
            f"people reviewed answers of {lacking}"
            if lacking != "neither model"
            else "nobody reviewed answers of either model"
        )
        why = why if lacking == "neither model" else f"nobody reviewed answers of {lacking}"
        return Effect(metric="quality", before=old, after=new, why_unknown=why)
    assert before is not None
    assert after is not None
    rests_on = f"{before.requests:,} and {after.requests:,} reviewed requests (insights.model_scorecard)"
    return Effect(
        metric="quality", before=old, after=new, change=difference(old, new), method="of the review", rests_on=rests_on
    )


def _estimate(one: Reviewed | None) -> Estimate | None:
    return None if one is None else Estimate(value=one.rate, low=one.low, high=one.high)


def _unknown(metric: Metric, ours: Measured, theirs: Measured | None, before: Estimate | None) -> Effect:
    why = (
        "the new model was never measured here" if theirs is None else f"no task has {LEAST} measured requests on both"
    )
    return Effect(metric=metric, before=before, why_unknown=why, rests_on=f"{ours.requests:,} requests of {ours.name}")


def _rests_on(ours: Measured, theirs: Measured, shared: Shared, counted: str) -> str:
    own = int(ours.total(counted)[[one for one, _ in shared]].sum())
    other = int(theirs.total(counted)[[two for _, two in shared]].sum())
    tasks = f"{len(shared)} of {len(ours.tasks)} tasks" if len(ours.tasks) > 1 else "1 task"
    return f"{own:,} requests of {ours.name}, {other:,} of {theirs.name}, {tasks}"
