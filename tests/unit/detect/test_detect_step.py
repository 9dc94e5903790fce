"""The step as the stream uses it: state in, state out."""

import logging
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest

from coagent.detect.config import DetectConfig
from coagent.detect.state.codec import VERSION
from coagent.detect.state.stream import Control
from coagent.domain.batch import Batch, Source
from coagent.domain.candidate import Candidate
from coagent.domain.signal import COVARIATES, SIGNALS
from coagent.steps.detect import DetectStep
from coagent.steps.stream_state import FORMAT, decode, unwrap, wrap

from .batches import SEGMENT, Columns, batch_of, batches_of, timed

ROWS, CHANGE = 1600, 900
LARGEST_STATE = 128 << 10


def traffic(
    factor: float = 1.6, until: int = ROWS, rows: int = ROWS, seed: int = 4, *, declared: bool = True
) -> dict[str, Any]:
    """Answers get longer by `factor` from CHANGE on, until `until`; a tokenizer's fingerprint moves with them, and the
    provider names another model where it is `declared`.
    """
    rng = np.random.default_rng(seed)
    changed = (np.arange(rows) >= CHANGE) & (np.arange(rows) < until)
    output = np.round(np.exp(rng.normal(5, 0.4, rows)) * np.where(changed, factor, 1.0))
    first = np.exp(rng.normal(-1, 0.3, rows))
    return timed(
        {
            "input_tokens": rng.integers(50, 2000, rows).astype(float),
            "output_tokens": output,
            "output_chars": np.round(
                output * np.where(changed & (factor != 1), 3.6, 4.2) * rng.uniform(0.9, 1.1, rows)
            ),
            "time_to_first_token_s": first,
            "duration_s": first + output * 0.02,
            "status": ["error" if bad else "ok" for bad in rng.random(rows) < 0.01],
            "response_model": np.where(changed & declared & (factor != 1), "model-b", "model-a").tolist(),
            "quality_score": [float(rng.random()) if row % 9 == 0 else None for row in range(rows)],
        }
    )


def run(batches: Sequence[Batch], *, cold: bool = False) -> tuple[bytes, list[Candidate]]:
    """All batches through one process's step, or each through a process of its own."""
    step, state, reported = DetectStep(DetectConfig()), None, []
    for batch in batches:
        detected = (DetectStep(DetectConfig()) if cold else step)(state, batch)
        state, reported = detected.state, reported + detected.candidates
    assert state is not None
    return state, reported


def test_a_change_is_reported_as_it_grows() -> None:
    _, reported = run(list(batches_of(traffic(), [256])))
    first, last = reported[0], reported[-1]
    assert [one.phase for one in reported] == ["raised", *["growing"] * (len(reported) - 2), "final"]
    assert [one.sequence for one in reported] == sorted({one.sequence for one in reported})
    assert {one.id for one in reported} == {f"{SEGMENT.id}-{first.raised.ordinal}"}
    assert CHANGE <= first.raised.ordinal <= CHANGE + 30
    assert abs(first.onset.ordinal - CHANGE) <= 5
    assert first.onset.request_id == f"r{first.onset.ordinal}"
    assert (last.rows_fresh, last.now.ordinal) == (256, first.raised.ordinal + 256)
    assert {4, 8, 16, 32, 64, 128, 256} <= {one.rows_fresh for one in reported}


def test_evidence_holds_samples_and_declared_fields() -> None:
    _, reported = run(list(batches_of(traffic(), [256])))
    last = reported[-1]
    evidence = {one.signal: one for one in last.evidence}
    lengths = evidence["output_tokens"]
    before, fresh = (np.frombuffer(sample.values, "<f8") for sample in (lengths.before, lengths.fresh))
    assert len(before) > 180
    assert len(lengths.before.categories) == 2 * len(before)
    assert np.median(fresh) > 1.3 * np.median(before)
    assert lengths.alarmed is not None
    assert lengths.onset_low is not None
    assert lengths.onset_high is not None
    assert lengths.onset_low <= CHANGE <= lengths.onset_high + 5
    assert evidence["input_length"].alarmed is None
    assert set(evidence) <= {signal.name for signal in (*SIGNALS, *COVARIATES)}
    models = {counts.field: counts for counts in last.fields}["response_model"]
    assert set(models.before) == {"model-a"}
    assert models.after["model-b"] > 256


def test_nothing_is_reported_where_nothing_changes() -> None:
    assert run(list(batches_of(traffic(factor=1.0), [256])))[1] == []


def sensed(state: bytes) -> Any:
    """Without what is reported at the end of a batch: rollups, and when the detectors were shown last."""
    kept, version, detection = unwrap(state)
    return msgspec.structs.replace(kept, rollups=b"", control=Control()), version, bytes(detection)


@pytest.mark.parametrize("sizes", [[1], [37, 512, 3], [ROWS]])
def test_the_cut_into_batches_changes_nothing(sizes: list[int]) -> None:
    state, reported = run(list(batches_of(traffic(), [256])))
    other_state, other_reported = run(list(batches_of(traffic(), sizes)))
    assert other_reported == reported
    assert sensed(other_state) == sensed(state)


def test_a_new_process_goes_on_from_the_bytes_alone() -> None:
    batches = list(batches_of(traffic(), [300]))
    assert run(batches, cold=True) == run(batches)


def test_rows_that_come_twice_are_dropped() -> None:
    batches = list(batches_of(traffic(), [200]))
    step = DetectStep(DetectConfig())
    state, reported = None, []
    for batch in batches:
        detected = step(state, batch)
        again = step(detected.state, batch)
        assert (again.state, again.candidates, again.rollups) == (detected.state, [], [])
        state, reported = detected.state, reported + detected.candidates
    assert (state, reported) == run(batches)


def test_overlapping_batches_count_each_row_once() -> None:
    columns = traffic()
    parts = [(0, 500), (300, 900), (700, ROWS)]
    batches = [batch_of({name: values[a:b] for name, values in columns.items()}, a) for a, b in parts]
    assert run(batches)[1] == run(list(batches_of(columns, [500, 400, 700])))[1]


def test_sources_have_offsets_of_their_own() -> None:
    columns, step = traffic(factor=1.0, rows=400), DetectStep(DetectConfig())
    state = step(None, batch_of(columns)).state
    other = Source("test", "llm.telemetry", 1)
    detected = step(state, batch_of(columns, source=other))
    assert len(detected.rollups) > 0
    assert step(detected.state, batch_of(columns, source=other)).rollups == []


@pytest.mark.parametrize("state", [b"", b"\xffwhatever", b"\x02of version two", bytes([FORMAT]) + b"not zstd"])
def test_a_state_that_cannot_be_read_starts_anew(state: bytes, caplog: pytest.LogCaptureFixture) -> None:
    batch = batch_of(traffic(rows=300))
    with caplog.at_level(logging.WARNING):
        detected = DetectStep(DetectConfig())(state, batch)
    assert detected.state == DetectStep(DetectConfig())(None, batch).state
    assert "starts anew" in caplog.text


def with_detection(state: bytes, version: int, detection: object) -> bytes:
    return wrap(unwrap(state)[0], version, detection)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("version", "detection"), [(2, ["of another age"]), (99, {"x": 1}), (VERSION, ["damaged"]), (VERSION, None)]
)
def test_counts_outlive_a_detection_that_cannot_be_read(
    version: int, detection: object, caplog: pytest.LogCaptureFixture
) -> None:
    """After an upgrade: rows that were counted before are known, the open minute goes on, ids do not come again."""
    columns = traffic(factor=1.0)
    first, again = batch_of({name: values[:650] for name, values in columns.items()}), batch_of(columns)
    before = DetectStep(DetectConfig())(None, first)
    with caplog.at_level(logging.WARNING):
        after = DetectStep(DetectConfig())(with_detection(before.state, version, detection), again)
    assert "begins anew, its counts go on" in caplog.text
    whole = {(one.minute, one.part): one for one in (*before.rollups, *after.rollups)}
    assert sum(one.requests for one in whole.values()) == ROWS
    assert all(one.sequence > 650 for one in after.rollups)
    watch, sources, _ = decode(after.state, SEGMENT)
    assert (watch.rows_seen, watch.gapless_from, watch.reference_rows) == (ROWS, 650, ROWS - 650)
    assert list(sources.values()) == [(ROWS - 1, 0)]


def worst_columns(rows: int) -> Columns:
    """Every signal known, nothing compressible, every category in use."""
    rng = np.random.default_rng(9)
    names = ["output_tokens", "reasoning_tokens", "output_chars", "input_chars", "input_tokens", "cached_input_tokens"]
    times = ["time_to_first_token_s", "duration_s", "mean_logprob", "quality_score", "cost_usd"]
    flags = ["stream", "is_fallback", "tool_calls", "schema_valid", "refusal"]
    spread = np.where(np.arange(rows) > 2000, 5.0, 1.0)
    return timed(
        {name: np.exp(rng.normal(6, 2, rows)) * spread for name in names}
        | {name: np.exp(rng.normal(0, 1, rows)) * spread for name in times}
        | {name: (rng.random(rows) < 0.3).astype(float) for name in flags}
        | {"max_tokens": rng.choice([10.0, 20.0, 30.0], rows), "temperature": rng.choice([0.0, 0.5, 1.0], rows)}
        | {"request_id": [f"{value:032x}" for value in rng.integers(0, 2**62, rows)]}
        | {"finish_reason": rng.choice(["stop", "length"], rows).tolist()}
    )


def accounts_columns(accounts: int, rows: int) -> Columns:
    """Every signal of requests of so many accounts, ten a second, twenty tasks; parameters differ as they do."""
    rng = np.random.default_rng(1)
    account, outputs = rng.integers(0, accounts, rows), np.rint(np.exp(rng.normal(5, 0.6, rows)))
    inputs, first = np.rint(np.exp(rng.normal(6.5, 0.9, rows))), np.exp(rng.normal(-1, 0.4, rows))
    rates = {"tool_calls": 0.2, "refusal": 0.01, "is_fallback": 0.01, "schema_valid": 0.98}
    return timed(
        {name: (rng.random(rows) < rate).astype(float) for name, rate in rates.items()}
        | {"time_s": 1_790_000_000.0 + np.cumsum(rng.exponential(0.1, rows))}
        | {"task": [f"task-{one % 20}" for one in account], "tenant": [f"tenant-{one // 20}" for one in account]}
        | {"request_id": [f"{value:032x}" for value in rng.integers(0, 2**62, rows)]}
        | {"prompt_hash": [f"prompt-{one}" for one in rng.integers(0, 5_000, rows)]}
        | {"prefix_hash": [f"prefix-{one}" for one in rng.integers(0, 50, rows)]}
        | {"input_tokens": inputs, "output_tokens": outputs, "time_to_first_token_s": first, "stream": np.ones(rows)}
        | {"duration_s": first + 0.02 * outputs * np.exp(rng.normal(0, 0.25, rows))}
        | {"input_chars": np.rint(4.1 * inputs * rng.uniform(0.9, 1.1, rows))}
        | {"output_chars": np.rint(4.3 * outputs * rng.uniform(0.9, 1.1, rows))}
        | {"cached_input_tokens": np.rint(inputs * rng.choice([0, 0.5, 0.9], rows))}
        | {"reasoning_tokens": np.rint(outputs * rng.choice([0, 0.3, 0.6], rows))}
        | {"mean_logprob": -np.exp(rng.normal(-1, 0.4, rows)), "quality_score": rng.random(rows)}
        | {"cost_usd": np.round(3e-6 * inputs + 15e-6 * outputs, 7)}
        | {"max_tokens": rng.choice([512.0, 1_024.0, 2_048.0], rows), "temperature": rng.choice([0.0, 0.7], rows)}
        | {"finish_reason": rng.choice(["stop", "length", "tool_calls"], rows).tolist()}
    )


def test_the_state_of_a_stream_with_two_hundred_accounts_fits() -> None:
    step, state, sizes = DetectStep(DetectConfig()), None, []
    for batch in batches_of(accounts_columns(200, 90_000), [2_048]):
        state = step(state, batch).state
        sizes.append(len(state))
    assert max(sizes) <= LARGEST_STATE


def test_the_largest_state_fits() -> None:
    step, state, sizes = DetectStep(DetectConfig()), None, []
    for batch in batches_of(worst_columns(4000), [100]):
        state = step(state, batch).state
        sizes.append(len(state))
    assert max(sizes) <= LARGEST_STATE
