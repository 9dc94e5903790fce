"""`coagent reset`."""

from typing import Annotated

import typer

from coagent.domain.command import Reset
from coagent.domain.errors import Fatal
from coagent.entrypoints.control.say import AsJson, By, Reason, said, say
from coagent.entrypoints.control.target import Target, the_segment
from coagent.settings import Settings

FOLLOWS = (
    "what is open ends as accepted, all that was learned of the segment is forgotten, and nothing is told of it until "
    "about a hundred more requests have come; counts go on"
)


def reset(
    target: Target,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Needed: what was learned does not come back.")] = False,
    by: By = None,
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Let detection of a segment start anew, as if it had just appeared; its counts stay."""
    settings = Settings()
    segment = the_segment(settings, target)
    if not yes:
        raise Fatal(
            f"nothing was sent: say --yes to forget all that was learned of {segment.label}. To end a shift only: "
            "`coagent accept`"
        )
    say(settings, Reset(**said(by, reason), segment=segment), FOLLOWS, as_json=json)
