"""`coagent reset`."""

from typing import Annotated

import typer

from coagent.domain.command import Reset, ToSegment
from coagent.domain.errors import Fatal
from coagent.entrypoints.control.say import WAIT_S, AsJson, By, Reason, Wait, said, say
from coagent.entrypoints.control.target import Target, the_segment
from coagent.settings import Settings


def reset(
    target: Target,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Needed: what was learned does not come back.")] = False,
    by: By = None,
    reason: Reason = "",
    wait: Wait = WAIT_S,
    json: AsJson = False,
) -> None:
    """Let detection of a stream start anew, as if it had just appeared; its counts stay."""
    settings = Settings()
    stream = the_segment(settings, target).stream
    if not yes:
        raise Fatal(
            f"nothing was sent: say --yes to forget all that was learned of {stream.label}. To end a shift only: "
            "`coagent accept`"
        )
    say(settings, [Reset(**said(by, reason), segment=stream)], _effect, wait_s=wait, as_json=json)


def _effect(_command: ToSegment) -> str:
    return (
        "done. All that was learned of the stream is forgotten, an open shift ends as accepted, and no alarm is raised "
        "until about a hundred more requests have come; counts go on"
    )
