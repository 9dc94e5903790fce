"""What sensing and judging cost: time, state, changelog."""

import time
from itertools import islice, pairwise
from statistics import median

import msgspec
import numpy as np

from coagent.bench.progress import Track
from coagent.bench.simulator.batches import batches
from coagent.bench.simulator.changes import location
from coagent.bench.simulator.fleet import Fleet
from coagent.bench.simulator.rows import Columns
from coagent.bench.simulator.traffic import IID
from coagent.bench.sizes import Sizes
from coagent.columns import Columns as BatchColumns
from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.detect.observe import observe
from coagent.detect.state.stream import Watch
from coagent.domain.batch import Batch, Source
from coagent.domain.candidate import Candidate
from coagent.steps.confirm import ConfirmStep
from coagent.steps.detect import DetectStep

SOURCE = Source("simulated", "cost", 0)
SMALLER_BATCHES = (64, 512)
YOUNG_ROWS = 8_192
CHANGED_ROWS, FOLLOWED_ROWS = 2_048, 128
REPEATS = 5
MILLI, MICRO = 1e3, 1e6


class BatchCost(msgspec.Struct, frozen=True, kw_only=True):
    """One core (processor time), one segment from its first row on, all signals a request has and request ids,
    batches of `batch_rows`. `sense_us_per_row`: the sensors with their signals, ranks and samples, and the same over
    the first `young_rows` alone; `step_us_per_row`: the whole step, rollups and state encoded too.
    `changelog_bytes_per_row`: the state is written once a batch.
    """

    batch_rows: int
    sense_us_per_row: float
    young_rows: int
    young_sense_us_per_row: float
    step_us_per_row: float
    changelog_bytes_per_row: float


class Cost(BatchCost, frozen=True, kw_only=True):
    """With full batches: those of a backlog, or of a segment with more than `flush_rows` requests in `flush_age_s`.
    `smaller`: these rows in smaller ones, which age sends. `judge_ms`: one candidate. States: after all `rows`, and the
    largest while a change was followed after them.
    """

    rows: int
    signals: int
    state_bytes: int
    changed_state_bytes: int
    judge_ms: float
    smaller: list[BatchCost]


def cost(sizes: Sizes, full_batch_rows: int, track: Track[int]) -> Cost:
    """The median over repeats, the first one (which compiles) left out."""
    before = max(sizes.cost_rows // full_batch_rows, 1) * full_batch_rows
    fleet = Fleet(change=location(1.0), traffic=IID, rows_before=before, rows_after=CHANGED_ROWS, seed=sizes.seeds[0])
    columns, segment = _with_ids(fleet.columns(0)), fleet.segment
    full, *smaller = (
        list(islice(batches(columns, segment, SOURCE, rows), before // rows))
        for rows in (full_batch_rows, *(rows for rows in SMALLER_BATCHES if rows < full_batch_rows))
    )
    after = islice(batches(columns, segment, SOURCE, FOLLOWED_ROWS), before // FOLLOWED_ROWS, None)
    candidates, state_bytes = _followed([*full, *after])
    return Cost(
        **msgspec.structs.asdict(_batch_cost(full, track)),
        rows=before,
        signals=len(candidates[-1].evidence) if candidates else 0,
        state_bytes=state_bytes[len(full) - 1],
        changed_state_bytes=max(state_bytes[len(full) :]),
        judge_ms=MILLI * _judge_s(candidates),
        smaller=[_batch_cost(every, track) for every in smaller],
    )


def _batch_cost(every: list[Batch], track: Track[int]) -> BatchCost:
    batch_rows, young = every[0].rows, max(YOUNG_ROWS // every[0].rows, 1)
    repeats = track(range(REPEATS), f"cost, {batch_rows} rows a batch")
    times = [(_sense_s(every), *_step_s(every)) for _ in repeats][1:]
    rows, young_rows = batch_rows * len(every), batch_rows * len(every[:young])
    return BatchCost(
        batch_rows=batch_rows,
        sense_us_per_row=MICRO * median(sum(sense_s) for sense_s, _, _ in times) / rows,
        young_rows=young_rows,
        young_sense_us_per_row=MICRO * median(sum(sense_s[:young]) for sense_s, _, _ in times) / young_rows,
        step_us_per_row=MICRO * median(step_s for _, step_s, _ in times) / rows,
        changelog_bytes_per_row=times[0][2] / rows,
    )


def _with_ids(columns: Columns) -> Columns:
    """With request ids as long and as random as UUIDs."""
    names = np.random.default_rng(0).bytes(16 * columns.rows).hex()
    ids = [names[at : at + 32] for at in range(0, len(names), 32)]
    return Columns(columns.numbers, {**columns.texts, "request_id": (ids, np.arange(columns.rows, dtype=np.int32))})


def _sense_s(every: list[Batch]) -> list[float]:
    """Of each batch."""
    watch, config = Watch(every[0].segment), DetectConfig()
    ticks = [time.process_time()]
    for batch in every:
        observe(watch, BatchColumns(batch), config)
        ticks.append(time.process_time())
    return [end - start for start, end in pairwise(ticks)]


def _step_s(every: list[Batch]) -> tuple[float, int]:
    """And the bytes of all states."""
    step, state, written = DetectStep(DetectConfig()), None, 0
    start = time.process_time()
    for batch in every:
        state = step(state, batch).state
        written += len(state)
    return time.process_time() - start, written


def _followed(every: list[Batch]) -> tuple[list[Candidate], list[int]]:
    """Candidates, and the bytes of the state after each batch."""
    step, state, sizes = DetectStep(DetectConfig()), None, []
    candidates: list[Candidate] = []
    for batch in every:
        detected = step(state, batch)
        state = detected.state
        candidates += detected.candidates
        sizes.append(len(state))
    return candidates, sizes


def _judge_s(candidates: list[Candidate]) -> float:
    """Processor time to judge one of them; NaN without any."""
    spent = []
    for _ in range(2):
        step, state, start = ConfirmStep(ConfirmConfig()), None, time.process_time()
        for candidate in candidates:
            state = step(state, candidate).state
        spent.append(time.process_time() - start)
    return spent[-1] / len(candidates) if candidates else float("nan")
