"""How dead letters are shown to people and to programs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from heapq import heappush, heappushpop
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from coagent.adapters.kafka.dead_letters import KeptLetter

SHOWN_BYTES = 4096
LINE_BYTES = 16
CONTENT_NOTE = "The bytes below are the original message and may hold prompts, answers or keys."
_LAYOUT = "\n\t"


def newest_rows(letters: Iterable[KeptLetter], limit: int) -> tuple[list[dict[str, Any]], int]:
    """The newest letters without their bytes, the newest last, and how many there are in all."""
    heap: list[tuple[float, int, dict[str, Any]]] = []
    number = 0
    for number, kept in enumerate(letters, 1):
        age = kept.recorded_at.timestamp() if kept.recorded_at else 0.0
        (heappush if len(heap) < limit else heappushpop)(heap, (age, number, _row(kept)))
    return [row for _, _, row in sorted(heap)], number


def _row(kept: KeptLetter) -> dict[str, Any]:
    letter = kept.letter
    return {
        "recorded_at": kept.recorded_at,
        "place": str(letter.origin),
        **{name: getattr(letter, name) for name in ("cluster", "topic", "partition", "offset", "index")},
        "reason": letter.reason,
        "detail": letter.detail,
        "bytes": len(letter.payload),
        "retried": kept.retried,
    }


def rows_view(rows: Iterable[dict[str, Any]]) -> Group:
    """Two lines a letter: when, where and why, and below it what was expected and found; whole at 80 columns."""
    return Group(*(line for row in rows for line in _lines(row)))


def _lines(row: dict[str, Any]) -> Iterator[RenderableType]:
    again = ", sent again" if row["retried"] else ""
    place = f"{_harmless(row['place'])}#{row['index']}"
    yield Text.assemble(
        (f"{_time(row['recorded_at'])}  ", "dim"),
        (place, "bold"),
        f"  {_harmless(row['reason'])}  ",
        (f"{row['bytes']:,} bytes{again}", "dim"),
    )
    yield Padding(Text(_harmless(row["detail"])), (0, 0, 0, 4))


def letter_text(letters: Sequence[KeptLetter]) -> str:
    """One message: why it was rejected, where it came from, and what it holds."""
    first = letters[0]
    payload = first.letter.payload
    facts = {
        "origin": f"{first.letter.origin} of cluster {first.letter.cluster}",
        "recorded": _time(first.recorded_at),
        "sent again": _yes(first.retried) or "no",
        "bytes": str(len(payload)) if payload else "none: the message was empty, or too long to be kept here",
    }
    lines = [f"{name:>10}  {_harmless(value)}" for name, value in facts.items()]
    lines += [_harmless(f"{kept.letter.reason:>10}  #{kept.letter.index}: {kept.letter.detail}") for kept in letters]
    if not payload:
        return "\n".join(lines)
    more = f"\n… and {len(payload) - SHOWN_BYTES} bytes more: --raw" if len(payload) > SHOWN_BYTES else ""
    return "\n".join([*lines, "", CONTENT_NOTE, "", bytes_text(payload[:SHOWN_BYTES]) + more])


def bytes_text(payload: bytes) -> str:
    """As text where that is readable, else in hex; nothing in it can move a terminal's cursor.

    >>> bytes_text(b'{"a": 1}')
    '{"a": 1}'
    >>> bytes_text(bytes([10, 255]))
    '000000  0aff'
    """
    text = payload.decode(errors="replace").rstrip("\ufffd")  # the last character may have been cut in two
    if text and all(letter.isprintable() or letter in _LAYOUT for letter in text) and "\ufffd" not in text:
        return text
    starts = range(0, len(payload), LINE_BYTES)
    return "\n".join(f"{start:06x}  {payload[start : start + LINE_BYTES].hex()}" for start in starts)


def _harmless(text: str) -> str:
    """Topic and reason come from a header: whoever may write the topic wrote it."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _time(recorded_at: datetime | None) -> str:
    return recorded_at.strftime("%Y-%m-%d %H:%M:%SZ") if recorded_at else "unknown"


def _yes(said: bool) -> str:
    return "yes" if said else ""
