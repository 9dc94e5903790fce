"""Costs as producers write them: a number, a text with a sign of its currency, an object with a total or with parts."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.numbers import number_of
from coagent.ingest.loose_json.texts import as_object

_TOTALS = ("total_cost", "total", "totalCost", "cost", "total_usd", "response_cost")
_PARTS = (
    ("input", "output"),
    ("input_cost", "output_cost"),
    ("prompt", "completion"),
    ("prompt_cost", "completion_cost"),
)


def cost_of(value: Any) -> Any:
    """A cost in US dollars as a number or text, also out of an object; what is none of these stays as it is.

    >>> cost_of("$0.25"), cost_of('{"input": 0.5, "output": 0.25}'), cost_of(0.5)
    ('0.25', 0.75, 0.5)
    """
    if isinstance(value, str) and value[:1] == "$":
        return value[1:]
    found = as_object(value)
    return total_cost_of(found) if found else value


def total_cost_of(costs: Mapping[str, Any]) -> Any:
    """The total of an object of costs, else the sum of input and output; None where it has neither."""
    total = next((costs[name] for name in _TOTALS if costs.get(name) is not None), None)
    if total is not None:
        return total
    for names in _PARTS:
        first, second = (number_of(costs.get(name)) for name in names)
        if first is not None and second is not None:
            return first + second
    return None
