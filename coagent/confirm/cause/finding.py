"""One piece of evidence about the cause."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`name` is a row of the table in likelihood_table.py, `strength` 0 to 1, `text` has its figures."""

    name: str
    strength: float
    text: str
