"""What sensing and judging cost: time, state, changelog."""

import time
from statistics import median

import msgspec
import numpy as np

from coagent.confirm.config import ConfirmConfig
from coagent.detect.columns import Columns as BatchColumns
from coagent.detect.config import DetectConfig
from coagent.detect.observe import observe
from coagent.detect.watch import Watch
from coagent.domain.batch import Batch, Source
from coagent.domain.candidate import Candidate
from coagent.entrypoints.bench.progress import Track
from coagent.entrypoints.bench.simulator.batches import batches
from coagent.entrypoints.bench.simulator.changes import location
from coagent.entrypoints.bench.simulator.fleet import Fleet
from coagent.entrypoints.bench.simulator.rows import Columns
from coagent.entrypoints.bench.simulator.traffic import IID
from coagent.entrypoints.bench.sizes import Sizes
from coagent.steps.confirm import ConfirmStep
from coagent.steps.detect import DetectStep

SOURCE = Source("simulated", "cost", 0)
BATCH_ROWS, CHANGED_ROWS = 512, 2_048
REPEATS = 5
MILLI, MICRO = 1e3, 1e6


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """One core (processor time), one segment, all signals a request tells and request ids, batches of `batch_rows`.
    `sense_us_per_row`: the sensors with their signals, ranks and samples; `step_us_per_row`: the whole step, rollups
    and state encoded too. `changelog_bytes_per_row`: the state is written once a batch. `judge_ms`: one candidate.
    States: after all `rows`, and the largest while a change was followed after them.
    """

    rows: int
    batch_rows: int
    signals: int
    sense_us_per_row: float
    step_us_per_row: float
    state_bytes: int
    changed_state_bytes: int
    changelog_bytes_per_row: float
    judge_ms: float


def cost(sizes: Sizes, track: Track[int]) -> Cost:
    """The median over repeats, the first one (which compiles) left out."""
    before = max(sizes.rows_before // BATCH_ROWS, 1) * BATCH_ROWS
    fleet = Fleet(change=location(1.0), traffic=IID, rows_before=before, rows_after=CHANGED_ROWS, seed=sizes.seeds[0])
    every = list(batches(_with_ids(fleet.columns(0)), fleet.segment(0), SOURCE, BATCH_ROWS))
    calm = every[: before // BATCH_ROWS]
    times = [(_sense_s(calm), *_step_s(calm)) for _ in track(range(REPEATS), "cost")][1:]
    states = times[0][2]
    candidates, largest = _followed(every, len(calm))
    return Cost(
        rows=before,
        batch_rows=BATCH_ROWS,
        signals=len(candidates[-1].evidence) if candidates else 0,
        sense_us_per_row=MICRO * median(one[0] for one in times) / before,
        step_us_per_row=MICRO * median(one[1] for one in times) / before,
        state_bytes=states[-1],
        changed_state_bytes=largest,
        changelog_bytes_per_row=sum(states) / before,
        judge_ms=MILLI * _judge_s(candidates),
    )


def _with_ids(columns: Columns) -> Columns:
    """With request ids as long and as random as UUIDs."""
    names = np.random.default_rng(0).bytes(16 * columns.rows).hex()
    ids = [names[at : at + 32] for at in range(0, len(names), 32)]
    return Columns(columns.numbers, {**columns.texts, "request_id": (ids, np.arange(columns.rows, dtype=np.int32))})


def _sense_s(every: list[Batch]) -> float:
    watch, config = Watch(every[0].segment), DetectConfig()
    start = time.process_time()
    for batch in every:
        observe(watch, BatchColumns(batch), batch.source, config)
    return time.process_time() - start


def _step_s(every: list[Batch]) -> tuple[float, list[int]]:
    step, state, sizes = DetectStep(DetectConfig()), None, []
    start = time.process_time()
    for batch in every:
        state = step(state, batch).state
        sizes.append(len(state))
    return time.process_time() - start, sizes


def _followed(every: list[Batch], calm: int) -> tuple[list[Candidate], int]:
    """Candidates, and the largest state after the first `calm` batches."""
    step, state, largest = DetectStep(DetectConfig()), None, 0
    candidates: list[Candidate] = []
    for number, batch in enumerate(every):
        detected = step(state, batch)
        state = detected.state
        candidates += detected.candidates
        largest = max(largest, len(state)) if number >= calm else 0
    return candidates, largest


def _judge_s(candidates: list[Candidate]) -> float:
    """Processor time to judge one of them; NaN without any."""
    spent = []
    for _ in range(2):
        step, state, start = ConfirmStep(ConfirmConfig()), None, time.process_time()
        for candidate in candidates:
            state = step(state, candidate).state
        spent.append(time.process_time() - start)
    return spent[-1] / len(candidates) if candidates else float("nan")
