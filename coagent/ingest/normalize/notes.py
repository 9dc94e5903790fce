"""What is not read or not believed of one request, while it is being read."""

from coagent.domain.rejected import Noted

Notes = list[tuple[str, str]]
"""Reasons with their details."""


def noted(notes: Notes, index: int = 0) -> list[Noted]:
    """As outcomes of the record at that place of its message."""
    return [Noted(reason=reason, detail=detail, index=index) for reason, detail in notes]
