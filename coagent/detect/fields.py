"""Fields in which the provider or the client says what served or sent a request, counted by value."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coagent.columns import Columns
from coagent.detect.constants import REMEMBERED
from coagent.detect.sensor.jit import compiled
from coagent.domain.candidate import FieldCounts
from coagent.domain.segment import OTHER
from coagent.domain.signal import DECLARED, DEPLOY

FIELDS = (*DECLARED, *DEPLOY)
UNKNOWN = 255

Codes = NDArray[np.uint8]


@dataclass(slots=True)
class FieldValues:
    """The values seen, per field in order of first appearance; the last of REMEMBERED stands for what came later."""

    names: list[list[str]]

    @classmethod
    def none(cls) -> "FieldValues":
        return cls([[] for _ in FIELDS])

    def codes(self, columns: Columns) -> Codes:
        """Shape (fields, rows), UNKNOWN where a row does not say."""
        found = np.full((len(FIELDS), columns.rows), UNKNOWN, np.uint8)
        for place, field in enumerate(FIELDS):
            if field in columns.batch.texts:
                found[place] = self._codes_of(place, *columns.text(field))
        return found

    def _codes_of(self, place: int, values: list[str], codes: NDArray[np.int32]) -> Codes:
        known = {name: code for code, name in enumerate(self.names[place])}
        found = [known.get(value, UNKNOWN) for value in values]
        table = np.array([*found, UNKNOWN], np.uint8)
        if UNKNOWN in found:
            self._add(self.names[place], values, codes, table)
        return table[codes]

    def _add(self, names: list[str], values: list[str], codes: NDArray[np.int32], table: Codes) -> None:
        """Values seen for the first time get their codes, in `table`, in the order in which they appear."""
        used, first = np.unique(codes, return_index=True)
        for code in used[np.argsort(first)]:
            if code >= 0:
                table[code] = self._code(names, values[code])

    @staticmethod
    def _code(names: list[str], value: str) -> int:
        if value in names:
            return names.index(value)
        if len(names) < REMEMBERED:
            names.append(value if len(names) < REMEMBERED - 1 else OTHER)
        return len(names) - 1


@compiled
def counted(codes: Codes) -> NDArray[np.int64]:
    """How often each code occurs, shape (fields, REMEMBERED)."""
    counts = np.zeros((len(codes), REMEMBERED), np.int64)
    for field in range(len(codes)):
        for code in codes[field]:
            if code < REMEMBERED:
                counts[field, code] += 1
    return counts


def field_counts(values: FieldValues, before: NDArray[np.int64], after: NDArray[np.int64]) -> list[FieldCounts]:
    """Of each field that ever had a value."""
    return [
        FieldCounts(field, _named(names, before[place]), _named(names, after[place]))
        for place, (field, names) in enumerate(zip(FIELDS, values.names, strict=True))
        if names
    ]


def _named(names: list[str], counts: NDArray[np.int64]) -> dict[str, int]:
    return {name: int(count) for name, count in zip(names, counts, strict=False) if count}
