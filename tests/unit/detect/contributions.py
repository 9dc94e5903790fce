"""Contributions to a pool, made up without segments behind them."""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from coagent.detect.pool.cells import CELLS, WIDTHS
from coagent.domain.evidence import Evidence, SignalCounts
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment

ROWS = 20
START_S = 1_790_000_000.0
EVEN = WIDTHS
HIGH = np.where(np.arange(CELLS) > CELLS - 6, 12.0, 1.0) * WIDTHS
"""Much more far out at the top."""
HIGH = HIGH / HIGH.sum()


def member(number: int) -> Segment:
    return Segment("openai", "gpt-4", tenant=f"tenant-{number}")


def contribution(
    rng: np.random.Generator,
    number: int,
    turn: int,
    law: np.ndarray = EVEN,
    *,
    signal: str = "mean_logprob",
    alarmed: tuple[str, ...] = (),
    rows: int = ROWS,
    unusual: dict[str, dict[str, int]] | None = None,
) -> Evidence:
    """The `turn`-th batch of member `number`; one other signal is always even."""
    drawn = {signal: rng.multinomial(rows, law), "output_tokens": rng.multinomial(rows, EVEN)}
    last = (turn + 1) * rows - 1
    return Evidence(
        segment=member(number),
        began_s=START_S,
        first=turn * rows,
        last=RowRef(ordinal=last, time=datetime.fromtimestamp(START_S + last, UTC)),
        reference_rows=1_000 + last,
        signals=[
            SignalCounts(name, {int(cell): int(cells[cell]) for cell in np.flatnonzero(cells)})
            for name, cells in drawn.items()
            if name not in alarmed
        ],
        alarmed=list(alarmed),
        unusual=unusual or {},
    )


def fleet(
    seed: int, members: int, turns: int, change: int | None = None, moved: frozenset[int] | None = None
) -> Iterator[Evidence]:
    """Members take turns; from turn `change` on the ranks of the `moved` ones (all, where not named) lie high."""
    rng = np.random.default_rng(seed)
    for turn in range(turns):
        for number in range(members):
            high = change is not None and turn >= change and (moved is None or number in moved)
            yield contribution(rng, number, turn, HIGH if high else EVEN)
