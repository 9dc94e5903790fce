"""What an endpoint is asked: texts of about one token, without any meaning that a person gave them."""

from collections.abc import Iterator
from itertools import islice, product

SCRIPTS = (
    (0x0410, 0x044F), (0x0905, 0x0939), (0x10D0, 0x10F0), (0x0E01, 0x0E2E), (0x05D0, 0x05EA), (0x0621, 0x064A),
    (0x3042, 0x3093), (0x4E00, 0x4E80), (0xAC00, 0xAC40), (0x0391, 0x03C9), (0x0C95, 0x0CB9), (0x0B85, 0x0BB9),
)  # fmt: skip
"""Cyrillic, Devanagari, Georgian, Thai, Hebrew, Arabic, Hiragana, Han, Hangul, Greek, Kannada, Tamil."""
FIXED = ("Pick a number between 1 and 100.", "Name one colour.")
"""Both have many likely first tokens; for log-probabilities, and to find out what an endpoint gives."""


def seek_prompts(count: int) -> list[str]:
    """The same ones each time, scripts and syllables in turn: which of them waver depends on the model."""
    return list(islice(_turns(), count))


def _turns() -> Iterator[str]:
    letters = [[chr(code) for code in range(first, last + 1) if chr(code).isalpha()] for first, last in SCRIPTS]
    syllables = ["".join(parts) for parts in product("bdfgklmnprstvz", "aeiou", ("", "n", "r", "s"))]
    sources = [*letters, syllables, [one.capitalize() for one in syllables], [f"{one}?" for one in syllables]]
    for place in range(max(map(len, sources))):
        yield from (source[place] for source in sources if place < len(source))
