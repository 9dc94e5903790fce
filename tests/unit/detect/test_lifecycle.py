"""How suspicions end, and what is remembered of them."""

import numpy as np

from .batches import batches_of, timed
from .test_detect_step import CHANGE, ROWS, run, traffic


def phases(columns: object, **options: object) -> list[tuple[str, int]]:
    reported = run(list(batches_of(columns, [256])))[1]  # type: ignore[arg-type]
    return [(one.phase, one.raised.ordinal) for one in reported if one.phase != "growing"]


def test_what_passes_by_itself_is_reported_as_recovered() -> None:
    found = phases(traffic(factor=2.5, until=CHANGE + 60))
    assert [phase for phase, _ in found] == ["raised", "recovered"]


def test_after_a_recovery_the_old_reference_still_holds() -> None:
    columns = traffic(factor=2.5, until=CHANGE + 60, rows=2600)
    again = traffic(factor=2.5, until=2600, rows=2600, seed=8)
    for name, values in columns.items():
        columns[name] = [*list(values)[:2000], *list(again[name])[2000:]]
    found = phases(columns)
    assert [phase for phase, _ in found] == ["raised", "recovered", "raised", "final"]
    assert 2000 <= found[2][1] <= 2150


def test_a_second_change_is_found_after_the_first_was_accepted() -> None:
    columns = traffic(until=2600, rows=2600)
    longer = np.where(np.arange(2600) >= 2000, 2.0, 1.0)
    for name in ("output_tokens", "output_chars", "duration_s"):
        columns[name] = np.asarray(columns[name]) * longer
    found = phases(columns)
    assert [phase for phase, _ in found] == ["raised", "final", "raised", "final"]
    assert 2000 <= found[2][1] <= 2060


def test_traffic_that_moves_is_seen_in_the_evidence_of_a_later_alarm() -> None:
    columns = traffic(rows=ROWS)
    columns["input_tokens"] = np.asarray(columns["input_tokens"]) * np.where(np.arange(ROWS) >= CHANGE - 200, 3.0, 1.0)
    reported = run(list(batches_of(columns, [256])))[1]
    evidence = {one.signal: one for one in reported[0].evidence}
    alarmed = evidence["input_length"].alarmed
    assert alarmed is not None


def test_a_daily_cycle_of_the_load_raises_nothing() -> None:
    """Latency swings by 15 % about its mean, a row every minute for a week: three times its own spread a day."""
    rng, rows = np.random.default_rng(0), 10_000
    times = 1.79e9 + np.cumsum(rng.exponential(60.0, rows))
    load = 0.15 * np.sin(2 * np.pi * times / 86_400)
    tokens = np.round(np.exp(rng.normal(5, 0.4, rows)))
    first = np.exp(-1.2 + load + rng.normal(0, 0.2, rows))
    columns = timed(
        {
            "time_s": times,
            "output_tokens": tokens,
            "time_to_first_token_s": first,
            "duration_s": first + tokens * 0.02 * np.exp(load + rng.normal(0, 0.1, rows)),
        }
    )
    assert phases(columns) == []


def test_bursts_raise_nothing() -> None:
    """Every thousand rows the load is up by half for fifty."""
    rng, rows = np.random.default_rng(1), 12_000
    first = np.exp(rng.normal(-1, 0.2, rows)) * np.where(np.arange(rows) % 1000 > 949, 1.5, 1.0)
    assert phases(timed({"time_to_first_token_s": first})) == []
