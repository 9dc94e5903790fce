"""`coagent mute`."""

from typing import Annotated

import typer

from coagent.domain.command import Mute, ToSegment
from coagent.entrypoints.control.parts import Group, MaybeTarget, Meant, Model, Provider, Task, Tenant, the_parts
from coagent.entrypoints.control.say import WAIT_S, AsJson, By, Reason, Wait, lasting, said, say
from coagent.entrypoints.control.target import Signals, checked
from coagent.settings import Settings


def mute(
    target: MaybeTarget = None,
    *,
    span: Annotated[str, typer.Option("--for", help="How long: 30m, 2h, 1d.")],
    provider: Provider = None,
    model: Model = None,
    task: Task = None,
    tenant: Tenant = None,
    group: Group = False,
    signal: Signals = None,
    by: By = None,
    reason: Reason = "",
    wait: Wait = WAIT_S,
    json: AsJson = False,
) -> None:
    """Suppress alarms of a stream, provider, model, task or tenant for a while; requests are still counted."""
    settings, signals, length = Settings(), checked(signal), lasting(span)
    parts = the_parts(settings, Meant(target, provider, model, task, tenant, group))
    who = said(by, reason)
    until = who["at"] + length
    commands = [
        Mute(**(who | {"id": f"{who['id']}-{number}"}), segment=part, until=until, signals=signals)
        for number, part in enumerate(parts)
    ]
    say(settings, commands, _effect, wait_s=wait, as_json=json)


def _effect(command: ToSegment) -> str:
    assert isinstance(command, Mute)
    signals = f" of {', '.join(command.signals)}" if command.signals else ""
    frozen = "its other requests are watched on" if command.part else "baseline frozen"
    return (
        f"alarms{signals} suppressed, {frozen}, until {command.until:%Y-%m-%d %H:%M:%S} UTC; `coagent unmute` ends it"
    )
