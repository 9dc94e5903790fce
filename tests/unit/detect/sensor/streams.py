"""Streams for tests: signals by name in, rows for the sensors out."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import LENGTH, OWN
from coagent.detect.packing import packed, unpacked
from coagent.detect.sensor.direction import direction, traffic_moved
from coagent.detect.sensor.facts import facts
from coagent.detect.sensor.feed import feed
from coagent.detect.sensor.grid import on_grid
from coagent.detect.sensor.groups import Described
from coagent.detect.sensor.kernel import Rows, no_moves
from coagent.detect.sensor.part_signals import no_cells
from coagent.detect.sensor.sensed import BETTER, IS_TRAFFIC, KINDS, NAMES, PLACE_OF, SENSED
from coagent.detect.sensor.state import SensorState
from coagent.detect.sensor.stream_rows import StreamRows
from coagent.detect.state.codec import bare, whole
from coagent.domain.batch import TextColumn

Floats = NDArray[np.float64]
TENANTS = [f"tenant-{number}" for number in range(256)]


class Stream(NamedTuple):
    """All rows of a stream, to be cut into batches."""

    rows: StreamRows

    def part(self, first: int, last: int) -> StreamRows:
        one, part = self.rows, slice(first, last)
        described = one.described
        return StreamRows(
            Rows(
                np.ascontiguousarray(one.sensed.bins[:, part]),
                one.sensed.hashes[part],
                one.sensed.times[part],
                np.zeros(last - first),
                no_cells(last - first),
                no_moves(last - first),
            ),
            described._replace(
                task_codes=described.task_codes[part],
                tenant_codes=described.tenant_codes[part],
                max_tokens=described.max_tokens[part],
                stream=described.stream[part],
                temperature=described.temperature[part],
                by_chars=described.by_chars[part],
            ),
            np.ascontiguousarray(one.lengths[:, part]),
            one.costs[part],
            one.tokens[:, part],
            {
                name: TextColumn(text.values, np.frombuffer(text.codes, "<i4")[part].tobytes())
                for name, text in one.declared.items()
            },
        )

    def parts(self, sizes: Sequence[int]) -> Iterator[StreamRows]:
        """Batches of these sizes, again and again."""
        at = turn = 0
        while at < self.rows.size:
            size = sizes[turn % len(sizes)]
            yield self.part(at, at + size)
            at, turn = at + size, turn + 1


def stream(
    signals: dict[str, Floats],
    *,
    seed: int = 0,
    tenants: Sequence[int] | None = None,
    lengths: Floats | None = None,
    costs: Floats | None = None,
    tokens: Floats | None = None,
    models: Sequence[str] | None = None,
) -> Stream:
    """Rows a second, kept apart by the seed; tenants by number, input lengths random where they are not given."""
    count = len(next(iter(signals.values())))
    rng, unknown = np.random.default_rng(seed), np.full(count, np.nan)
    table = np.full((len(NAMES), count), np.nan)
    for name, values in signals.items():
        table[PLACE_OF[name]] = values
    inputs = np.exp(rng.normal(6, 1, count)) if lengths is None else lengths
    codes = np.full(count, -1, np.int32) if tenants is None else np.asarray(tenants, np.int32)
    names = list(dict.fromkeys(models or ()))
    named = np.array([names.index(model) for model in models or ()], "<i4")
    return Stream(
        StreamRows(
            Rows(
                on_grid(table),
                rng.integers(0, 2**63, count, dtype=np.uint64),
                np.arange(count, dtype=float),
                np.zeros(count),
                no_cells(count),
                no_moves(count),
            ),
            Described([], np.full(count, -1, np.int32), TENANTS, codes, unknown, unknown, unknown, inputs > 0),
            np.stack([inputs, unknown]),
            unknown if costs is None else costs,
            np.full((4, count), np.nan) if tokens is None else tokens,
            {"response_model": TextColumn(names, named.tobytes())} if models else {},
        )
    )


def own_signals() -> list[str]:
    """Continuous signals that nothing but the provider moves."""
    return [one.name for one in SENSED if one.kind == OWN and not one.binary]


class Alarm(NamedTuple):
    """`row` counts from the stream's first. `direction`: +1 up, -1 down, 0 for facts. `traffic`: it is the request
    mix's, not the provider's. `better`: an improvement, which pages nobody. `part`: the task or tenant whose own
    statistic raised it.
    """

    row: int
    signal: str
    direction: int = 0
    traffic: bool = False
    better: bool = False
    part: str | None = None


def watch(state: SensorState, rows: StreamRows, promise_rows: float) -> list[Alarm]:
    """Feeds rows that follow those before; changes the state."""
    found = [Alarm(state.rows + fact.row, fact.name) for fact in facts(state, rows)]
    groups, at = state.groups.of(rows.described), 0
    while at < rows.size:
        at, signal, part = feed(state, rows, groups, slice(at, rows.size), promise_rows)
        if part is not None:
            found.append(Alarm(state.rows - 1, NAMES[part.sensor], part.direction, part=part.part[1]))
            state.parts.forget_evidence(~IS_TRAFFIC)
        if signal >= 0:
            found.append(alarm_of(state, signal, promise_rows))
            state.louder[signal] += 1
            state.forget_evidence(~IS_TRAFFIC)
    return sorted(found, key=lambda one: one.row)


def alarm_of(state: SensorState, signal: int, promise_rows: float) -> Alarm:
    """Of the last row fed."""
    moved = KINDS[signal] == LENGTH and traffic_moved(state, promise_rows)
    way = direction(state, signal)
    better = bool(BETTER[signal]) and way == BETTER[signal]
    return Alarm(state.rows - 1, NAMES[signal], way, bool(moved), better)


def encode(state: SensorState) -> bytes:
    return packed(bare(state))


def decode(data: bytes) -> SensorState:
    return whole(unpacked(data, SensorState))


def alarms(one: Stream, promise_rows: float = 1e6, sizes: Sequence[int] = (4_096,)) -> list[Alarm]:
    state, found = SensorState(), []
    for part in one.parts(sizes):
        found += watch(state, part, promise_rows)
    return found
