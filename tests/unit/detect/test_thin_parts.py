"""Tenants beyond the bound on groups: named where their own rows show that they carry a change."""

import numpy as np
import pytest

from coagent.detect.config import DetectConfig
from coagent.domain.candidate import Candidate
from coagent.steps.detect import DetectStep
from coagent.steps.stream_state import decode

from .batches import SEGMENT, Columns, batches_of, timed

EARLY, LATE = 60, 8
"""Tenants that take all groups with names, and those that come later."""
FIRST, BEFORE, AFTER = 2_000, 6_000, 1_500
CARRIERS = {"late-0", "late-1"}


def traffic(seed: int, *, factor: float) -> Columns:
    """A row a second, of tenants with unlike levels; the carriers' log-probabilities move at row BEFORE."""
    rng, rows = np.random.default_rng(seed), BEFORE + AFTER
    at, levels = np.arange(rows), np.exp(rng.normal(size=EARLY + LATE))
    late = (at >= FIRST) & (rng.random(rows) < 0.7)
    number = np.where(late, rng.integers(EARLY, EARLY + LATE, rows), rng.integers(0, EARLY, rows))
    names = np.array([f"early-{one}" for one in range(EARLY)] + [f"late-{one}" for one in range(LATE)])
    moved = np.isin(names[number], list(CARRIERS)) & (at >= BEFORE)
    return timed(
        {
            "tenant": names[number].tolist(),
            "input_tokens": np.rint(np.exp(rng.normal(6, 0.6, rows))),
            "output_tokens": np.rint(np.exp(rng.normal(5, 0.4, rows))),
            "mean_logprob": -levels[number] * np.exp(rng.normal(0, 0.3, rows)) * np.where(moved, factor, 1.0),
        }
    )


def run(columns: Columns, batch_rows: int) -> tuple[list[Candidate], bytes]:
    step, state, found = DetectStep(DetectConfig()), None, []
    for batch in batches_of(columns, [batch_rows]):
        detected = step(state, batch)
        state = detected.state
        found += detected.candidates
    assert state is not None
    return found, state


@pytest.mark.parametrize("seed", range(3))
def test_those_that_carry_it_are_named_and_the_others_are_not(seed: int) -> None:
    found, state = run(traffic(seed, factor=20.0), 512)
    last = [one for one in found if one.segment == SEGMENT][-1]
    thin = {part.name: part for part in last.parts if str(part.name).startswith("late")}
    assert set(thin) == CARRIERS
    for part in thin.values():
        assert part.high < 0.5
        assert part.rows >= 4
        assert part.rows_before >= 4
    assert len(state) < 128 << 10


def test_batches_and_stored_states_make_no_difference() -> None:
    columns, listed = traffic(0, factor=20.0), []
    for size in (512, 97):
        step, state, found = DetectStep(DetectConfig()), None, []
        for batch in batches_of(columns, [size]):
            detected = step(state, batch)
            state, step = detected.state, DetectStep(DetectConfig())
            found += detected.candidates
        listed.append([one.parts for one in found])
    assert listed[0]
    assert str(listed[0]) == str(listed[1])


def test_names_are_stored_where_the_group_has_none() -> None:
    _, state = run(traffic(0, factor=1.0), 512)
    watch, _, _ = decode(state, SEGMENT)
    for rows in (watch.recent, watch.reservoir):
        stored = set(rows.unnamed[1].tolist()) - {None}
        assert stored >= {f"late-{number}" for number in range(LATE)}
        assert not stored & {tenant for _, tenant, *_ in watch.sensor.groups.keys}
        assert not rows.unnamed[0].any()
