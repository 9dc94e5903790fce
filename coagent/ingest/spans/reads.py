"""Where a span's fields stand among its values, and taking them out."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

import msgspec

Convert = Callable[[Any], Any]
Place = tuple[int, Convert | None]
Option = tuple[str, tuple[Place, ...]]
"""A field and where its value stands, the best place first."""


class Reads(msgspec.Struct, frozen=True):
    """`take` has the values of `names` in one call; it serves where each field stands in one place alone."""

    options: tuple[Option, ...] = ()
    names: tuple[str, ...] = ()
    converts: tuple[tuple[str, Convert], ...] = ()
    take: Callable[[Sequence[Any]], Sequence[Any]] | None = None

    def of(self, values: Sequence[Any]) -> dict[str, Any]:
        """Each field's first value that is not empty."""
        if self.take is not None:
            row = self.take(values)
            if "" not in row:
                found = dict(zip(self.names, row, strict=False))
                for name, convert in self.converts:
                    found[name] = convert(found[name])
                return found
        return {name: found for name, places in self.options if (found := _first(places, values)) is not None}


def _first(places: Sequence[Place], values: Sequence[Any]) -> Any:
    for place, convert in places:
        value = values[place]
        if value is not None and value != "":  # 0 and False are values
            return value if convert is None else convert(value)
    return None


def reads_of(options: tuple[Option, ...]) -> Reads:
    """The same fields, ready to be taken.

    >>> reads_of((("a", ((1, None),)), ("b", ((0, None),)))).of(["x", "y"])
    {'a': 'y', 'b': 'x'}
    """
    places = [places[0][0] for _, places in options]
    is_plain = len(places) > 1 and all(len(places) == 1 for _, places in options)
    return Reads(
        options,
        tuple(name for name, _ in options),
        tuple((name, convert) for name, ((_, convert), *_) in options if convert is not None),
        itemgetter(*places) if is_plain else None,
    )
