"""Numbers with their units, as people write them, and when two of them say the same."""

import re
from decimal import Decimal

import msgspec

_SMALL = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_TENS = ("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBER_WORDS = {
    **{word: Decimal(i) for i, word in enumerate(_SMALL, 2)},
    **{word: Decimal(10 * i) for i, word in enumerate(_TENS, 3)},
}
"""Words that name a figure; `one` is an article as often as a number."""

_WORD_RATIOS = (
    r"twice|thrice|double[sd]?|doubling|tripl\w+|quadrupl\w+|half|halv\w+|third|quarters?|dozens?|hundreds?"
    r"|thousands?|millions?|billions?|\w+fold"
)
VAGUE = re.compile(rf"\b(?:{_WORD_RATIOS})\b")
"""Words that stand for a figure which nobody can check."""

_PATTERN = re.compile(
    r"(?P<sign>(?<![\w)\]%])[-\u2212+])?(?P<currency>[$€£¥])?(?<![\w.])"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|\.\d+)(?P<exponent>[eE][-+]?\d+)?"
    r"(?: ?(?P<suffix>[kKMB])(?![A-Za-z]))?(?P<gap> ?)(?P<unit>%|[A-Za-z]+)?"
)
_JOINT = re.compile(r"\s*(?:→|->|\u2013|-|to|and|or)\s*")
_SUFFIX = {"k": 3, "K": 3, "M": 6, "B": 9}
_DIMENSIONS: dict[str, tuple[str, Decimal]] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), ("time", Decimal(1))),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), ("time", Decimal("0.001"))),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), ("time", Decimal(60))),
    **dict.fromkeys(("h", "hour", "hours"), ("time", Decimal(3600))),
    **dict.fromkeys(("d", "day", "days"), ("time", Decimal(86400))),
    **dict.fromkeys(("%", "percent", "percentage", "pp", "point", "points"), ("share", Decimal("0.01"))),
    **dict.fromkeys(("share",), ("share", Decimal(1))),
    **dict.fromkeys(("token", "tokens"), ("tokens", Decimal(1))),
    **dict.fromkeys(("char", "chars", "character", "characters"), ("chars", Decimal(1))),
    **dict.fromkeys(("usd", "dollar", "dollars"), ("usd", Decimal(1))),
    **dict.fromkeys(("request", "requests", "row", "rows", "call", "calls"), ("requests", Decimal(1))),
    **dict.fromkeys(("nat", "nats"), ("nats", Decimal(1))),
}
_CURRENCIES = {"$": "usd", "€": "eur", "£": "gbp", "¥": "jpy"}
COARSEST_DIGITS = 2


class Quantity(msgspec.Struct, frozen=True):
    """`value` in the dimension's base unit (s, share of 1, …), which is `factor` times what is written; `step` is its
    last written digit; `dimension` is None where no unit stands beside. `start` and `end` are where it was found.
    """

    text: str
    start: int
    end: int
    value: Decimal
    step: Decimal
    digits: int
    signed: bool
    dimension: str | None
    factor: Decimal


def quantities(text: str) -> list[Quantity]:
    """Every number in digits, with its sign, magnitude suffix and unit; `2 → 6 %` are two shares.

    >>> [(q.text, str(q.value), q.dimension) for q in quantities("1,234 tokens, 38 % and 320 ms")]
    [('1,234 tokens', '1234', 'tokens'), ('38 %', '0.38', 'share'), ('320 ms', '0.320', 'time')]
    """
    found: list[Quantity] = []
    for match in reversed(list(_PATTERN.finditer(text))):
        following = found[-1] if found else None
        joined = following is not None and _JOINT.fullmatch(text[match.start("gap") : following.start])
        found.append(_quantity(match, following if joined else None))
    return found[::-1]


def same(written: Quantity, fact: Quantity) -> bool:
    """Whether the written figure is the fact's, perhaps rounded further, to no less than two digits. A written unit
    must be the fact's; a figure without a unit may be any fact's, a loss may be written without its sign.
    """
    if written.dimension not in (None, fact.dimension):
        return False
    expected = fact.value if written.signed else abs(fact.value)
    rounded = written.digits >= COARSEST_DIGITS and abs(written.value - expected) <= written.step / 2
    return rounded or written.value == expected


def _quantity(match: re.Match[str], unit_from: Quantity | None) -> Quantity:
    digits = Decimal(match["digits"].replace(",", "") + (match["exponent"] or ""))
    number = digits.scaleb(_SUFFIX.get(match["suffix"] or "", 0))
    unit = _unit(match)
    dimension, factor = unit or ((unit_from.dimension, unit_from.factor) if unit_from else (None, Decimal(1)))
    end = match.end() if unit and not match["currency"] else match.start("gap")
    return Quantity(
        text=match.string[match.start() : end],
        start=match.start(),
        end=end,
        value=(-number if match["sign"] in ("-", "\u2212") else number) * factor,
        step=Decimal((0, (1,), int(number.as_tuple().exponent))) * factor,
        digits=len(digits.as_tuple().digits),
        signed=bool(match["sign"]),
        dimension=dimension,
        factor=factor,
    )


def _unit(match: re.Match[str]) -> tuple[str, Decimal] | None:
    """Dimension and factor to its base unit; None where no unit stands beside the number."""
    if match["currency"]:
        return _CURRENCIES[match["currency"]], Decimal(1)
    unit = (match["unit"] or "").lower()
    attached = unit and not match["gap"] and not match["suffix"]
    return _DIMENSIONS.get(unit, (unit, Decimal(1)) if attached else None)
