"""What may be drawn does not depend on how rows are cut into batches, shared among workers, or read again."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest

from coagent.columns import Columns
from coagent.detect.config import DetectConfig
from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.review import REASONS, ReviewPool
from coagent.domain.segment import Segment
from coagent.review.ranks import ranks
from coagent.review.sampler import ReviewConfig, Sampler
from coagent.steps.detect import DetectStep
from coagent.steps.review_rows import review_rows

STREAM, SOURCE, SEED = Segment("openai", "gpt-4"), Source("main", "llm.telemetry", 0), 20_261_130
BUDGET, ROWS = 10, 3_000
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC).timestamp()
CONFIG = ReviewConfig(budget=BUDGET)


def batch(first: int, rows: int, *, known: float = 0.9, seconds: float = 20.0) -> Batch:
    """Rows of a seeded stream from `first` on; `seconds` between them; `known`: share of rows that have an id."""
    chance = np.random.default_rng(SEED)
    numbers = np.arange(ROWS)
    named = chance.random(ROWS) < known
    part = slice(first, first + rows)
    columns = {
        "time_s": NOON + seconds * numbers,
        "quality_score": np.where(chance.random(ROWS) < 0.05, 0.2, np.nan),
        "mean_logprob": -chance.exponential(0.3, ROWS),
        "is_fallback": (chance.random(ROWS) < 0.03).astype(float),
        "cost_usd": chance.lognormal(-6, 1, ROWS),
        "output_tokens": chance.integers(50, 200, ROWS).astype(float),
    }
    codes = np.where(named[part], np.arange(len(numbers[part])), -1).astype("<i4")
    return Batch(
        segment=STREAM,
        source=SOURCE,
        rows=len(numbers[part]),
        first_offset=first,
        last_offset=first + rows - 1,
        offsets=numbers[part].astype("<i8").tobytes(),
        indexes=np.zeros(len(numbers[part]), "<i4").tobytes(),
        numbers={name: values[part].astype("<f8").tobytes() for name, values in columns.items()},
        texts={"request_id": TextColumn([f"request-{number}" for number in numbers[part]], codes.tobytes())},
    )


def taken(batches: Sequence[Batch]) -> list[ReviewPool]:
    sampler, found = Sampler.from_bytes(b"", STREAM, CONFIG), []
    for number, one in enumerate(batches):
        rows = review_rows(Columns(one))
        found += sampler.add(rows, has_open_shift=False, origin=Columns(one).place_of, sequence=number)
        sampler = Sampler.from_bytes(sampler.to_bytes(), STREAM, CONFIG)
    return found


def totals(pools: Sequence[ReviewPool]) -> dict[tuple[datetime, str], dict[str, int]]:
    """Of each day and part the newest counts."""
    newest = {(pool.day, pool.part): pool for pool in sorted(pools, key=lambda pool: pool.sequence)}
    return {place: {one.reason: one.requests for one in pool.requests} for place, pool in newest.items()}


def lowest(pools: Sequence[ReviewPool]) -> dict[tuple[datetime, str], list[str]]:
    found: dict[tuple[datetime, str], dict[str, int]] = {}
    for pool in pools:
        for entry in pool.entries:
            found.setdefault((pool.day, entry.reason), {})[entry.request_id] = entry.rank
    return {place: sorted(ids, key=lambda one: ids[one])[:BUDGET] for place, ids in found.items()}


def test_every_request_with_an_id_belongs_to_one_reason() -> None:
    pools = taken([batch(0, ROWS)])
    with_id = int((Columns(batch(0, ROWS)).text("request_id")[1] >= 0).sum())
    assert sum(count for counts in totals(pools).values() for count in counts.values()) == with_id
    assert sum(pool.without_id for pool in pools) == ROWS - with_id
    assert {name for counts in totals(pools).values() for name, count in counts.items() if count} >= {
        "low_score",
        "cascaded",
        "random",
    }


def test_how_rows_are_cut_changes_nothing() -> None:
    """One batch a day against many: limits come from the day before, which both have seen as a whole."""
    small = taken([batch(first, 100) for first in range(0, ROWS, 100)])
    assert lowest(taken([batch(0, 2160), batch(2160, 840)])) == lowest(small)
    sums = [
        sum(sum(counts.values()) for counts in totals(pools).values()) for pools in (small, taken([batch(0, ROWS)]))
    ]
    assert sums[0] == sums[1]


def test_the_lowest_are_those_of_the_lowest_ranks() -> None:
    same_day = taken([batch(0, ROWS, seconds=1.0)])
    [day] = {pool.day for pool in same_day}
    columns = Columns(batch(0, ROWS, seconds=1.0))
    values, codes = columns.text("request_id")
    is_random = (
        (codes >= 0) & ~(columns.number("quality_score") < CONFIG.low_score) & ~(columns.number("is_fallback") > 0)
    )
    drawn = ranks(values, CONFIG.seed)
    expected = sorted(np.flatnonzero(is_random).tolist(), key=lambda row: int(drawn[row]))[:BUDGET]
    assert lowest(same_day)[day, "random"] == [values[row] for row in expected]


def test_the_outermost_twentieth_of_the_day_before_is_expensive_or_unsure() -> None:
    pools = taken([batch(first, 60, seconds=60.0) for first in range(0, ROWS, 60)])
    second = [counts for (day, _), counts in sorted(totals(pools).items()) if sum(counts.values()) > 1000][-1]
    assert 0.02 < second["expensive"] / sum(second.values()) < 0.08
    assert 0.02 < second["low_confidence"] / sum(second.values()) < 0.08


def test_rows_that_come_again_are_neither_counted_nor_drawn_twice() -> None:
    step, state = DetectStep(DetectConfig(), CONFIG), None
    first = step(state, batch(0, 500))
    again = DetectStep(DetectConfig(), CONFIG)(first.state, batch(0, 500))
    assert again.review == []
    overlapping = DetectStep(DetectConfig(), CONFIG)(first.state, batch(250, 500))
    whole = DetectStep(DetectConfig(), CONFIG)(None, batch(0, 750))
    assert sum(one.requests for one in overlapping.review[-1].requests) == sum(
        one.requests for one in whole.review[-1].requests
    )
    assert lowest([*first.review, *overlapping.review]) == lowest(whole.review)


def test_a_crash_before_the_state_is_kept_gives_the_same_again() -> None:
    first = DetectStep(DetectConfig(), CONFIG)(None, batch(0, 500))
    twice = [DetectStep(DetectConfig(), CONFIG)(first.state, batch(500, 500)) for _ in range(2)]
    assert twice[0].review == twice[1].review
    assert twice[0].state == twice[1].state


def test_a_new_log_begins_new_parts_and_another_budget_of_zero_samples_nothing() -> None:
    first = DetectStep(DetectConfig(), CONFIG)(None, batch(0, 500))
    anew = DetectStep(DetectConfig(), CONFIG)(DetectStep.begin_new_log(first.state), batch(500, 100))
    assert {pool.part for pool in anew.review}.isdisjoint(pool.part for pool in first.review)
    assert DetectStep(DetectConfig())(None, batch(0, 500)).review == []


def test_of_an_open_shift_all_requests_are_carriers() -> None:
    sampler = Sampler.from_bytes(b"", STREAM, CONFIG)
    [pool] = sampler.add(review_rows(Columns(batch(0, 50))), has_open_shift=True, origin=str, sequence=1)
    assert {entry.reason for entry in pool.entries} == {"shift"}


def test_state_and_entries_stay_bounded() -> None:
    many = ReviewConfig(budget=50)
    sampler, entries = Sampler.from_bytes(b"", STREAM, many), 0
    for first in range(0, ROWS, 100):
        columns = Columns(batch(first, 100))
        for pool in sampler.add(review_rows(columns), has_open_shift=False, origin=columns.place_of, sequence=first):
            entries += len(pool.entries)
    assert len(sampler.to_bytes()) < 3 * len(REASONS) * (50 * 8 + 600)
    assert entries < ROWS // 2


@pytest.mark.parametrize("ids", [["a", "b", "äöü", "a" * 512, ""], ["x", "longer-id"]])
def test_ranks_do_not_depend_on_what_stands_beside_them(ids: list[str]) -> None:
    together = ranks(ids, "coagent").tolist()
    assert together == [int(ranks([one], "coagent")[0]) for one in ids]
    assert together != ranks(ids, "another").tolist()
    assert len(set(together)) == len(ids)


def test_ranks_are_uniform_also_of_ids_that_count_up() -> None:
    drawn = ranks([f"request-{number:06d}" for number in range(20_000)], "coagent") / 2**62
    bins = np.bincount((20 * drawn).astype(int), minlength=20)
    assert ((bins - 1000) ** 2 / 1000).sum() < 43.8  # chi-squared, 19 degrees of freedom, 1 in 1000
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.03


def test_pools_travel_unchanged() -> None:
    pools = taken([batch(0, 500)])
    assert [msgspec.msgpack.decode(msgspec.msgpack.encode(pool), type=ReviewPool) for pool in pools] == pools
