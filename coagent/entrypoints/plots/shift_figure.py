"""A shift on one page: what changed and how far, how it was found, why, who is affected, and what to do next."""

from itertools import islice
from math import ceil
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from coagent.domain.explanation import Explanation
from coagent.domain.headline import by_weight, cause_title, headline
from coagent.domain.next_steps import accept_command, explain_command, next_steps
from coagent.domain.number_format import confidence, moment
from coagent.domain.report import ShiftReport
from coagent.domain.shift_words import not_paged, unchanged
from coagent.domain.vocabulary import CAUSE, CLIFFS_DELTA, DIRECTION
from coagent.drawing.style import BEFORE, COLOURS, FAINT, INK, LARGE, NORMAL, SMALL
from coagent.entrypoints.plots.distribution_axes import draw_distribution
from coagent.entrypoints.plots.evidence import close_up, whole
from coagent.entrypoints.plots.evidence_axes import draw_evidence
from coagent.entrypoints.plots.page import Page
from coagent.entrypoints.terminal.life_cycle import steps
from coagent.entrypoints.terminal.reach import reach
from coagent.entrypoints.terminal.wording import plain, words

SHOWN_SIGNALS, ACROSS = 8, 4
SHOWN_REASONS, REASON_CHARS = 6, 400
CHARS, BOLD_CHARS = 140, 100
"""Of a line across the page."""
EVIDENCE_IN, SIGNAL_IN = 1.75, 0.95
HEADING_IN, ABOVE_SIGNAL_IN, BELOW_AXES_IN = 0.24, 0.56, 0.44
ROOM = 1.12
"""Of the evidence's axis to the highest point."""
WIDE = 1.5
"""The close-up beside the whole way: their widths are 1 to this."""


def shift_figure(found: Explanation) -> Figure:
    """As tall as what is known of it needs; use within `style.drawing`."""
    page = Page()
    _head(page, found.shift)
    _evidence(page, found.shift)
    _signals(page, found.shift)
    _words(page, found)
    return page.figure()


def change_figure(shift: ShiftReport) -> Figure:
    """Its head and the signals that changed alone; use within `style.drawing`."""
    page = Page()
    _head(page, shift)
    _signals(page, shift)
    return page.figure()


def _head(page: Page, shift: ShiftReport) -> None:
    colour, cause = COLOURS[shift.cause.family], shift.cause
    said = headline(shift.signals, cause) or "answers differ from before"
    page.text(plain(said), size=LARGE, colour=colour, weight="bold")
    for line in _wrapped(plain(shift.segment.label), BOLD_CHARS):
        page.text(line, size=NORMAL, weight="bold")
    sure = f"({cause.family}, {confidence(cause.confidence)} sure)"
    page.text(f"{cause_title(shift.signals, cause)} {sure}: {CAUSE[cause.kind]}", size=NORMAL)
    page.text(f"{DIRECTION[shift.direction].capitalize()}. {not_paged(shift) or 'Paged.'}", size=NORMAL)
    page.gap(HEADING_IN / 4)
    page.columns([(step.name, f"{moment(step.place.time)} UTC", step.rows) for step in steps(shift)])


def _evidence(page: Page, shift: ShiftReport) -> None:
    trace = shift.evidence
    if trace is None or len(trace.rows) < 2:  # noqa: PLR2004  a line needs two points
        return
    page.gap(HEADING_IN)
    page.text("Evidence of a change, log10, after each request", size=NORMAL, weight="bold")
    windows = [one for one in (whole(trace), close_up(shift, trace)) if one]
    axes = page.axes(EVIDENCE_IN, [1.0, WIDE][: len(windows)])
    for one, window in zip(axes, windows, strict=True):
        draw_evidence(one, shift, trace, window)
        one.sharey(axes[0])
    rate = f"alarm threshold, passed by chance at most once in {10**trace.log10_threshold:,.0f} requests"
    axes[0].set_ylim(min(0.0, *trace.log10_evidence), ROOM * max(*trace.log10_evidence, trace.log10_threshold))
    _note(axes[-1], rate, trace.log10_threshold, COLOURS[shift.cause.family])
    page.gap(BELOW_AXES_IN)
    page.text(
        "request number and time, UTC   ■ where it began, 95 %   ● alarm   thin: after the alarm, less the evidence of "
        "a recovery",
        size=SMALL - 1,
        colour=FAINT,
    )


def _note(axes: Axes, text: str, at: float, colour: str) -> None:
    axes.annotate(
        text, (0, at), xycoords=("axes fraction", "data"), xytext=(2, 3), textcoords="offset points",
        color=colour, fontsize=SMALL - 1, annotation_clip=False,
    )  # fmt: skip


def _signals(page: Page, shift: ShiftReport) -> None:
    moved = by_weight(shift.signals, shift.cause.kind)
    shown = moved[:SHOWN_SIGNALS]
    if not shown:
        return
    page.gap(HEADING_IN)
    page.text("What changed", size=NORMAL, weight="bold")
    page.legend((("before", BEFORE), ("after", COLOURS[shift.cause.family])))
    queue = iter(shown)
    across = min(len(shown), ACROSS) if len(shown) <= ACROSS else ceil(len(shown) / ceil(len(shown) / ACROSS))
    while row := list(islice(queue, across)):
        page.gap(ABOVE_SIGNAL_IN)
        for axes, signal in zip(page.axes(SIGNAL_IN, [1.0] * max(across, 3)), row, strict=False):
            draw_distribution(axes, signal, COLOURS[shift.cause.family])
        page.gap(BELOW_AXES_IN)
    if any(one.effect.name == "cliffs_delta" for one in shown):
        page.text(CLIFFS_DELTA, size=SMALL - 1, colour=FAINT)
    if len(moved) > SHOWN_SIGNALS:
        page.text(f"… and {len(moved) - SHOWN_SIGNALS} more signals that changed", size=SMALL, colour=FAINT)
    still = ", ".join(words(one.name) for one in unchanged(shift.signals, shift.cause.because))
    for line in _wrapped(f"Did not change: {still}", CHARS) if still else ():
        page.text(line, size=SMALL, colour=INK)


def _words(page: Page, found: Explanation) -> None:
    shift = found.shift
    reached = [f"{label}: {text}" for label, text in reach(found, full=True)]
    reasons = [plain(one, REASON_CHARS) for one in shift.cause.because[:SHOWN_REASONS]]
    commands = [plain(one) for one in (explain_command(shift), accept_command(shift)) if one]
    blocks = (("Why", reasons), ("Who is affected", reached), ("Next", [*next_steps(shift, plain), *commands]))
    for heading, lines in blocks:
        if lines:
            page.gap(HEADING_IN / 2)
            page.text(heading, size=NORMAL, weight="bold")
        for line in lines:
            _point(page, line)
    page.gap(HEADING_IN / 2)
    page.text(f"{shift.status} · shift {plain(shift.id)}", size=SMALL, colour=FAINT)


def _point(page: Page, text: str) -> None:
    for number, line in enumerate(_wrapped(text, CHARS)):
        page.text(f"{' ' if number else '•'} {line}", size=SMALL, colour=INK)


def _wrapped(text: str, chars: int) -> list[str]:
    """Long words are broken, too."""
    return wrap(text, chars) or [""]
