"""A change of one tenant alone: reported about that tenant, once, by its own rows; the stream goes on."""

from collections.abc import Sequence

import numpy as np
import pytest

from coagent.detect.config import DetectConfig
from coagent.domain.candidate import Candidate
from coagent.domain.command import Accept
from coagent.steps.detect import DetectStep

from .batches import SEGMENT, Columns, batches_of, timed

TENANTS, BEFORE, AFTER = 20, 8_000, 4_000
CHANGED = 3


def traffic(
    seed: int = 0, *, changed: Sequence[int] = (CHANGED,), until: int = BEFORE + AFTER, factor: float = 1.8
) -> Columns:
    """A row a second; log-probabilities and lengths of these tenants move at row BEFORE."""
    rng, rows = np.random.default_rng(seed), BEFORE + AFTER
    tenants, at = rng.integers(0, TENANTS, rows), np.arange(rows)
    moved = np.isin(tenants, changed) & (at >= BEFORE) & (at < until)
    level = np.exp(rng.normal(size=TENANTS))[tenants]
    tokens = np.rint(np.exp(rng.normal(5, 0.4, rows)))
    return timed(
        {
            "tenant": [f"tenant-{tenant}" for tenant in tenants],
            "input_tokens": np.rint(np.exp(rng.normal(6, 0.6, rows))),
            "output_tokens": tokens,
            "mean_logprob": -level * np.exp(rng.normal(0, 0.3, rows)) * np.where(moved, factor, 1.0),
            "duration_s": np.exp(rng.normal(0, 0.3, rows)),
            "cost_usd": np.round(tokens * 1e-5, 8),
        }
    )


def run(columns: Columns, sizes: Sequence[int] = (512,)) -> tuple[list[Candidate], list[int]]:
    step, state, found, bytes_of = DetectStep(DetectConfig()), None, [], []
    for batch in batches_of(columns, sizes):
        detected = step(state, batch)
        state = detected.state
        found += detected.candidates
        bytes_of.append(len(state))
    return found, bytes_of


@pytest.mark.parametrize("seed", range(3))
def test_the_tenant_is_named_and_followed_by_its_own_rows(seed: int) -> None:
    found, bytes_of = run(traffic(seed))
    assert {one.segment.tenant for one in found} == {f"tenant-{CHANGED}"}
    assert [one.phase for one in found if one.phase != "growing"] == ["raised", "final"]
    last = found[-1]
    assert last.signal == "mean_logprob"
    assert [(part.dimension, part.name, part.alarmed) for part in last.parts] == [("tenant", f"tenant-{CHANGED}", True)]
    assert last.parts[0].high < 0.4
    assert BEFORE - 400 <= last.onset.ordinal <= BEFORE + 400
    assert last.rows_fresh == 64
    evidence = {one.signal: one for one in last.evidence}
    assert len(evidence["mean_logprob"].fresh.values) == 64 * 8
    assert len(evidence["mean_logprob"].before.values) == 192 * 8
    before, fresh = (np.frombuffer(s.values) for s in (evidence["mean_logprob"].before, evidence["mean_logprob"].fresh))
    assert np.median(fresh) / np.median(before) == pytest.approx(1.8, rel=0.2)
    assert max(bytes_of) < 128 << 10


def test_cut_into_other_batches_it_is_the_same() -> None:
    assert run(traffic(), [512])[0] == run(traffic(), [97, 1_900, 3])[0]


def test_what_passes_by_itself_recovers() -> None:
    found, _ = run(traffic(1, until=BEFORE + 700))
    assert [one.phase for one in found if one.phase != "growing"] == ["raised", "recovered"]


def test_all_tenants_are_the_stream() -> None:
    found, _ = run(traffic(2, changed=range(TENANTS)))
    assert {one.segment for one in found} == {SEGMENT}
    first = found[0]
    assert first.signal == "mean_logprob"
    grown = next(one for one in found if one.rows_fresh >= 128)
    assert len(grown.parts) >= 16
    assert sum(part.high < 0.5 for part in grown.parts) >= 12
    assert sum(part.low > 0.5 for part in grown.parts) == 0


def test_some_tenants_carry_a_change_and_others_do_not() -> None:
    carriers = range(8)
    found, _ = run(traffic(4, changed=carriers, factor=3.0))
    whole = [one for one in found if one.segment == SEGMENT]
    assert whole
    ranks = {part.name: part for part in whole[-1].parts if part.rows >= 8}
    assert ranks
    for name, part in ranks.items():
        assert (part.high < 0.5) == (name in {f"tenant-{number}" for number in carriers})


def test_accepted_it_is_reported_no_more() -> None:
    step, state, found = DetectStep(DetectConfig()), None, []
    for batch in batches_of(traffic(), [512]):
        detected = step(state, batch)
        state = detected.state
        found += detected.candidates
        if detected.candidates and len(found) == len(detected.candidates):
            command = Accept(id="1", at=found[0].now.time, by="test", segment=found[0].segment)
            detected = step.obey(state, command)
            state = detected.state
            found += detected.candidates
    assert found[-1].phase == "reset"
    assert found[-1].segment.tenant == f"tenant-{CHANGED}"


@pytest.mark.parametrize("priced_as", ["cost_usd", "list_cost_usd"])
def test_costs_before_and_after(priced_as: str) -> None:
    """As billed, and at the list price where nothing was billed: most telemetry has tokens alone."""
    columns = dict(traffic(5, changed=range(TENANTS), factor=3.0))
    late = np.arange(BEFORE + AFTER) >= BEFORE
    del columns["cost_usd"]
    columns[priced_as] = np.round(np.asarray(columns["output_tokens"]) * 1e-5 * np.where(late, 1.5, 1.0), 8)
    columns["status"] = ["error" if row % 10 == 0 else "ok" for row in range(BEFORE + AFTER)]
    cost = run(columns)[0][-1].cost
    assert cost is not None
    assert cost.mean_after_usd / cost.mean_before_usd == pytest.approx(1.5, rel=0.05)
    assert cost.n_before == pytest.approx(0.9 * BEFORE, rel=0.01)
    assert cost.priced_share == 1.0
    assert cost.requests_per_day == pytest.approx(86_400, rel=0.01)
    assert cost.sd_before_usd == pytest.approx(np.std(np.asarray(columns[priced_as])[:BEFORE]), rel=0.05)


def test_a_cost_that_no_price_is_known_for_is_unknown() -> None:
    columns = dict(traffic(5, changed=range(TENANTS), factor=3.0))
    del columns["cost_usd"]
    cost = run(columns)[0][-1].cost
    assert cost is not None
    assert (cost.n_before, cost.n_after, cost.priced_share) == (0, 0, 0.0)
    assert cost.requests_per_day == pytest.approx(86_400, rel=0.01)
