"""`coagent unmute`."""

from coagent.domain.command import ToSegment, Unmute
from coagent.entrypoints.control.parts import Group, MaybeTarget, Meant, Model, Provider, Task, Tenant, the_parts
from coagent.entrypoints.control.say import WAIT_S, AsJson, By, Reason, Wait, said, say
from coagent.entrypoints.control.target import Signals, checked
from coagent.settings import Settings


def unmute(
    target: MaybeTarget = None,
    *,
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
    """End a mute; of a whole stream also the mutes of its tasks and tenants."""
    settings, signals = Settings(), checked(signal)
    parts = the_parts(settings, Meant(target, provider, model, task, tenant, group))
    who = said(by, reason)
    commands = [
        Unmute(**(who | {"id": f"{who['id']}-{number}"}), segment=part, signals=signals)
        for number, part in enumerate(parts)
    ]
    say(settings, commands, _effect, wait_s=wait, as_json=json)


def _effect(_command: ToSegment) -> str:
    return "done. The next requests are compared with the baseline from before the mute; evidence restarts at zero"
