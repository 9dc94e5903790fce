"""The simulator: the same seed gives the same rows, and a planted change has the size that is stated."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from coagent.bench.simulator.changes import NULL, SIZED, location, partial, ramp, rate, spread
from coagent.bench.simulator.fleet import Fleet
from coagent.bench.simulator.labelled import LABELLED
from coagent.bench.simulator.traffic import DAY_ROWS, DAY_S, GAP_S, IID, PATTERNS, START_S
from coagent.columns import Columns as BatchColumns

BEFORE, AFTER = 20_000, 20_000


def fleet(change, traffic=IID, **changes):
    return replace(
        Fleet(change=change, traffic=traffic, rows_before=BEFORE, rows_after=AFTER, seed=11, lone=True), **changes
    )


def sides(change, name, **changes):
    values = fleet(change, **changes).columns(0).numbers[name]
    return values[:BEFORE], values[BEFORE:]


def normal_of(logprob):
    """The normal deviate that mean_logprob was made from."""
    return np.log(logprob / -0.5) / 0.3


@pytest.mark.parametrize("traffic", PATTERNS, ids=lambda one: one.name)
def test_same_seed_same_bytes_and_another_seed_others(traffic):
    found = [
        list(Fleet(change=SIZED[1], traffic=traffic, rows_before=500, rows_after=500, seed=seed).batches(256))
        for seed in (11, 11, 12)
    ]
    assert found[0] == found[1]
    assert found[0] != found[2]


@pytest.mark.parametrize("change", [*SIZED, *LABELLED], ids=lambda one: one.name)
def test_nothing_is_changed_before_the_change(change):
    rng = np.random.default_rng(3)
    weight = change.weight(rng, 100, 400)
    assert weight[:100].tolist() == [0.0] * 100
    assert weight.shape == (500,)
    assert weight[100:].max() > 0


def test_location_and_spread_have_the_stated_size():
    before, after = (normal_of(side) for side in sides(location(0.5), "mean_logprob"))
    assert (before.mean(), before.std()) == (pytest.approx(0, abs=0.03), pytest.approx(1, abs=0.02))
    assert (after.mean(), after.std()) == (pytest.approx(0.5, abs=0.03), pytest.approx(1, abs=0.02))
    assert normal_of(sides(spread(1.5), "mean_logprob")[1]).std() == pytest.approx(1.5, abs=0.03)


def test_a_rate_has_the_stated_size():
    before, after = sides(rate(0.01, 0.04), "refusal")
    assert (before.mean(), after.mean()) == (pytest.approx(0.01, abs=0.003), pytest.approx(0.04, abs=0.005))


@pytest.mark.parametrize("sticky", [False, True])
def test_a_share_of_the_rows_moves_in_runs_where_it_is_sticky(sticky):
    chosen = partial(3.0, 0.16, sticky=sticky).weight(np.random.default_rng(5), 0, 100_000)
    starts = np.count_nonzero(np.diff(chosen) > 0)
    assert chosen.mean() == pytest.approx(0.16, abs=0.02)
    assert chosen.sum() / starts == pytest.approx(35.7 if sticky else 1 / 0.84, rel=0.1)


def test_a_ramp_rises_to_its_end():
    weight = ramp(1.0, 2_000).weight(np.random.default_rng(5), 10, 3_000)
    assert weight[[9, 10, 10 + 999, 10 + 1_999, -1]].tolist() == [0.0, 1 / 2_000, 0.5, 1.0, 1.0]


def test_labelled_changes_move_what_they_say():
    named = {change.name: change for change in LABELLED}
    before, after = sides(named["price, strong"], "cost_usd", lone=False)
    assert np.nanmean(after) / np.nanmean(before) == pytest.approx(1.5, rel=0.03)
    before, after = sides(named["new tokenizer, strong"], "input_tokens", lone=False)
    assert after.mean() / before.mean() == pytest.approx(1.25, rel=0.03)
    before, after = sides(named["capacity, errors, strong"], "output_tokens", lone=False)
    assert (np.isnan(before).mean(), np.isnan(after).mean()) == (
        pytest.approx(0.01, abs=0.003),
        pytest.approx(0.5, abs=0.01),
    )


def test_a_declared_version_and_a_deploy_are_reported_from_the_change_on():
    for name, field in (("declared version, weak", "response_model"), ("own deploy, weak", "app_version")):
        [change] = [one for one in LABELLED if one.name == name]
        values, codes = fleet(change, lone=False).columns(0).texts[field]
        assert len(values) == 2
        assert np.flatnonzero(codes)[0] == BEFORE
        assert codes[BEFORE:].all()


@pytest.mark.parametrize("traffic", PATTERNS, ids=lambda one: one.name)
def test_no_pattern_changes_what_a_row_looks_like_over_the_long_run(traffic):
    columns = fleet(NULL, traffic, lone=False, rows_before=60_000, rows_after=0).columns(0)
    normal = normal_of(columns.numbers["mean_logprob"])
    pace = (columns.numbers["duration_s"] - columns.numbers["time_to_first_token_s"]) / columns.numbers["output_tokens"]
    known = np.isfinite(normal)
    assert normal[known].std() == pytest.approx(1, abs=0.06)
    assert np.median(pace[known]) == pytest.approx(0.02, rel=0.06)


@pytest.mark.parametrize(("name", "at_lag_one"), [("iid", 0.0), ("AR(1) 0.3", 0.06), ("AR(1) 0.9", 0.18)])
def test_neighbouring_rows_depend_as_stated(name, at_lag_one):
    [traffic] = [one for one in PATTERNS if one.name == name]
    normal = normal_of(fleet(location(0.0), traffic).columns(0).numbers["mean_logprob"])
    assert np.corrcoef(normal[1:], normal[:-1])[0, 1] == pytest.approx(at_lag_one, abs=0.02)


def test_times_ascend_at_about_the_stated_rate():
    spans = {}
    for traffic in PATTERNS:
        times = fleet(location(1.0), traffic).columns(0).numbers["time_s"]
        assert times[0] >= START_S
        assert (np.diff(times) >= 0).all()
        spans[traffic.name] = (times[-1] - times[0]) / len(times)
    assert spans["iid"] == pytest.approx(GAP_S, rel=0.05)
    assert spans["day cycle"] == pytest.approx(DAY_S / DAY_ROWS, rel=0.05)


def test_tenants_take_turns_and_their_rows_count_together():
    many = fleet(partial(3.0, 0.16), tenants=3, rows_before=40, rows_after=24)
    batches = list(many.batches(16))
    assert {batch.segment for batch in batches} == {many.segment}
    tenants, codes = BatchColumns(batches[0]).text("tenant")
    assert [tenants[code] for code in codes[:4]] == ["tenant-0", "tenant-1", "tenant-2", "tenant-0"]
    joined = np.concatenate([BatchColumns(batch).number("mean_logprob") for batch in batches])
    assert joined[1::3].tobytes() == many.columns(1).numbers["mean_logprob"].tobytes()
    assert [many.delay(ordinal) for ordinal in (119, 120, 122)] == [0, 1, 3]


def test_batches_hold_the_columns_in_order():
    whole = fleet(location(1.0), lone=False, rows_before=30, rows_after=10)
    batches = list(whole.batches(16))
    assert [batch.rows for batch in batches] == [16, 16, 8]
    assert all(one.last_offset + 1 == other.first_offset for one, other in pairwise(batches))
    joined = np.concatenate([BatchColumns(batch).number("duration_s") for batch in batches])
    assert joined.tobytes() == whole.columns(0).numbers["duration_s"].tobytes()
    assert BatchColumns(batches[0]).text("status")[0] == ["ok", "error"]


def test_a_change_of_one_tenant_leaves_the_others_alone():
    one = fleet(location(3.0), tenants=2, who="one", rows_before=2_000, rows_after=2_000)
    moved = [normal_of(one.columns(tenant).numbers["mean_logprob"]) for tenant in range(2)]
    assert [values[2_000:].mean() - values[:2_000].mean() for values in moved] == [
        pytest.approx(3.0, abs=0.1),
        pytest.approx(0.0, abs=0.1),
    ]
    assert [one.delay(ordinal) for ordinal in (3_999, 4_000, 4_002)] == [0, 1, 2]


def test_unlike_tenants_differ_in_level_and_move_alike():
    many = fleet(location(1.0), tenants=8, who="unlike", rows_before=2_000, rows_after=2_000)
    values = [normal_of(many.columns(tenant).numbers["mean_logprob"]) for tenant in range(8)]
    before = np.array([one[:2_000].mean() for one in values])
    assert before.std() > 0.4
    assert [one[2_000:].mean() for one in values] == pytest.approx(before + 1.0, abs=0.15)
