"""A staging run beside production, request by request: the verdict's e-processes on both, shuffled."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

import msgspec
import numpy as np

from coagent.domain.batch import Batch, TextColumn
from coagent.domain.gate import ComparedMetric, CompareOutcome, Comparison, outcome_of
from coagent.domain.slo import Match
from coagent.domain.verdict import Arms, Metric, MetricFigures, Outcome, Trial
from coagent.domain.vocabulary import SIGNAL
from coagent.verdict.arm_rows import ArmRows, arm_rows, joined
from coagent.verdict.figures import verdict_of
from coagent.verdict.state import begun, with_arm_rows
from coagent.verdict.trial import margins, new_trial

BASE, CANDIDATE = "base", "candidate"
ALWAYS = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
SEED = 35
AT_ONCE = 256
"""Rows of both arms at once: 64 of a kind may wait for the other arm."""
LIKE = f"like with like by task and {SIGNAL['input_length'].name}"
METHOD = f"request by request, {LIKE}; e-processes, valid whenever one looks"
OUTCOMES: dict[Outcome, CompareOutcome] = {"certified": "certified", "halted": "worse", "open": "cannot_tell"}


def compare_batches(
    base: Iterable[Batch], candidate: Iterable[Batch], allowed: Mapping[Metric, float], alpha: float
) -> Comparison:
    """In an order drawn by a fixed seed, so that production and the run alternate. The same requests give the same."""
    trial = _trial(allowed, alpha)
    found = [*_rows(base, trial, BASE), *_rows(candidate, trial, CANDIDATE)]
    state = begun(trial)
    if found:
        rows = joined(found)
        order = np.random.default_rng(SEED).permutation(len(rows))
        for start in range(0, len(order), AT_ONCE):
            state = with_arm_rows(state, trial, rows.rows(order[start : start + AT_ONCE]))
    verdict = verdict_of(trial, state)
    metrics = tuple(_metric(one) for one in verdict.metrics)
    return Comparison(
        outcome=outcome_of(metrics),
        base_requests=verdict.control_requests,
        candidate_requests=verdict.candidate_requests,
        metrics=metrics,
        method=METHOD,
    )


def _trial(allowed: Mapping[Metric, float], alpha: float) -> Trial:
    return new_trial(
        name="gate",
        mode="split",
        pair_by=None,
        arms=Arms(field="variant", control=BASE, candidate=CANDIDATE),
        match=Match(),
        margins=margins({str(name): margin for name, margin in allowed.items()}, {}, {}),
        alpha=alpha,
        since=ALWAYS[0],
        ends_at=ALWAYS[1],
        started_at=ALWAYS[0],
        started_by="coagent gate",
    )


def _rows(batches: Iterable[Batch], trial: Trial, arm: str) -> Iterator[ArmRows]:
    """All of them in one arm; a staging run has tenants of its own, so that these divide nothing."""
    for batch in batches:
        column = TextColumn([arm], np.zeros(batch.rows, "<i4").tobytes())
        texts = {name: known for name, known in batch.texts.items() if name != "tenant"} | {"variant": column}
        found = arm_rows(msgspec.structs.replace(batch, texts=texts), trial, None)
        if found is not None:
            yield found


def _metric(one: MetricFigures) -> ComparedMetric:
    return ComparedMetric(
        metric=one.metric,
        outcome=OUTCOMES[one.outcome],
        margin=one.margin,
        effect=one.effect,
        low=one.low,
        high=one.high,
        compared=one.comparisons,
        more_requests=one.comparisons_left,
    )
