"""Dates and times of day, as people write them. All are UTC: another zone is none of a fact's."""

import re
from collections.abc import Iterator

import msgspec

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_ZONE = r"(?:\s?(?P<zone>Z|UTC|GMT|[AaPp]\.?[Mm]\b\.?|[A-Z]{2,4}\b|[-+]\d\d:?\d\d))?"
_ISO = re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:(?=T\d)T)?")
_CLOCK = re.compile(rf"(?<![\d:])(?P<h>\d{{1,2}}):(?P<min>\d{{2}})(?::(?P<s>\d{{2}})(?:\.\d+)?)?{_ZONE}(?![\d:])")
_DAY_FIRST = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s{_MONTH}(?:,?\s(?P<y>\d{{4}}))?\b", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<y>\d{{4}}))?\b", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|overnight|ago|\w+day\s(?:morning|evening|night)"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:last|this|next)\s(?:night|week|weekend|month|year)"
    r"|midnight|noon|\d{1,4}/\d{1,2}/\d{1,4})\b",
    re.IGNORECASE,
)
_ZONES = (None, "Z", "UTC", "GMT", "+00:00", "+0000")

Date = tuple[int | None, int, int]
"""Year where known, month, day."""
Clock = tuple[int, int, int | None]
"""Hour, minute, second where known."""


class Moment(msgspec.Struct, frozen=True):
    """A date or a time of day where it was found; both None where it names no moment that can be checked."""

    text: str
    start: int
    end: int
    date: Date | None = None
    clock: Clock | None = None


def moments(text: str) -> Iterator[Moment]:
    """Dates and times of day in digits or with month names, and relative ones such as `yesterday`.

    >>> [(m.date, m.clock) for m in moments("on 1 March 2026 at 14:03 UTC")]
    [((2026, 3, 1), None), (None, (14, 3, None))]
    """
    for match in _ISO.finditer(text):
        yield Moment(*_place(match), date=(int(match["y"]), int(match["m"]), int(match["d"])))
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        for match in pattern.finditer(text):
            yield Moment(*_place(match), date=_worded_date(match))
    for match in _CLOCK.finditer(text):
        yield Moment(*_place(match), clock=_clock(match) if match["zone"] in _ZONES else None)
    for match in _RELATIVE.finditer(text):
        yield Moment(*_place(match))


def same_moment(written: Moment, fact: Moment) -> bool:
    """Whether the fact says so: a date may leave its year out, a time its seconds."""
    if written.date is not None and fact.date is not None:
        return written.date in (fact.date, (None, *fact.date[1:]))
    if written.clock is not None and fact.clock is not None:
        return written.clock in (fact.clock, (*fact.clock[:2], None))
    return False


def _place(match: re.Match[str]) -> tuple[str, int, int]:
    return match[0], match.start(), match.end()


def _worded_date(match: re.Match[str]) -> Date:
    year = int(match["y"]) if match["y"] else None
    return year, _MONTHS.index(match["month"].lower()) + 1, int(match["d"])


def _clock(match: re.Match[str]) -> Clock:
    return int(match["h"]), int(match["min"]), int(match["s"]) if match["s"] else None
