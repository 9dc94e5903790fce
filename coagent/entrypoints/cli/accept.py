"""`coagent accept`."""

from typing import Annotated

import typer

from coagent.domain.command import Accept
from coagent.domain.errors import Fatal
from coagent.domain.segment import ALL
from coagent.entrypoints.control.say import AsJson, By, Reason, said, say
from coagent.entrypoints.control.target import the_shift
from coagent.settings import Settings

FOLLOWS = (
    "the shift ends as accepted within seconds; the requests since its alarm become what later ones are compared with"
)


def accept(
    shift: Annotated[str, typer.Argument(metavar="SHIFT_ID", help="As in insights.shifts, or its beginning.")],
    by: By = None,
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Take an open shift for the new normal: it ends as accepted."""
    settings = Settings()
    found = the_shift(settings, shift)
    if found.status != "open":
        raise Fatal(f"shift {found.id} of {found.segment.label} is {found.status} already: there is nothing to accept")
    if found.segment.tenant == ALL:
        raise Fatal(
            f"shift {found.id} is of many segments together and cannot be accepted by hand: it ends by itself when "
            "they are back, and what stays becomes the new reference after some hundred requests. `coagent mute` takes "
            "one of its segments"
        )
    command = Accept(**said(by, reason), segment=found.segment, shift=found.id, row=found.updated.ordinal)
    say(settings, command, FOLLOWS, as_json=json)
