"""How long something lasts, as people write it."""

import re
from datetime import timedelta

UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(text: str) -> timedelta:
    """Of a number with its unit; raises ValueError.

    >>> duration("90m"), duration("0.5s"), duration("2w")
    (datetime.timedelta(seconds=5400), datetime.timedelta(microseconds=500000), datetime.timedelta(days=14))
    """
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|[smhdw])", text)
    if found is None:
        raise ValueError(f"{text!r}: a number with its unit, such as 30m, 2h or 1d")
    try:
        return timedelta(**{UNITS[found[2]]: float(found[1])})
    except OverflowError as error:
        raise ValueError(f"{text!r}: too long") from error
