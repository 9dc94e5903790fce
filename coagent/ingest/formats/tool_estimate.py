"""Costs that a tool estimates by its own table of prices."""

from typing import Any

from coagent.ingest.loose_json.numbers import number_of


def estimated_usd(value: Any) -> Any:
    """The estimate; None for 0, which tools write where they know no price.

    >>> estimated_usd(0.25), estimated_usd("0"), estimated_usd("soon")
    (0.25, None, 'soon')
    """
    return None if number_of(value) == 0 else value
