"""What a mute or its end is for: one stream, a task or tenant of it, or all that fit."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import msgspec
import typer

from coagent.adapters.postgres.segment_reader import sensed_parts
from coagent.bootstrap.postgres import database
from coagent.bootstrap.readers import shift_reader
from coagent.domain.errors import Fatal
from coagent.domain.segment import Segment
from coagent.entrypoints.control.target import the_segment, the_shift
from coagent.settings import Settings

MaybeTarget = Annotated[
    str | None,
    typer.Argument(
        metavar="SHIFT|SEGMENT",
        help="A shift's id or its beginning, `last`, or a segment's id or label; or name what is meant by options.",
    ),
]
Provider = Annotated[str | None, typer.Option(help="Every stream of this provider.")]
Model = Annotated[str | None, typer.Option(help="Every stream of this model, as requested.")]
Task = Annotated[str | None, typer.Option(help="Only the requests of this task.")]
Tenant = Annotated[str | None, typer.Option(help="Only the requests of this tenant.")]
Group = Annotated[bool, typer.Option("--group", help="The shift's stream and all that changed with it.")]


class Meant(NamedTuple):
    """What was typed."""

    target: str | None
    provider: str | None = None
    model: str | None = None
    task: str | None = None
    tenant: str | None = None
    group: bool = False


def the_parts(settings: Settings, meant: Meant) -> list[Segment]:
    """Streams, with task and tenant where only those are meant; raises Fatal where nothing fits."""
    if meant.target is not None:
        if meant.provider or meant.model:
            raise Fatal("name a shift or segment, or --provider and --model, not both")
        found = _group(settings, meant.target) if meant.group else [the_segment(settings, meant.target)]
        return [_narrowed(one, meant) for one in found]
    if meant.group or not any(meant):
        raise Fatal("say what is meant: a shift or segment, or --provider, --model, --task, --tenant")
    found = sensed_parts(database(settings), meant.provider, meant.model, meant.task, meant.tenant)
    if not found:
        raise Fatal("no stream fits: `select distinct provider, request_model, task, tenant from insights.requests_1m`")
    return found


def _group(settings: Settings, named: str) -> Sequence[Segment]:
    """The shift's stream, and those of its provider with a shift of about the same time."""
    shift = the_shift(settings, named)
    around = shift_reader(settings).explained(shift).neighbours
    return sorted({shift.segment, *(one.segment for one in around if one.shift is not None)}, key=Segment.key)


def _narrowed(segment: Segment, meant: Meant) -> Segment:
    task, tenant = meant.task or segment.task, meant.tenant or segment.tenant
    return msgspec.structs.replace(segment, task=task, tenant=tenant)
