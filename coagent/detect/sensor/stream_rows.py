"""A batch's rows as the sensors take them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.input_columns import PLACE, Raw
from coagent.detect.sensor.grid import UNKNOWN, on_grid
from coagent.detect.sensor.groups import Described
from coagent.detect.sensor.kernel import Rows, no_moves
from coagent.detect.sensor.part_signals import no_cells
from coagent.detect.sensor.row_noise import Hashes
from coagent.detect.sensor.sensed import NAMES
from coagent.detect.signals import PLACE_OF, Values
from coagent.detect.unit_price import token_kinds
from coagent.domain.batch import TextColumn

Floats = NDArray[np.float64]
PLACES = np.array([PLACE_OF[name] for name in NAMES])
"""Of the sensed signals among all that are watched."""


class StreamRows(NamedTuple):
    """`lengths`: of input (characters, else tokens) and output (tokens), NaN unknown, shape (2, rows)."""

    sensed: Rows
    described: Described
    lengths: Floats
    costs: Floats
    tokens: Floats
    declared: dict[str, TextColumn]

    @property
    def size(self) -> int:
        return len(self.costs)


def stream_rows(  # noqa: PLR0917  a batch's columns, each of a kind of its own
    raw: Raw,
    values: Values,
    hashes: Hashes,
    times: Floats,
    tasks: tuple[list[str], NDArray[np.int32]],
    tenants: tuple[list[str], NDArray[np.int32]],
    declared: dict[str, TextColumn],
) -> StreamRows:
    """`raw` and `values` are those of `detect.input_columns` and `detect.signals`. Texts are names and codes."""
    by_chars = np.isfinite(raw[PLACE.input_chars])
    lengths = np.where(by_chars, raw[PLACE.input_chars], raw[PLACE.input_tokens])
    outputs = np.where(raw[PLACE.output_tokens] > 0, raw[PLACE.output_tokens], np.nan)
    limits, heats = raw[PLACE.max_tokens], raw[PLACE.temperature]
    described = Described(*tasks, *tenants, limits, raw[PLACE.stream], heats, by_chars)
    return StreamRows(
        Rows(
            on_grid(values[PLACES].astype(np.float64)),
            hashes,
            times,
            np.zeros(len(times)),
            no_cells(len(times)),
            no_moves(len(times)),
        ),
        described,
        np.stack([lengths, outputs]),
        raw[PLACE.cost_usd],
        token_kinds(raw),
        declared,
    )


def without(rows: StreamRows, these: NDArray[np.bool_] | None) -> StreamRows:
    """The same with all values of these rows unknown to the sensors."""
    if these is None or not these.any():
        return rows
    bins = np.where(these, np.int16(UNKNOWN), rows.sensed.bins)
    return rows._replace(sensed=rows.sensed._replace(bins=bins, cells=no_cells(rows.size), moves=no_moves(rows.size)))
