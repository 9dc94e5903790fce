"""`coagent accept`."""

from typing import Annotated

import msgspec
import typer

from coagent.bootstrap.readers import shift_reader
from coagent.domain.command import Accept
from coagent.domain.errors import Fatal
from coagent.domain.insight import Insight
from coagent.domain.notice import Word
from coagent.domain.segment import ALL
from coagent.domain.shift import Shift
from coagent.entrypoints.control.named import LAST
from coagent.entrypoints.control.say import WAIT_S, AsJson, By, Reason, Wait, said, say
from coagent.entrypoints.control.target import the_shift
from coagent.entrypoints.control.wait import until
from coagent.entrypoints.on_call.findings import accept_finding, ends, the_finding
from coagent.entrypoints.terminal.wording import plain
from coagent.settings import Settings


def accept(
    shift: Annotated[str, typer.Argument(metavar="SHIFT", help="An id or its beginning; `last`: the newest.")],
    by: By = None,
    reason: Reason = "",
    wait: Wait = WAIT_S,
    json: AsJson = False,
) -> None:
    """Take an open shift, or change of a success rate, for the new normal: it ends as accepted."""
    settings = Settings()
    finding = None if shift == LAST or shift_reader(settings).named(shift, 1) else the_finding(settings, shift)
    if finding is not None:
        word = accept_finding(settings, finding, by, reason)
        _say_accepted(finding, word, is_over=until(ends(settings, finding), wait), as_json=json)
        return
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


def _say_accepted(finding: Insight, word: Word, *, is_over: bool, as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode({"id": finding.subject_id, "word": word.id, "accepted": is_over}).decode())
        return
    effect = (
        "done. It ended as accepted; later days are compared with those since the change"
        if is_over
        else "recorded, and not taken yet: is `coagent agent` running, or `coagent up`? It takes it as soon as it runs"
    )
    print(f"{plain(finding.title)}: {effect} ({plain(word.by)})")
