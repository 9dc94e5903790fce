"""`coagent mute`."""

from typing import Annotated

import typer

from coagent.domain.command import Mute
from coagent.entrypoints.control.say import AsJson, By, Reason, duration, said, say
from coagent.entrypoints.control.target import Signals, Target, checked, the_segment
from coagent.settings import Settings


def mute(
    target: Target,
    *,
    span: Annotated[str, typer.Option("--for", help="How long: 30m, 2h, 1d.")],
    signal: Signals = None,
    by: By = None,
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Raise and tell nothing of a segment for a while; its requests are still counted."""
    settings, signals, who = Settings(), checked(signal), said(by, reason)
    until = who["at"] + duration(span)
    segment = the_segment(settings, target)
    what = f"{', '.join(signals)} of its requests" if signals else "its requests"
    follows = (
        f"until {until:%Y-%m-%d %H:%M:%S} UTC {what} raise and tell nothing, and change nothing of what is known; they "
        "are counted as ever. `coagent unmute` ends it"
    )
    say(settings, Mute(**who, segment=segment, until=until, signals=signals), follows, as_json=json)
