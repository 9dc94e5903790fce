"""Endpoints of one model for tests: rows in turn, through detection and the group that adds them up."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coagent.detect.config import DetectConfig
from coagent.domain.batch import Batch, Source
from coagent.domain.candidate import Candidate
from coagent.domain.detector import Detectors
from coagent.domain.evidence import Evidence, GroupNews
from coagent.domain.segment import Segment
from coagent.steps.detect import Detected, DetectStep
from coagent.steps.group import GroupStep

Floats = NDArray[np.float64]
START_S = 1.79e9


def stream(endpoint: int | None) -> Segment:
    return Segment("openai", "gpt-4", None if endpoint is None else f"host-{endpoint}")


@dataclass
class World:
    """What the topics carry, at once. `evidence`: of streams; `news` and `detectors`: of groups; `raised`: each
    stream's alarms by the number of rows that all streams had when they rose.
    """

    promise_rows: float = 1e6
    grouped: bool = True
    evidence: list[Evidence] = field(default_factory=list)
    news: list[GroupNews] = field(default_factory=list)
    detectors: list[Detectors] = field(default_factory=list)
    raised: list[tuple[int, Candidate]] = field(default_factory=list)
    rows: int = 0

    def __post_init__(self) -> None:
        self.step = DetectStep(DetectConfig(rows_per_month=self.promise_rows))
        self.adds, self.state = GroupStep(), None
        self.states: dict[Segment, bytes] = {}

    def feed(self, batch: Batch) -> None:
        self.rows += batch.rows
        waiting = deque(self._took(batch.segment, self.step(self.states.get(batch.segment), batch)))
        while waiting:
            added = self.adds(self.state, waiting.popleft())
            self.state = added.state
            self.news += added.news
            self.detectors += added.detectors
            for one in added.news:
                waiting += self._took(one.stream, self.step.hear(self.states[one.stream], one))

    def _took(self, segment: Segment, detected: Detected) -> list[Evidence]:
        self.states[segment] = detected.state
        self.raised += [(self.rows, one) for one in detected.candidates if one.phase == "raised"]
        self.evidence += detected.evidence
        return detected.evidence if self.grouped else []


def batches(
    columns: dict[str, Floats], endpoints: int | None, size: int, singly_from: int | None = None
) -> Iterator[Batch]:
    """Slices of so many rows, from some row on of one, in turn to the endpoints; None: all are one stream."""
    rows = len(columns["time_s"])
    single = rows if singly_from is None else singly_from
    for number, first in enumerate([*range(0, single, size), *range(single, rows)]):
        part = slice(first, min(first + size, single) if first < single else first + 1)
        yield _batch(columns, None if endpoints is None else number % endpoints, part)


def _batch(columns: dict[str, Floats], endpoint: int | None, part: slice) -> Batch:
    offsets = np.arange(part.start, part.stop, dtype="<i8")
    return Batch(
        segment=stream(endpoint),
        source=Source("test", "telemetry", 0),
        rows=len(offsets),
        first_offset=part.start,
        last_offset=part.stop - 1,
        offsets=offsets.tobytes(),
        indexes=bytes(4 * len(offsets)),
        numbers={name: values[part].astype("<f8").tobytes() for name, values in columns.items()},
        texts={},
    )


def columns(rows: int, seed: int, *, moved: Floats | float = 0.0) -> dict[str, Floats]:
    """A row a second; log-probabilities are lower by so many deviations."""
    rng = np.random.default_rng([seed, 26])
    return {
        "time_s": START_S + np.arange(rows, dtype=float),
        "input_tokens": np.rint(np.exp(rng.normal(6, 0.6, rows))),
        "output_tokens": np.rint(np.exp(rng.normal(5, 0.4, rows))),
        "mean_logprob": -np.exp(0.3 * (rng.normal(size=rows) + moved)),
    }
