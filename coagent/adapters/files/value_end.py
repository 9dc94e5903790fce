"""Where a JSON object or array ends, in however many pieces its text comes."""

import re
from typing import NamedTuple

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]"]', re.DOTALL)
"""A whole text, which is passed over; a bracket; or the quote of a text whose end is not there yet."""
_WITHIN_TEXT = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_QUOTE, _OPENING = ord('"'), b"{["


class Found(NamedTuple):
    """The place up to which the text is read, and whether the value ends there."""

    place: int
    found: bool


class ValueEnd:
    """Reads pieces in their order; each begins where the last call stopped. `depth` brackets are open already."""

    def __init__(self, depth: int = 0) -> None:
        self._depth = depth
        self._in_text = False

    def find(self, text: bytes, start: int) -> Found:
        """What stays unread at the end of a piece, half an escape at most, belongs in front of the next one."""
        place = start
        if self._in_text:
            place = _end_of(_WITHIN_TEXT, text, place)
            if not text.startswith(b'"', place):
                return Found(place, found=False)
            self._in_text, place = False, place + 1
        return self._brackets(text, place)

    def _brackets(self, text: bytes, start: int) -> Found:
        for token in _TOKEN.finditer(text, start):
            first, single = text[token.start()], token.end() - token.start() == 1
            if first == _QUOTE and single:
                self._in_text = True
                return Found(_end_of(_WITHIN_TEXT, text, token.end()), found=False)
            if first != _QUOTE:
                self._depth += 1 if first in _OPENING else -1
                if self._depth <= 0:
                    return Found(token.end(), found=True)
        return Found(len(text), found=False)


def _end_of(pattern: re.Pattern[bytes], text: bytes, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place
