"""What stands under an explained shift: how far it has come, what people decided, and the commands to decide."""

from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.text import Text

from coagent.domain.explanation import Explanation
from coagent.domain.next_steps import accept_command
from coagent.domain.number_format import minute
from coagent.domain.report import ShiftReport
from coagent.entrypoints.on_call.decisions import decision_line
from coagent.entrypoints.on_call.probes import probe_line
from coagent.entrypoints.on_call.progress import progress_words
from coagent.entrypoints.on_call.qualities import quality_line
from coagent.entrypoints.terminal.wording import plain

SHOWN = 8
RECENT = timedelta(days=1)
"""Mutes that ended since then are still named in the list of shifts."""


def follow_up(found: Explanation, now: datetime, answered: Text | None = None) -> RenderableType:
    """Ends with the exact commands. `answered`: who looks into it."""
    lines: list[RenderableType] = []
    if found.progress:
        lines.append(Text(progress_words(found.progress, now)))
        lines += _muted(found.progress.muted_until, now)
    lines += [decision_line(one, now) for one in found.decisions[-SHOWN:]]
    lines += [answered] if answered else []
    lines += [probe_line(one) for one in found.probes[-SHOWN:]]
    lines += [quality_line(one) for one in found.qualities[-SHOWN:]]
    return Group(*lines, *_commands(found.shift))


def _muted(until: datetime | None, now: datetime) -> list[Text]:
    if until is None or until <= now:
        return []
    return [Text(f"muted until {minute(until)}: alarms suppressed, baseline frozen", style="yellow")]


def _commands(shift: ShiftReport) -> list[RenderableType]:
    accept = accept_command(shift)
    if accept is None:
        return []
    named = plain(shift.id)
    commands = {
        f"coagent acknowledge {named}": "you look into it",
        f"coagent snooze {named} --for 4h": "remind me later",
        f"{plain(accept)} --reason '…'": "our deploy, or the new normal",
        f"coagent mute {named} --for 2h": "no alarms of its stream",
        f"coagent mute {named} --group --for 2h": "of all that changed too",
    }
    width = max(map(len, commands)) + 2
    shown = [Text.assemble("  ", (command.ljust(width), "bold"), (why, "dim")) for command, why in commands.items()]
    return [Text("To decide:"), *shown]
