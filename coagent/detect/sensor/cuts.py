"""Strata that grow with the rows: at fixed rows of the stream, groups without all their strata are cut anew."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import CUTS, GOING, ROWS_A_STRATUM, SETTLED_FROM
from coagent.detect.sensor.reference import summed, with_room
from coagent.detect.sensor.sensed import BY_INPUT, BY_OUTPUT, WITHIN
from coagent.detect.sensor.state import SensorState
from coagent.detect.sensor.strata import Plan, equal_shares, most_strata


def next_cut(rows: int) -> int | None:
    """Row of the stream at which strata are cut anew, after so many."""
    return next((cut for cut in CUTS if cut > rows), None)


def cut(state: SensorState) -> None:
    """Plans, reference and evidence as they are from this row on."""
    for kind in (BY_INPUT, BY_OUTPUT):
        _cut_kind(state, kind)
    sizes = np.bincount(state.kept.groups, minlength=len(state.settled))
    most = most_strata(len(state.settled))
    enough = ROWS_A_STRATUM * most if most > 1 else 0  # one stratum has no edges to learn
    for group, rows in enumerate(sizes.tolist()):
        state.settled[group] |= state.rows >= SETTLED_FROM and rows >= enough
    state.kept = state.kept.take(~np.array(state.settled, np.bool_)[state.kept.groups])
    if state.rows == CUTS[0]:
        state.forget_evidence(~_is_going(state))
        state.early = state.reference.totals.sum(axis=1) > 0


def _cut_kind(state: SensorState, kind: int) -> None:
    """Signals go over to the new plan, their evidence starts anew; those whose evidence is going up keep theirs."""
    old = max(place for place, plan in enumerate(state.plans) if plan.kind == kind)
    plan = _plan(state, state.plans[old])
    if np.array_equal(plan.first, state.plans[old].first):
        return
    state.plans.append(plan)
    state.reference = with_room(state.reference, state.categories)
    moves = (WITHIN == kind) & ~_is_going(state)
    state.forget_evidence(moves)
    for signal in np.flatnonzero(moves).tolist():
        _count_anew(state, signal, len(state.plans) - 1)
    state.reference = summed(state.reference.counts)


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


def _count_anew(state: SensorState, signal: int, place: int) -> None:
    """The signal's reference under another plan: groups that it cuts otherwise, from the rows kept of them."""
    counts, before, after = state.reference.counts[signal], state.plans[state.plan_of[signal]], state.plans[place]
    moved = before.first != after.first
    for group in np.flatnonzero(moved).tolist():
        counts[before.first[group] : before.first[group] + before.strata(group)] = 0
    known = (state.kept.bins[signal] >= 0) & moved[state.kept.groups]
    rows = state.kept.take(known)
    np.add.at(counts, (after.categories(rows.groups, rows.lengths[after.kind]), rows.bins[signal].astype(int)), 1)
    state.plan_of[signal] = place


def admit(state: SensorState, groups: NDArray[np.int64]) -> None:
    """Groups met for the first time get a category of their own in every plan."""
    while len(state.settled) < int(groups.max(initial=-1)) + 1:
        state.plans = [plan.with_group(state.categories) for plan in state.plans]
        state.settled.append(False)
        state.categories += 1
    state.reference = with_room(state.reference, state.categories)
