"""Shifts one under the other: what, since when, how bad, who, and whether people were paged."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from coagent.domain.explanation import Decision
from coagent.domain.headline import by_weight, cause_title, headline, size_words
from coagent.domain.number_format import minute, percent
from coagent.domain.shift_line import ShiftLine
from coagent.entrypoints.on_call.decisions import decision_line
from coagent.entrypoints.on_call.progress import progress_words
from coagent.entrypoints.on_call.wording import DIRECTIONS, paged, span
from coagent.entrypoints.terminal.reach import parts_said
from coagent.entrypoints.terminal.short_id import short_id
from coagent.entrypoints.terminal.wording import COLOURS, plain

INDENT = 10
SHOWN_SIZES = 2
SHOWN_PARTS = 3


def shift_list(lines: Sequence[ShiftLine], ended: Sequence[Decision], now: datetime) -> RenderableType:
    """Newest first, then the mutes that ended a short while ago."""
    if not lines:
        return Text("no shift: nothing changed, or nothing was read yet")
    length = short_id([one.id for one in lines])
    shown = [part for one in lines for part in _entry(one, length, now)]
    return Group(*shown, *(decision_line(one, now) for one in ended))


def _entry(one: ShiftLine, length: int, now: datetime) -> list[RenderableType]:
    colour = COLOURS[one.cause.family] if one.status == "open" else "dim"
    what = f"{one.segment.label}: {headline(one.signals, one.cause) or 'answers differ from before'}"
    lines = [Text(plain(what), style="bold" if one.status == "open" else ""), *map(Text, _details(one, now))]
    muted = one.progress.muted_until
    lines += [Text(f"muted until {minute(muted)}", style="yellow")] if muted and muted > now else []
    name = plain(one.id[:length]).ljust(INDENT)
    head = Text.assemble((name, f"bold {colour}"), _state(one))
    return [head, Padding(Group(*lines), (0, 0, 0, INDENT)), Text()]


def _state(one: ShiftLine) -> str:
    accepted = f" by {plain(one.accepted_by)}" if one.accepted_by and one.status == "accepted" else ""
    return f"{one.status}{accepted} · {paged(one.page, one.held_because, one.direction)}"


def _since(one: ShiftLine, now: datetime) -> str:
    ended = one.progress.ended_at
    how_long = f"lasted {span(ended - one.since)}" if ended else f"{span(now - one.since)} ago"
    return f"since {minute(one.since)} ({how_long})"


def _details(one: ShiftLine, now: datetime) -> list[str]:
    also = ", ".join(size_words(change) for change in by_weight(one.signals, one.cause.kind)[1 : 1 + SHOWN_SIZES])
    who = parts_said([part for part in one.parts if part.carries], SHOWN_PARTS)
    cause = f"cause: {cause_title(one.signals, one.cause)} ({percent(one.cause.confidence)} sure)"
    return [
        DIRECTIONS[one.direction] + (f", also {plain(also, 400)}" if also else ""),
        f"{cause} · who: {who or 'all of its requests'}",
        f"{_since(one, now)}: {progress_words(one.progress, now)}",
    ]
