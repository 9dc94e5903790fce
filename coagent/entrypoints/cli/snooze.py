"""`coagent snooze`."""

from typing import Annotated

import typer

from coagent.entrypoints.cli.acknowledge import Finding, Reason
from coagent.entrypoints.control.say import WAIT_S, AsJson, By, Wait, lasting
from coagent.entrypoints.on_call.answer import answer
from coagent.settings import Settings


def snooze(
    finding: Finding,
    *,
    lasts: Annotated[
        str | None, typer.Option("--for", help="How long, such as 2h; without it as the routes say (4h).")
    ] = None,
    by: By = None,
    reason: Reason = "",
    wait: Wait = WAIT_S,
    json: AsJson = False,
) -> None:
    """Be reminded of a finding later: it is quiet for a while, then reported again if it is still open."""
    length = lasting(lasts) if lasts else None
    answer(Settings(), finding, "snooze", by=by, reason=reason, wait_s=wait, as_json=json, lasts=length)
