"""Minute rollups: exact counts, unknowns, late rows, replay, and sketches that merge."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from coagent.columns import Columns
from coagent.count.rollups import OPEN_PARTS_PER_ACCOUNT, Rollups
from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.histogram import added, percentiles
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment

SEGMENT = Segment("openai", "gpt-4", task="summary")
SOURCE = Source("test", "telemetry", 0)
MINUTE_0 = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def text_column(values):
    distinct = list(dict.fromkeys(value for value in values if value is not None))
    codes = [-1 if value is None else distinct.index(value) for value in values]
    return TextColumn(distinct, np.array(codes, "<i4").tobytes())


def batch(minutes, first_offset=0, texts=None, **numbers):
    rows = len(minutes)
    numbers["time_s"] = [MINUTE_0.timestamp() + 60 * minute for minute in minutes]
    return Batch(
        segment=SEGMENT,
        source=SOURCE,
        rows=rows,
        first_offset=first_offset,
        last_offset=first_offset + rows - 1,
        offsets=np.arange(first_offset, first_offset + rows, dtype="<i8").tobytes(),
        indexes=np.zeros(rows, "<i4").tobytes(),
        numbers={name: np.array(values, "<f8").tobytes() for name, values in numbers.items()},
        texts={name: text_column(values) for name, values in (texts or {}).items()},
    )


def add(rollups, rows, sequence=1):
    return rollups.add(Columns(rows), sequence)


def test_what_only_advisors_read_is_counted():
    rows = batch(
        [0, 0, 0, 0],
        texts={"service_tier": ["priority", "batch", None, "default"], "status": ["ok", "error", "error", "ok"]},
        input_tokens=[10, 200_001, np.nan, 200_000],
        max_tokens=[100, np.nan, 50, np.nan],
        tool_calls=[2, 0, np.nan, 0],
        quality_score=[0.5, np.nan, np.nan, 0.25],
        cost_usd=[0.1, 0.2, np.nan, 0.4],
    )
    minutes = add(Rollups.from_bytes(None, SEGMENT), rows)
    names = (
        *("tiers_known", "priority_requests", "batched_requests", "long_inputs", "long_input_tokens", "max_tokens"),
        *("max_tokens_known", "tool_requests", "tools_known", "quality_score", "quality_scores_known"),
        "failed_cost_usd",
    )
    found = [sum(getattr(minute, name) or 0 for minute in minutes) for name in names]
    assert found == [3, 1, 1, 1, 200_001, 150, 2, 1, 3, Decimal("0.75"), 2, Decimal("0.2")]


def by_tier(minutes):
    return {(minute.minute.minute, minute.service_tier): (minute.requests, minute.errors) for minute in minutes}


def test_each_tier_of_an_account_has_parts_of_its_own():
    rows = batch(
        [0, 0, 0, 0, 1, 1, 1, 2],
        texts={
            "service_tier": ["priority", "default", None, "on_demand", "gold", None, "silver", None],
            "status": ["ok", "ok", "error", "ok", "ok", "error", "ok", "error"],
        },
    )
    found = by_tier(add(Rollups.from_bytes(None, SEGMENT), rows))
    mixed = {(0, "priority"): (1, 0), (0, "standard"): (2, 0), (0, None): (1, 1)}
    assert found == {**mixed, (1, "(other)"): (3, 1), (2, None): (1, 1)}, "a failure counts at the only tier there is"


def test_an_account_of_one_tier_has_one_part_and_rows_in_any_order_the_same():
    texts = {"service_tier": ["default", None, "default", None], "status": ["ok", "error", "ok", "error"]}
    [minute] = add(Rollups.from_bytes(None, SEGMENT), batch([0, 0, 0, 0], texts=texts))
    assert (minute.service_tier, minute.requests, minute.errors) == ("standard", 4, 2)
    shuffled = {**texts, "service_tier": ["flex", "default", "flex", None], "task": ["b", "a", "b", "a"]}
    found = add(Rollups.from_bytes(None, SEGMENT), batch([1, 0, 1, 0], texts=shuffled))
    assert [(one.segment.task, one.minute.minute, one.service_tier, one.requests) for one in found] == [
        ("a", 0, "standard", 2),
        ("b", 1, "flex", 2),
    ]


def test_sums_are_absolute_and_exact():
    rollups = Rollups.from_bytes(None, SEGMENT)
    first = batch([0, 0.5, 1], input_tokens=[10, 20, 40], cost_usd=[0.1, 0.2, np.nan], list_cost_usd=[9, 9, 0.05])
    second = batch([1.5], first_offset=3, input_tokens=[2], cost_usd=[0.000000001])
    assert [(r.minute.minute, r.requests, r.input_tokens, r.cost_usd) for r in add(rollups, first)] == [
        (0, 2, 30, Decimal("0.3")),
        (1, 1, 40, Decimal("0.05")),
    ]
    [minute] = add(rollups, second, sequence=2)
    assert (minute.requests, minute.input_tokens, minute.cost_usd, minute.cost_known, minute.sequence) == (
        2,
        42,
        Decimal("0.050000001"),
        2,
        2,
    )


def test_the_list_price_stands_beside_what_was_billed():
    rows = batch([0, 0, 0, 0], cost_usd=[0.1, np.nan, np.nan, 0.3], list_cost_usd=[0.2, 0.05, np.nan, np.nan])
    [rollup] = add(Rollups.from_bytes(None, SEGMENT), rows)
    assert (rollup.cost_usd, rollup.cost_known) == (Decimal("0.45"), 3)
    assert (rollup.list_cost_usd, rollup.list_cost_known) == (Decimal("0.25"), 2)
    [rollup] = add(Rollups.from_bytes(None, SEGMENT), batch([0], cost_usd=[0.1]))
    assert (rollup.list_cost_usd, rollup.list_cost_known) == (None, 0)


def test_costs_in_doubt_are_those_of_answered_requests_that_are_unknown():
    texts = {
        "cost_doubt": ["unread_usage", "unread_usage", None, "contradictory_counts"],
        "status": ["ok", "error", "ok", "ok"],
    }
    rows = batch([0] * 4, texts=texts, cost_usd=[np.nan, np.nan, np.nan, 0.1])
    [rollup] = add(Rollups.from_bytes(None, SEGMENT), rows)
    assert (rollup.cost_doubtful, rollup.cost_known, rollup.errors) == (1, 1, 1)


def test_what_no_row_knows_is_none_and_a_known_zero_is_zero():
    [rollup] = add(Rollups.from_bytes(None, SEGMENT), batch([0, 0], refusal=[0, np.nan], output_tokens=[np.nan, 7]))
    assert rollup.refusals == 0
    assert rollup.output_tokens == 7
    unknown = ("fallbacks", "cache_hits", "streamed", "input_tokens", "cost_usd", "duration", "prompt_sketch")
    assert [getattr(rollup, name) for name in unknown] == [None] * len(unknown)
    assert (rollup.cost_known, rollup.prompts_known, rollup.price_version) == (0, 0, None)


def test_errors_and_truncations():
    texts = {
        "status": ["ok", "error", None, None, None, "ok"],
        "error_type": [None, None, "timeout", None, None, "retried"],
        "finish_reason": ["stop", "length", "MAX_TOKENS", None, "content_filter", "stop"],
    }
    status = [np.nan, np.nan, np.nan, 503, 200, np.nan]
    [rollup] = add(Rollups.from_bytes(None, SEGMENT), batch([0] * 6, texts=texts, http_status=status))
    assert (rollup.errors, rollup.truncations) == (3, 2)


def test_prompts_and_price_version():
    texts = {"prompt_hash": ["a", "b", "a", None], "price_version": ["v1", "v2", None, None]}
    rollups = Rollups.from_bytes(None, SEGMENT)
    [rollup] = add(rollups, batch([0] * 4, texts=texts))
    assert (rollup.prompts_known, rollup.price_version) == (3, "v2")
    [rollup] = add(rollups, batch([0], first_offset=4))
    assert (rollup.prompts_known, rollup.price_version) == (3, "v2")


def test_rows_out_of_order_fall_into_their_minutes():
    rollups = add(Rollups.from_bytes(None, SEGMENT), batch([2, 0, 1, 0, 2], output_tokens=[1, 2, 4, 8, 16]))
    assert [(r.minute.minute, r.output_tokens) for r in rollups] == [(0, 10), (1, 4), (2, 17)]


def test_a_late_row_of_an_open_minute_joins_its_part():
    rollups = Rollups.from_bytes(None, SEGMENT)
    before = add(rollups, batch(range(OPEN_PARTS_PER_ACCOUNT)))
    [late] = add(rollups, batch([0], first_offset=9))
    assert late.part == before[0].part
    assert late.requests == 2


def test_a_late_row_of_a_closed_minute_opens_a_part_that_a_replay_makes_again():
    rollups = Rollups.from_bytes(None, SEGMENT)
    before = add(rollups, batch(range(OPEN_PARTS_PER_ACCOUNT + 1)))
    state = rollups.to_bytes()
    [late] = add(Rollups.from_bytes(state, SEGMENT), batch([0], first_offset=9))
    [again] = add(Rollups.from_bytes(state, SEGMENT), batch([0], first_offset=9))
    assert late == again
    assert late.part != before[0].part
    assert late.requests == 1


def test_state_of_another_version_begins_anew():
    assert Rollups.from_bytes(b"\x92\x00\x90", SEGMENT).to_bytes() == Rollups.from_bytes(None, SEGMENT).to_bytes()


def test_no_rows_no_rollups():
    assert add(Rollups.from_bytes(None, SEGMENT), batch([])) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_any_cut_into_batches_gives_the_same_figures(seed):
    rng = np.random.default_rng(seed)
    minutes = np.sort(rng.uniform(0, 3, 600))
    durations = rng.lognormal(size=600)
    whole = add(Rollups.from_bytes(None, SEGMENT), batch(minutes, duration_s=durations, input_tokens=minutes // 0.1))
    state, last = None, {}
    for start in range(0, 600, 37):
        cut = slice(start, start + 37)
        rows = batch(minutes[cut], first_offset=start, duration_s=durations[cut], input_tokens=minutes[cut] // 0.1)
        rollups = Rollups.from_bytes(state, SEGMENT)
        last |= {r.minute: r for r in add(rollups, rows, sequence=start)}
        state = rollups.to_bytes()
    assert [figures(r) for r in last.values()] == [figures(r) for r in whole]
    assert [r.duration for r in last.values()] == [r.duration for r in whole]
    exact = np.quantile(durations, (0.5, 0.99), method="inverted_cdf")
    assert percentiles(added(r.duration for r in last.values()), (0.5, 0.99)) == pytest.approx(exact, rel=0.02)


def figures(rollup: Rollup):
    return rollup.minute, rollup.part, rollup.requests, rollup.input_tokens


def test_replay_makes_the_same_bytes():
    rng = np.random.default_rng(3)
    rows = batch(np.sort(rng.uniform(0, 2, 2000)), duration_s=rng.lognormal(size=2000))
    first, second = Rollups.from_bytes(None, SEGMENT), Rollups.from_bytes(None, SEGMENT)
    assert add(first, rows) == add(second, rows)
    assert first.to_bytes() == second.to_bytes()


def test_state_stays_small():
    rng = np.random.default_rng(4)
    rollups = Rollups.from_bytes(None, SEGMENT)
    texts = {"prompt_hash": [f"{i:032x}" for i in range(20_000)]}
    rows = batch(np.sort(rng.uniform(0, 10, 20_000)), duration_s=rng.lognormal(size=20_000), texts=texts)
    add(rollups, rows)
    assert len(rollups.to_bytes()) < 20_000


def test_each_account_of_a_stream_is_counted_by_itself():
    rollups = Rollups.from_bytes(None, Segment("openai", "gpt-4"))
    texts = {"task": ["a", None, "a", "b"], "tenant": ["x", "x", "x", None]}
    first = add(rollups, batch([0, 0, 0, 0], texts=texts))
    again = add(rollups, batch([0], first_offset=4, texts={"task": ["a"], "tenant": ["x"]}), sequence=2)
    found = {(one.segment.task, one.segment.tenant): one.requests for one in first}
    assert found == {("a", "x"): 2, (None, "x"): 1, ("b", None): 1}
    assert [(one.segment.task, one.requests, one.part in {r.part for r in first}) for one in again] == [("a", 3, True)]


def test_open_minutes_are_bounded_however_many_accounts_there_are():
    rollups, counted = Rollups.from_bytes(None, Segment("openai", "gpt-4")), 0
    parts = {}
    for first in range(0, 4_000, 1_000):
        tenants = [f"t{number}" for number in range(1_000)]
        for one in add(rollups, batch([0] * 1_000, first_offset=first, texts={"tenant": tenants}), sequence=first):
            parts[one.segment, one.part] = one.requests
    counted = sum(parts.values())
    assert counted == 4_000
    assert len(rollups.to_bytes()) < 512 * 400
