"""What stands under an explained shift: how far it has come, what people decided, and what to do next."""

from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.text import Text

from coagent.domain.explanation import Explanation
from coagent.domain.report import ShiftReport
from coagent.entrypoints.on_call.decisions import decision_line
from coagent.entrypoints.on_call.progress import progress_words
from coagent.entrypoints.on_call.wording import minute
from coagent.entrypoints.terminal.wording import plain

SHOWN = 8
FAMILY_STEPS = {
    "provider": "Check with the provider, or send the requests elsewhere; accept it once it is the new normal.",
    "client": "Look at the deploy that the reasons name; accept it where it was meant.",
    "traffic": "No action needed: the requests changed, not the provider.",
    "unknown": "Compare answers from before and after the onset; accept it where they are fine.",
}


def follow_up(found: Explanation, now: datetime) -> RenderableType:
    """Ends with the exact commands."""
    lines: list[RenderableType] = []
    if found.progress:
        lines.append(Text(progress_words(found.progress, now)))
        lines += _muted(found.progress.muted_until, now)
    lines += [decision_line(one, now) for one in found.decisions[-SHOWN:]]
    return Group(*lines, *next_steps(found.shift))


def _muted(until: datetime | None, now: datetime) -> list[Text]:
    if until is None or until <= now:
        return []
    return [Text(f"muted until {minute(until)}: alarms suppressed, baseline frozen", style="yellow")]


def next_steps(shift: ShiftReport) -> list[RenderableType]:
    """What to do, and how."""
    if shift.status != "open":
        return [Text(f"Next: no action needed, it {'recovered' if shift.status == 'recovered' else 'was accepted'}.")]
    name = plain(shift.id)
    commands = {
        f"coagent accept {name} --reason '…'": "it is the new normal",
        f"coagent mute {name} --for 2h": "no alarms of it for a while",
        f"coagent mute {name} --group --for 2h": "the same for all that changed with it",
    }
    width = max(map(len, commands)) + 2
    shown = [Text.assemble("  ", (command.ljust(width), "bold"), (why, "dim")) for command, why in commands.items()]
    return [Text(f"Next: {FAMILY_STEPS[shift.cause.family]}"), *shown]


RECENT = timedelta(days=1)
"""Mutes that ended since then are still named in the list of shifts."""
