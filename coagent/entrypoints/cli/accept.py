"""`coagent accept`."""

from typing import Annotated

import typer

from coagent.bootstrap.readers import shift_reader
from coagent.domain.command import Accept
from coagent.domain.errors import Fatal
from coagent.domain.segment import ALL
from coagent.domain.shift import Shift
from coagent.entrypoints.control.say import WAIT_S, AsJson, By, Reason, Wait, said, say
from coagent.entrypoints.control.target import the_shift
from coagent.entrypoints.control.wait import until
from coagent.settings import Settings


def accept(
    shift: Annotated[str, typer.Argument(metavar="SHIFT", help="An id or its beginning; `last`: the newest.")],
    by: By = None,
    reason: Reason = "",
    wait: Wait = WAIT_S,
    json: AsJson = False,
) -> None:
    """Take an open shift for the new normal: it ends as accepted."""
    settings = Settings()
    found = the_shift(settings, shift)
    if found.status != "open":
        raise Fatal(f"shift {found.id} of {found.segment.label} is {found.status} already: there is nothing to accept")
    if found.segment.tenant == ALL:
        raise Fatal(
            f"shift {found.id} is of many streams together and cannot be accepted: it ends by itself when they are "
            "back, and what stays becomes the new baseline. `coagent mute` takes one of its streams"
        )
    command = Accept(**said(by, reason), segment=found.segment, shift=found.id, row=found.updated.ordinal)
    say(settings, [command], lambda _: _effect(settings, found, wait), wait_s=wait, as_json=json)


def _effect(settings: Settings, shift: Shift, wait_s: float) -> str:
    reader = shift_reader(settings)

    def has_ended() -> bool:
        return any(one.id == shift.id and one.status != "open" for one in reader.named(shift.id, 2))

    if until(has_ended, wait_s):
        return f"done. Shift {shift.id} ended as accepted; the requests since its alarm are the new baseline"
    return f"taken by the worker; shift {shift.id} is still shown as open: `coagent shifts` shows when it has ended"
