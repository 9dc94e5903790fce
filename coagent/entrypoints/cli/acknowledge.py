"""`coagent acknowledge`."""

from typing import Annotated

import typer

from coagent.entrypoints.control.say import WAIT_S, AsJson, By, Wait
from coagent.entrypoints.on_call.answer import answer
from coagent.settings import Settings

Finding = Annotated[
    str, typer.Argument(metavar="FINDING", help="A shift's or another finding's id or its beginning; `last`.")
]
Reason = Annotated[str, typer.Option(help="Why; shown beside it in every channel.")]


def acknowledge(
    finding: Finding, by: By = None, reason: Reason = "", wait: Wait = WAIT_S, json: AsJson = False
) -> None:
    """Say that you look into a finding: nobody is escalated to, and it is quiet until it ends or a day is over."""
    answer(Settings(), finding, "acknowledge", by=by, reason=reason, wait_s=wait, as_json=json)
