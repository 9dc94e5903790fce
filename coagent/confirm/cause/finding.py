"""One piece of evidence about the cause."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`name` is a row of the table in weights.py, `strength` 0 to 1, `text` says it with its figures."""

    name: str
    strength: float
    text: str
