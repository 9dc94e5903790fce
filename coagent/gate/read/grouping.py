"""What settings of one call or mapping say together: whose parameters they are, what a list of models is, and which
version of a model is meant.
"""

from collections.abc import Iterator, Sequence

from coagent.gate.model_name import is_plausible, without_arn
from coagent.gate.read.setting import FALLBACKS, MODEL, MODELS, VERSION, Setting

NEAR_LINES = 40
SEPARATOR = " > "


def with_models(found: Sequence[Setting], parents: Sequence[int]) -> list[Setting]:
    """Each parameter with the model of its own call or mapping, of one around or inside it, or the nearest. `parents`:
    the group around each group.
    """
    settled = [one for each in _with_versions(found) for one in _list(each, found, parents)]
    by_group: dict[int, str] = {}
    for one in settled:
        if one.name == MODEL:
            by_group.setdefault(one.group, one.value)
    models = [one for one in settled if one.name == MODEL]
    others = ((one, None if one.name == MODEL else _beside(one, by_group, parents, models)) for one in settled)
    return [one._replace(beside=beside) for one, beside in others]


def _with_versions(found: Sequence[Setting]) -> Iterator[Setting]:
    """A model and its version in the same mapping are one name."""
    versions = {one.group: one.value for one in found if one.name == VERSION and is_plausible(one.value)}
    for one in found:
        if one.name == MODEL:
            version = versions.pop(one.group, None)
            name = without_arn(one.value)
            yield one._replace(value=f"{name}-{version}" if version else name)
        elif one.name != VERSION:
            yield one


def _list(one: Setting, found: Sequence[Setting], parents: Sequence[int]) -> Iterator[Setting]:
    """A list of models beside a model is what follows it; else each of them is called, in no order."""
    if one.name != MODELS:
        yield one
    elif _around(one.group, {each.group for each in found if each.name == MODEL}, parents) is not None:
        yield one._replace(name=FALLBACKS)
    else:
        yield from (one._replace(name=MODEL, value=value) for value in one.value.split(SEPARATOR))


def _around(group: int, wanted: set[int], parents: Sequence[int]) -> int | None:
    """The group itself or the nearest one around it; not the file as a whole."""
    while group and group not in wanted:
        group = parents[group]
    return group or None


def _beside(one: Setting, by_group: dict[int, str], parents: Sequence[int], models: list[Setting]) -> str | None:
    around = _around(one.group, set(by_group), parents)
    if around is not None:
        return by_group[around]
    inside = [by_group[child] for child in by_group if one.group and parents[child] == one.group]
    if len(set(inside)) == 1:
        return inside[0]
    near = [other for other in models if abs(other.line - one.line) <= NEAR_LINES]
    return min(near, key=lambda other: abs(other.line - one.line)).value if near else None
