"""One shift on a screen: what changed and how far, how it was found, who is affected, why, and what to do next."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from coagent.domain.explanation import Explanation
from coagent.domain.headline import by_weight, cause_title, headline
from coagent.domain.next_steps import accept_command, explain_command, next_steps
from coagent.domain.number_format import confidence
from coagent.domain.report import SignalReport
from coagent.domain.shift_words import not_paged, unchanged
from coagent.domain.vocabulary import CAUSE, CLIFFS_DELTA, DIRECTION
from coagent.entrypoints.terminal.distributions import SIGNAL_LINES, columns_of, distributions
from coagent.entrypoints.terminal.evidence_chart import BESIDE, FULL_HEIGHT, HEIGHT, evidence_chart
from coagent.entrypoints.terminal.life_cycle import life_cycle
from coagent.entrypoints.terminal.lines import clipped, labelled, line, listed
from coagent.entrypoints.terminal.reach import CHANGED, reach
from coagent.entrypoints.terminal.wording import COLOURS, plain, words

LINES = 40
"""Of the picture where not all is asked for: one screen."""
FRAME_CELLS, FRAME_LINES = 6, 2
WIDEST = 160
MANY = 10_000
"""More lines than any text has."""
REASON_CHARS = 400
LABEL_CELLS, STILL_CELLS = 14, 16
USUAL_LINES = 22
"""Of head, reach, reasons, steps, life cycle and commands together, so that a signal finds room."""


def shift_screen(found: Explanation, width: int, *, full: bool = False, report: Path | None = None) -> RenderableType:
    """`width`: cells of the terminal. 40 lines at most, or all there is. `report`: the file that it was read from,
    where it is none of the running coagent: then there is nothing to accept.
    """
    shift = found.shift
    colour = COLOURS[shift.cause.family]
    return Panel(
        Group(*_Screen(found, min(width, WIDEST) - FRAME_CELLS, colour, full, report).parts()),
        title=Text(cause_title(shift.signals, shift.cause), style=f"bold {colour}"),
        title_align="left",
        subtitle=line(f"{shift.status} · {plain(shift.id, 40)}", "dim"),
        subtitle_align="right",
        border_style=colour,
        padding=(0, 2),
        width=min(width, WIDEST),
    )


@dataclass(frozen=True, slots=True)
class _Screen:
    """Blocks of counted lines; signals get the lines that the others leave."""

    found: Explanation
    width: int
    colour: str
    full: bool
    report: Path | None

    def parts(self) -> list[RenderableType]:
        shift = self.found.shift
        height = FULL_HEIGHT if self.full else HEIGHT
        chart = evidence_chart(shift, self.width, self.colour, height)
        head, still, reached = self._head(), self._still(), self._reach()
        below = [*self._next(), *life_cycle(shift, full=self.full), self._commands()]
        why = self._why(USUAL_LINES - len(head) - len(reached) - len(below))
        lower = [*reached, *why, *below]
        charted = height + BESIDE + 1 if chart else 0
        left = LINES - FRAME_LINES - len(head) - charted - len(still) - len(lower) - 2
        middle = [*([chart, Text()] if chart else []), *self._signals(left), *still, Text()]
        return [*head, Text(), *middle, *lower]

    def _head(self) -> list[Text]:
        """Segment, the change with its size, its cause, whether it paged."""
        shift, cause = self.found.shift, self.found.shift.cause
        said = headline(shift.signals, cause) or "answers differ from before"
        lines = [line(plain(shift.segment.label), "bold")]
        lines += self._cut(said, 1, f"bold {self.colour}")
        lines += self._cut(f"{cause.family}, {confidence(cause.confidence)} sure: {CAUSE[cause.kind]}", 2)
        state = "Paged." if shift.page else not_paged(shift)
        return [*lines, *self._cut(f"{DIRECTION[shift.direction].capitalize()}. {state}", 1)]

    def _signals(self, left: int) -> list[RenderableType]:
        moved = by_weight(self.found.shift.signals, self.found.shift.cause.kind)
        rows = max(left // SIGNAL_LINES, 1)
        shown: list[SignalReport] = moved if self.full else moved[: rows * columns_of(self.width)]
        if not shown:
            return []
        notes = self._cut(CLIFFS_DELTA, MANY, "dim") if self.full else []
        return [distributions(shown, self.width, self.colour, scales=self.full), *notes]

    def _still(self) -> list[Text]:
        """What did not change."""
        shift = self.found.shift
        names = ", ".join(words(one.name) for one in unchanged(shift.signals, shift.cause.because))
        return labelled("did not change", self._cut(names, 1, room=STILL_CELLS), STILL_CELLS) if names else []

    def _reach(self) -> list[Text]:
        return [
            one
            for label, text in reach(self.found, full=self.full)
            for one in labelled(label, self._cut(text, 2 if label == CHANGED else 1, room=LABEL_CELLS), LABEL_CELLS)
        ]

    def _why(self, left: int) -> list[Text]:
        """Four lines, fewer where the rest needs more than usual."""
        reasons = [plain(one, REASON_CHARS) for one in self.found.shift.cause.because]
        return labelled("why", self._points(reasons, min(max(left, 2), 4), 2), 6)

    def _next(self) -> list[Text]:
        return labelled("next", self._points(next_steps(self.found.shift, plain), 5, 3), 6)

    def _commands(self) -> Text:
        where = f" --report {self.report}" if self.report else ""
        details = explain_command(self.found.shift) + where + ("" if self.full else " --full")
        commands = (details, None if self.report else accept_command(self.found.shift))
        return line("   ".join(plain(one) for one in commands if one), "bold")

    def _points(self, texts: list[str], most: int, each: int) -> list[Text]:
        return listed(texts, self.width - 6, *((MANY, MANY) if self.full else (most, each)))

    def _cut(self, text: str, most: int, style: str = "", room: int = 0) -> list[Text]:
        return clipped(text, self.width - room, MANY if self.full else most, style)
