"""Rows with the place that they came from."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from coagent.ingest.row import Row


@dataclass(slots=True)
class PlacedRows:
    """Rows with their source offset and their index within the message: three lists of the same length."""

    rows: list[Row] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    indexes: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def append(self, row: Row, offset: int, index: int) -> None:
        self.rows.append(row)
        self.offsets.append(offset)
        self.indexes.append(index)

    def extend(self, more: "PlacedRows") -> None:
        self.rows += more.rows
        self.offsets += more.offsets
        self.indexes += more.indexes

    def pick(self, places: Sequence[int]) -> "PlacedRows":
        """The rows at these places."""
        rows, offsets, indexes = self.rows, self.offsets, self.indexes
        return PlacedRows(
            [rows[place] for place in places],
            [offsets[place] for place in places],
            [indexes[place] for place in places],
        )

    def cut(self, count: int) -> "PlacedRows":
        """The first `count` rows, which are gone from here."""
        taken = PlacedRows(self.rows[:count], self.offsets[:count], self.indexes[:count])
        del self.rows[:count], self.offsets[:count], self.indexes[:count]
        return taken
