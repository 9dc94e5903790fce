"""One signal before and after, in its unit, on given axes."""

from math import ceil, floor, log10

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from coagent.domain.number_format import effect_size, from_to, written
from coagent.domain.report import SignalReport
from coagent.domain.shift import Effect
from coagent.domain.vocabulary import UNIT
from coagent.drawing.style import BEFORE, FAINT, INK, SMALL, bare
from coagent.entrypoints.plots.shape import Shape, shape
from coagent.entrypoints.terminal.wording import is_binary, plain, statistic, unit_of

BINS = 32
NAME_CHARS, LINE_CHARS = 36, 40
TICKS, MOST_TICKS = 4, 5


def draw_distribution(axes: Axes, signal: SignalReport, colour: str) -> None:
    """A histogram of both, or two bars where only a share or the medians are known."""
    found = None if is_binary(signal.name) else shape(signal.before, signal.after, BINS)
    if found is None:
        _draw_bars(axes, signal, colour)
    else:
        _draw_histograms(axes, signal, found, colour)
    bare(axes)
    _describe(axes, signal)


def _describe(axes: Axes, signal: SignalReport) -> None:
    """Above the axes: name, before and after, effect."""
    effect = signal.effect
    sure = effect.low > 0 or effect.high < 0
    size = from_to(signal.before.median, signal.after.median, unit_of(signal.name, signal.unit))
    lines = (
        (plain(statistic(signal.name), NAME_CHARS), INK, "bold"),
        (plain(size, LINE_CHARS), INK, "normal"),
        (_effect(effect), INK if sure else FAINT, "normal"),
        (f"{signal.before.n:,} requests before, {signal.after.n:,} after", FAINT, "normal"),
    )
    for place, (text, colour, weight) in enumerate(reversed(lines)):
        offset = (0, 4 + place * (SMALL + 2.5))
        axes.annotate(
            text, (0, 1), xycoords="axes fraction", xytext=offset, textcoords="offset points",
            color=colour, weight=weight, fontsize=SMALL, annotation_clip=False,
        )  # fmt: skip


def _effect(effect: Effect) -> str:
    """The unit once: there is little room."""
    return effect_size(effect.name, effect.value, effect.low, effect.high).replace(" points)", ")")


def _draw_histograms(axes: Axes, signal: SignalReport, found: Shape, colour: str) -> None:
    """Each side as high as its own peak: one that is spread out stays visible beside a narrow one."""
    before, after = found.before / found.before.max(), found.after / found.after.max()
    axes.stairs(before, found.edges, fill=True, color=BEFORE, alpha=0.75, linewidth=0)
    axes.stairs(after, found.edges, fill=True, color=colour, alpha=0.28, linewidth=0)
    axes.stairs(after, found.edges, color=colour, linewidth=1.1)
    for side, line in ((signal.before, FAINT), (signal.after, colour)):
        axes.axvline(side.median, color=line, linewidth=1.0, linestyle=(0, (1, 1)))
    if found.log:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(FixedLocator(_log_ticks(found.edges[0], found.edges[-1])))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(TICKS))
    axes.set_xlim(found.edges[0], found.edges[-1])
    unit = unit_of(signal.name, signal.unit)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value, unit)[0] or ""))
    axes.yaxis.set_major_locator(NullLocator())
    axes.set_xlabel(_scale_words(signal, found), fontsize=SMALL - 1, labelpad=2)


def _log_ticks(low: float, high: float) -> list[float]:
    """Round values within, of which there are few.

    >>> _log_ticks(0.7, 12.0), _log_ticks(0.02, 900.0)
    ([1.0, 2.0, 5.0, 10.0], [0.1, 1.0, 10.0, 100.0])
    """
    decades = [10.0**power for power in range(floor(log10(low)), ceil(log10(high)) + 1)]
    fine = [float(f"{step * decade:.3g}") for decade in decades for step in (1, 2, 5) if low <= step * decade <= high]
    coarse = [decade for decade in decades if low <= decade <= high]
    return fine if len(fine) <= MOST_TICKS else coarse[:: ceil(len(coarse) / MOST_TICKS)]


def _scale_words(signal: SignalReport, found: Shape) -> str:
    """The unit, and what the axis does not show by itself."""
    ends = {
        (True, False): "first bin holds all below",
        (False, True): "last bin holds all above",
        (True, True): "first and last bin hold all beyond",
    }
    notes = (_unit_words(signal), "log scale" if found.log else "", ends.get((found.below, found.above), ""))
    return ", ".join(note for note in notes if note)


def _draw_bars(axes: Axes, signal: SignalReport, colour: str) -> None:
    sides = (("before", signal.before.median, BEFORE), ("after", signal.after.median, colour))
    known = [(name, value, paint) for name, value, paint in sides if value == value]  # noqa: PLR0124  without NaN
    axes.barh(
        [name for name, _, _ in known], [value for _, value, _ in known], color=[c for _, _, c in known], height=0.6
    )
    axes.invert_yaxis()
    unit = unit_of(signal.name, signal.unit)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value, unit)[0] or ""))
    words = "% of requests" if is_binary(signal.name) else _unit_words(signal)
    axes.set_xlabel(words, fontsize=SMALL - 1, labelpad=2)


def _unit_words(signal: SignalReport) -> str:
    unit = unit_of(signal.name, signal.unit)
    return UNIT.get(unit, (1, unit))[1]
