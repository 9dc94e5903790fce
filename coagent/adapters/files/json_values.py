"""JSON values one behind the other, pretty-printed or not, in arrays and in what wraps them.

Values are cut out of the text and handed on as they were written, so that a decoder reads the same in a file as on a
topic, and what is wrong with one value costs only that value. Held at once: one value, or a bound's worth of it.
"""

import re
from collections.abc import Iterator

from coagent.adapters.files.bounds import CHUNK_BYTES, HEAD_BYTES, MAX_RECORD_BYTES
from coagent.adapters.files.head import Stream
from coagent.adapters.files.value_end import ValueEnd
from coagent.adapters.files.wrappers import GROUPS, Wrapped, wrapped_list

_BETWEEN = re.compile(rb"[\s,]*+")
_NO_CONTAINER = re.compile(rb'(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"|[^\s,{\[\]])[^,{\[\]\r\n]*+', re.DOTALL)
_WHOLE_EXPORT_BYTES = MAX_RECORD_BYTES // 2


class JsonValues:
    """The values of a stream."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._text = b""
        self._place = 0
        self._in_list = False
        self._wrapper: bytes | None = None

    def __iter__(self) -> Iterator[bytes]:
        while self._has_more():
            if not self._in_list and self._at(b"["):
                self._in_list, self._place = True, self._place + 1
            elif self._at(b"]"):
                self._leave_list()
            elif not self._in_list and (wrapped := self._wrapped()):
                self._in_list, self._wrapper, self._place = True, wrapped.key, wrapped.start
            else:
                yield self._value()

    def _has_more(self) -> bool:
        """Goes on to the next value or bracket."""
        while True:
            between = _BETWEEN.match(self._text, self._place)
            self._place = between.end() if between else self._place
            if self._place < len(self._text):
                return True
            if not self._read():
                return False

    def _at(self, byte: bytes) -> bool:
        return self._text.startswith(byte, self._place)

    def _leave_list(self) -> None:
        """Past the closing bracket, and past what a wrapper has behind its list."""
        self._place += 1
        if self._in_list and self._wrapper is not None:
            self._cut(ValueEnd(depth=1), keep=False)
        self._in_list, self._wrapper = False, None

    def _wrapped(self) -> Wrapped | None:
        if not self._at(b"{"):
            return None
        self._see(HEAD_BYTES)
        found = wrapped_list(self._text, self._place)
        return None if found and found.key in GROUPS and self._is_short() else found

    def _is_short(self) -> bool:
        """Whether the value is small enough to be handed on whole."""
        self._see(_WHOLE_EXPORT_BYTES)
        seen = self._text[: self._place + _WHOLE_EXPORT_BYTES]
        return len(self._text) - self._place < _WHOLE_EXPORT_BYTES or ValueEnd().find(seen, self._place).found

    def _value(self) -> bytes:
        if not self._at(b"{") and not self._at(b"["):
            return self._scalar()
        value = self._cut(ValueEnd(), keep=True)
        return b'{"%s":[%s]}' % (self._wrapper, value) if self._wrapper in GROUPS else value

    def _scalar(self) -> bytes:
        self._see(CHUNK_BYTES)
        found = _NO_CONTAINER.match(self._text, self._place)
        start, self._place = self._place, found.end() if found else self._place + 1
        return self._text[start : self._place].rstrip()

    def _cut(self, end: ValueEnd, *, keep: bool) -> bytes:
        """From here to the end of the value, or of the file; at most one byte over the bound."""
        parts, size = [], 0
        while True:
            found = end.find(self._text, self._place)
            part, self._place = self._text[self._place : found.place], found.place
            if keep and size <= MAX_RECORD_BYTES:
                parts.append(part)
                size += len(part)
            if found.found or not self._read():
                break
        return b"".join(parts)[: MAX_RECORD_BYTES + 1]

    def _see(self, size: int) -> None:
        """Reads on until so many bytes from here on are there, or all."""
        while len(self._text) - self._place < size and self._read(size):
            pass

    def _read(self, size: int = CHUNK_BYTES) -> bool:
        """More text behind what is left of it; False at the end of the file."""
        more = self._stream.read(size)
        self._text, self._place = self._text[self._place :] + more, 0
        return bool(more)
