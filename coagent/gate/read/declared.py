"""A declared change: what a pull request is to change, written by people in YAML, where no diff shows it."""

from typing import Annotated

import msgspec

from coagent.domain.gate import Change, ChangeKind
from coagent.gate.read.changes import model_change
from coagent.gate.read.setting import CACHE_MARKER, FALLBACKS, MODEL, NAMES

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`set`: what is set, `model` unless it is said; `model`: whose calls a parameter belongs to."""

    set: Text = MODEL
    before: Text | int | float | None = None
    after: Text | int | float | None = None
    model: Text | None = None
    task: Text | None = None
    route: Text | None = None


class DeclaredFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: Annotated[int, msgspec.Meta(ge=1, le=1)] = 1
    changes: Annotated[list[Declared], msgspec.Meta(min_length=1, max_length=500)]


def wrong_in(file: DeclaredFile) -> tuple[str, str] | None:
    """The first place that makes no sense, as msgspec writes paths, and why."""
    for place, one in enumerate(file.changes):
        if one.set not in NAMES:
            return f"$.changes[{place}].set", f"unknown setting: one of {', '.join(NAMES)}"
        if one.before == one.after:
            return f"$.changes[{place}]", "before and after are the same: name what changes"
    return None


def declared_changes(file: DeclaredFile, path: str, lines: list[int]) -> tuple[Change, ...]:
    """`lines`: where each stands."""
    return tuple(_change(one, path, line) for one, line in zip(file.changes, lines, strict=True))


def _change(one: Declared, path: str, line: int) -> Change:
    before, after = (None if value is None else str(value) for value in (one.before, one.after))
    return Change(
        kind=_kind(one.set, before, after),
        name=one.set,
        before=before,
        after=after,
        file=path,
        line=line,
        model=one.model,
        route=one.route,
        task=one.task,
    )


def _kind(name: str, before: str | None, after: str | None) -> ChangeKind:
    if name == MODEL:
        return model_change(before, after) if before and after else ("model_added" if after else "model_removed")
    if name == CACHE_MARKER:
        return "cache_marker_removed" if after is None else "cache_marker_added"
    return "fallback_changed" if name == FALLBACKS else "parameter_changed"
