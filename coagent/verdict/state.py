"""What a running trial knows, and what a batch of rows adds to it. The same batches in the same order give the same."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from coagent.domain.batch import Batch
from coagent.domain.verdict import METRICS, Point, Trial
from coagent.verdict.arm_rows import CANDIDATE, CONTROL, ArmRows, arm_rows, last_place
from coagent.verdict.blocks import Blocks, with_values
from coagent.verdict.effect import effect_of
from coagent.verdict.evidence import Evidence, no_evidence, with_comparisons
from coagent.verdict.losses import CAP_ROWS, cap_of, losses, units
from coagent.verdict.pairs import Pairs, with_rows
from coagent.verdict.plan import CERTIFY, HALT, Floats, Plan, plan_of
from coagent.verdict.routing import RoutingCounts, with_latencies, with_pairs

NEXT_POINT = 1.1
"""Points of the history are 10 % of the comparisons apart: 150 for a million."""


class MetricState(msgspec.Struct, frozen=True, kw_only=True):
    """`costs`: the first known ones of the control, which fix the cap and are not compared. `decided`: when each margin
    was passed, by the time of the rows.
    """

    evidence: Evidence
    blocks: Blocks = Blocks()
    costs: tuple[float, ...] = ()
    decided: tuple[datetime | None, datetime | None] = (None, None)
    history: tuple[Point, ...] = ()


class TrialState(msgspec.Struct, frozen=True, kw_only=True):
    """`seen`: offset and index of the last row of each stream and telemetry partition; rows up to there were counted.
    `positions`: where to read on, by partition of the requests topic.
    """

    metrics: tuple[MetricState, ...]
    pairs: Pairs = Pairs()
    routing: RoutingCounts = RoutingCounts()
    requests: tuple[int, int] = (0, 0)
    first_at: datetime | None = None
    last_at: datetime | None = None
    seen: dict[str, tuple[int, int]] = {}
    positions: dict[str, int] = {}


def plans_of(trial: Trial) -> list[Plan]:
    return [plan_of(one, trial.alpha, len(trial.margins)) for one in trial.margins]


def begun(trial: Trial) -> TrialState:
    return TrialState(metrics=tuple(MetricState(evidence=no_evidence(plan)) for plan in plans_of(trial)))


def with_batch(before: TrialState, trial: Trial, batch: Batch | None, position: tuple[str, int]) -> TrialState:
    """After a batch that was read from `position`: a partition of the requests topic and an offset in it. One that was
    counted already changes nothing, None (it cannot be read) moves the position alone.
    """
    partition, offset = position
    if offset < before.positions.get(partition, 0):
        return before
    after = before if batch is None else _with_batch(before, trial, batch)
    return msgspec.structs.replace(after, positions={**before.positions, partition: offset + 1})


def _with_batch(before: TrialState, trial: Trial, batch: Batch) -> TrialState:
    place = f"{batch.segment.id}/{batch.source}"
    seen = before.seen.get(place)
    rows = arm_rows(batch, trial, seen)
    if rows is None:
        return before
    last = last_place(batch)
    seen_now = {**before.seen, place: max(seen or last, last)}
    return msgspec.structs.replace(with_arm_rows(before, trial, rows), seen=seen_now)


def with_arm_rows(before: TrialState, trial: Trial, rows: ArmRows) -> TrialState:
    """After rows of both arms, in their order."""
    at = datetime.fromtimestamp(float(rows.times.max()), UTC)
    first = datetime.fromtimestamp(float(rows.times.min()), UTC)
    pairs, both, routing = before.pairs, None, with_latencies(before.routing, rows.router_s)
    if trial.pair_by:
        pairs, both, sure = with_rows(before.pairs, rows)
        routing = with_pairs(routing, both, sure, trial.margins)
    metrics = tuple(
        _with_paired(state, plan, both[:, METRICS.index(plan.metric)], at)
        if both is not None
        else _with_split(state, plan, rows, at)
        for state, plan in zip(before.metrics, plans_of(trial), strict=True)
    )
    counts = [before.requests[arm] + int((rows.arms == arm).sum()) for arm in (CONTROL, CANDIDATE)]
    return msgspec.structs.replace(
        before,
        metrics=metrics,
        pairs=pairs,
        routing=routing,
        requests=(counts[0], counts[1]),
        first_at=min(before.first_at or first, first),
        last_at=max(before.last_at or at, at),
    )


def _with_split(before: MetricState, plan: Plan, rows: ArmRows, at: datetime) -> MetricState:
    values = rows.values[METRICS.index(plan.metric)]
    rows, values = rows.rows(~np.isnan(values)), values[~np.isnan(values)]
    if plan.metric == "cost":
        is_control = rows.arms == CONTROL
        before, start = _capped(before, values, is_control)
        rows, values = rows.rows(np.arange(start, len(values))), values[start:]
    if not len(values):
        return before
    lost = losses(plan.metric, values, cap_of(before.costs))
    blocks, compared = with_values(before.blocks, rows.arms, rows.kinds, lost)
    return _compared(msgspec.structs.replace(before, blocks=blocks), plan, compared.control, compared.candidate, at)


def _with_paired(before: MetricState, plan: Plan, both: Floats, at: datetime) -> MetricState:
    """`both`, shape (2, pairs): values of control and candidate."""
    both = both[:, ~np.isnan(both).any(axis=0)]
    if plan.metric == "cost":
        before, start = _capped(before, both[0], np.ones(both.shape[1], bool))
        both = both[:, start:]
    known = tuple(one + both.shape[1] for one in before.blocks.known)
    before = msgspec.structs.replace(before, blocks=Blocks(known=(known[0], known[1])))
    lost = losses(plan.metric, both, cap_of(before.costs))
    return _compared(before, plan, lost[0], lost[1], at)


def _capped(before: MetricState, values: Floats, is_control: np.ndarray) -> tuple[MetricState, int]:
    """With the control's costs that fix the cap, and how many of the rows these took up."""
    missing = CAP_ROWS - len(before.costs)
    if missing <= 0:
        return before, 0
    places = np.flatnonzero(is_control)[:missing]
    costs = (*before.costs, *values[places].tolist())
    return msgspec.structs.replace(before, costs=costs), int(places[-1]) + 1 if len(costs) == CAP_ROWS else len(values)


def _compared(before: MetricState, plan: Plan, control: Floats, candidate: Floats, at: datetime) -> MetricState:
    """With further comparisons. When a margin was passed first stays known, whatever comes later."""
    if not len(control):
        return before
    evidence = with_comparisons(before.evidence, plan, candidate - control, units(plan.metric, control))
    news = zip(before.decided, before.evidence.decided, evidence.decided, strict=True)
    decided = [known or (at if new is not None and old is None else None) for known, old, new in news]
    return msgspec.structs.replace(
        before,
        evidence=evidence,
        decided=(decided[CERTIFY], decided[HALT]),
        history=_longer(before.history, evidence, plan, at),
    )


def _longer(history: tuple[Point, ...], evidence: Evidence, plan: Plan, at: datetime) -> tuple[Point, ...]:
    if history and evidence.moments.rows < NEXT_POINT * history[-1].comparisons:
        return history
    found = effect_of(evidence, plan)
    point = Point(comparisons=evidence.moments.rows, at=at, effect=found.effect, low=found.low, high=found.high)
    return (*history, point)


def encode(state: TrialState) -> bytes:
    return msgspec.msgpack.encode(state, enc_hook=_plain)


def decode(data: bytes) -> TrialState:
    return msgspec.msgpack.decode(data, type=TrialState, dec_hook=_array)


def _plain(value: Any) -> Any:
    return [value.shape, np.ascontiguousarray(value, "<f8").tobytes()]


def _array(_kind: type, value: Any) -> Any:
    return np.frombuffer(value[1], "<f8").reshape(value[0])
