"""What was read and what became of it, each reason with its first place."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.report import Notes, Records, Rejections, Skips
from coagent.entrypoints.terminal.reason_words import reason_words
from coagent.entrypoints.terminal.wording import plain

SHOWN_REASONS = 10
LONGEST_REASON, LONGEST_PLACE = 60, 200

Reason = Rejections | Skips | Notes
NEXT_STEP = "What is read of each source, and how to feed it: coagent sources (docs/sources.md)."


def records_view(records: Records) -> RenderableType:
    """The counts; where anything was rejected, skipped or noted, why and what to do next."""
    parts = [
        *_reasons("Rejected (cannot be read):", records.rejections, "yellow"),
        *_reasons("Skipped (no request to a model):", records.skipped, "cyan"),
        *_reasons("Accepted, but this part is not read or not believed:", records.noted, "magenta"),
    ]
    return Group(_counts(records), *parts, *([Text(NEXT_STEP, style="dim")] if parts else []))


def nothing_accepted(records: Records) -> str:
    """Why there is no request, in a line."""
    parts = [*_most("rejected", records.rejections), *_most("skipped", records.skipped)]
    return f"no request was accepted: {'; '.join(parts)}. coagent sources lists what is read"


def _most(what: str, reasons: Sequence[Reason]) -> list[str]:
    if not reasons:
        return []
    first, count = reasons[0], sum(one.count for one in reasons)
    return [f"{count:,} {what}, most for {plain(first.reason, LONGEST_REASON)} (first at {plain(first.first)})"]


def _counts(records: Records) -> Text:
    skipped = sum(one.count for one in records.skipped)
    return Text.assemble(
        (f"{records.read:,}", "bold"),
        " records read, ",
        (f"{records.accepted:,}", "bold green" if records.accepted else "bold red"),
        " requests accepted, ",
        (f"{records.rejected:,}", "bold yellow" if records.rejected else "bold"),
        " rejected",
        f", {skipped:,} skipped" if skipped else "",
    )


def _reasons(title: str, reasons: Sequence[Reason], colour: str) -> list[RenderableType]:
    if not reasons:
        return []
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right")
    grid.add_column(overflow="fold")
    for one in reasons[:SHOWN_REASONS]:
        grid.add_row(f"  {one.count:,}", _reason(one, colour))
    more = len(reasons) - SHOWN_REASONS
    rest = [Text(f"  … and {more:,} more reasons: see --json", style="dim")] if more > 0 else []
    return [Text(title, style="dim"), grid, *rest]


def _reason(one: Reason, colour: str) -> Text:
    """The slug and plain words for it; below, its first place and what was found there."""
    text = Text(plain(one.reason, LONGEST_REASON), style=colour)
    if words := reason_words(one.reason):
        text.append(f"  {words}", style="default")
    text.append(f"\nfirst at {plain(one.first, LONGEST_PLACE)}", style="dim")
    detail = "" if isinstance(one, Skips) else one.detail
    return text.append(f"\n{plain(detail)}", style="dim") if detail else text
