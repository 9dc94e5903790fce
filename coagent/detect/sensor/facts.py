"""Facts of a stream: a unit price, or what the provider states, that was not there before. Traffic cannot move them."""

from typing import NamedTuple

import numpy as np

from coagent.detect.sensor.state import SensorState
from coagent.detect.sensor.stream_rows import StreamRows

PRICE = "unit_price_usd"


class Fact(NamedTuple):
    """`row`: place in the batch of the row that made it certain. `was` and `now`: values of a declared field; None of a
    price, which is a number.
    """

    row: int
    name: str
    was: str | None = None
    now: str | None = None


def facts(state: SensorState, rows: StreamRows) -> list[Fact]:
    """Of these rows, in their order; changes the state."""
    found = [Fact(row, PRICE) for row in state.price.changes(rows.costs, rows.tokens)]
    for name, values in state.declared.fields.items():
        column = rows.declared.get(name)
        if column is not None:
            codes = np.frombuffer(column.codes, "<i4")
            found += [Fact(one.row, name, *one[1:]) for one in values.changes(column.values, codes, rows.sensed.times)]
    return sorted(found, key=lambda fact: fact.row)
