"""Strata that grow with the rows: at fixed rows of the stream, groups without all their strata are cut anew."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import CUTS, GOING, ROWS_A_STRATUM, SETTLED_FROM
from coagent.detect.sensor.grid import Bins
from coagent.detect.sensor.jit import compiled
from coagent.detect.sensor.reference import Counts, summed, with_room
from coagent.detect.sensor.sensed import BY_INPUT, BY_OUTPUT, WITHIN
from coagent.detect.sensor.state import SensorState
from coagent.detect.sensor.strata import Plan, equal_shares, most_strata

Longs = NDArray[np.int64]


def next_cut(rows: int) -> int | None:
    """Row of the stream at which strata are cut anew, after so many."""
    return next((cut for cut in CUTS if cut > rows), None)


def cut(state: SensorState) -> None:
    """Plans, reference and evidence as they are from this row on."""
    if changed := _changed_plans(state):
        state.reference = with_room(state.reference, state.categories)
        for plan in changed:
            _go_over(state, plan)
        state.reference = summed(state.reference.counts)
    sizes = np.bincount(state.kept.groups, minlength=len(state.settled))
    most = most_strata(len(state.settled))
    enough = ROWS_A_STRATUM * most if most > 1 else 0  # one stratum has no edges to learn
    for group, rows in enumerate(sizes.tolist()):
        state.settled[group] |= state.rows >= SETTLED_FROM and rows >= enough
    state.kept = state.kept.take(~np.array(state.settled, np.bool_)[state.kept.groups])
    if state.rows == CUTS[0]:
        state.forget_evidence(~_is_going(state))
        state.early = state.reference.totals.sum(axis=1) > 0


def _changed_plans(state: SensorState) -> list[Plan]:
    """Of the kinds that are cut otherwise from now on."""
    newest = {plan.kind: plan for plan in state.plans}
    plans = [(newest[kind], _plan(state, newest[kind])) for kind in (BY_INPUT, BY_OUTPUT)]
    return [plan for old, plan in plans if not np.array_equal(plan.first, old.first)]


def _go_over(state: SensorState, plan: Plan) -> None:
    """Signals go over to the new plan, their evidence starts anew; those whose evidence is going up keep theirs."""
    state.plans.append(plan)
    moves = (WITHIN == plan.kind) & ~_is_going(state)
    state.forget_evidence(moves)
    for place in np.unique(state.plan_of[moves]).tolist():
        _count_anew(state, np.flatnonzero(moves & (state.plan_of == place)), state.plans[place], plan)
    state.plan_of[moves] = len(state.plans) - 1


def _is_going(state: SensorState) -> NDArray[np.bool_]:
    """Signals whose evidence is on its way up."""
    found: NDArray[np.bool_] = state.evidence.mean >= GOING * state.rows
    return found


def _plan(state: SensorState, old: Plan) -> Plan:
    """The next plan; groups that it cuts otherwise get categories of their own."""
    plan = Plan(old.kind, old.edges.copy(), old.first.copy())
    for group in range(len(state.settled)):
        if state.settled[group]:
            continue
        mine = state.kept.groups == group
        edges = equal_shares(state.kept.lengths[old.kind, mine], len(state.settled))
        if np.isfinite(edges).any() and not np.array_equal(edges, old.edges[group]):
            plan.edges[group], plan.first[group] = edges, state.categories
            state.categories += plan.strata(group)
    return plan


def _count_anew(state: SensorState, signals: Longs, before: Plan, after: Plan) -> None:
    """The signals' reference under another plan: groups that it cuts otherwise, from the rows kept of them. Sums are
    still to be made.
    """
    kept, moved = state.kept, before.first != after.first
    strata = 1 + np.isfinite(before.edges).sum(axis=1)
    categories = after.categories(kept.groups, kept.lengths[after.kind])
    _move(state.reference.counts, signals, moved, before.first, strata, kept.bins, kept.groups, categories)


@compiled
def _move(  # noqa: PLR0917  compiled functions take their arrays by position
    counts: Counts,
    signals: Longs,
    moved: NDArray[np.bool_],
    first: Longs,
    strata: Longs,
    bins: Bins,
    groups: Longs,
    categories: Longs,
) -> None:
    for s in signals:
        for group in np.flatnonzero(moved):
            counts[s, first[group] : first[group] + strata[group]] = 0
        for j in range(len(groups)):
            if moved[groups[j]] and bins[s, j] >= 0:
                counts[s, categories[j], bins[s, j]] += 1


def admit(state: SensorState, groups: NDArray[np.int64]) -> None:
    """Groups met for the first time get a category of their own in every plan."""
    while len(state.settled) < int(groups.max(initial=-1)) + 1:
        state.plans = [plan.with_group(state.categories) for plan in state.plans]
        state.settled.append(False)
        state.categories += 1
    state.reference = with_room(state.reference, state.categories)
