"""Settings before and after to changes. What is only moved, renamed or written in another way is none."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from coagent.domain.gate import Change, ChangedFiles, ChangeKind, FileText, ReadChanges
from coagent.gate.model_name import model_name
from coagent.gate.read.file_settings import file_settings, is_read
from coagent.gate.read.setting import CACHE_MARKER, FALLBACKS, MODEL, VARIABLE, Setting
from coagent.gate.read.yaml_settings import Unreadable

MOST_CHANGES = 500
Pair = tuple[Setting | None, Setting | None]


def read_changes(files: ChangedFiles) -> ReadChanges:
    """In the order of files and lines."""
    not_seen, notes = list(files.not_seen), list[str]()
    sides: tuple[list[Setting], list[Setting]] = ([], [])
    for pair in files.pairs:
        texts = (pair.before, pair.after)
        if not any(one and is_read(one.path) for one in texts):
            continue
        try:
            read = [_settings(one) for one in texts]
        except Unreadable as why:
            not_seen.append(f"{(pair.after or pair.before).path} cannot be read: {why}.")  # type: ignore[union-attr]
            continue
        for side, found in zip(sides, read, strict=True):
            side.extend(found)
        not_seen += _unseen(pair.before, pair.after, read)
    pairs = _paired(*sides)
    set_elsewhere = {**_variables(_elsewhere(files.elsewhere)), **_variables(sides[1])}
    changes = []
    for before, after in pairs:
        overridden = _overridden(after, set_elsewhere)
        notes += [overridden] if overridden else []
        changes += [] if overridden else [_change(before, after)]
    changes.sort(key=lambda one: (one.file, one.line, one.name))
    if len(changes) > MOST_CHANGES:
        not_seen.append(f"There are {len(changes):,} changes: those after the first {MOST_CHANGES} were not judged.")
    return ReadChanges(changes=tuple(changes[:MOST_CHANGES]), notes=tuple(notes), not_seen=tuple(not_seen))


def _settings(file: FileText | None) -> list[Setting]:
    return file_settings(file) if file and is_read(file.path) else []


def _elsewhere(files: Iterable[FileText]) -> Iterator[Setting]:
    for file in files:
        try:
            yield from _settings(file)
        except Unreadable:
            continue


def _unseen(before: FileText | None, after: FileText | None, read: Sequence[Sequence[Setting]]) -> Iterator[str]:
    """Where only hunks of a structured file were seen and parameters have no model."""
    whole = all(one is None or one.whole for one in (before, after))
    lost = [one for side in read for one in side if one.name not in (MODEL, FALLBACKS) and _is_lone(one)]
    if not whole and lost:
        yield f"{lost[0].file}: which model {lost[0].name} belongs to is not in the diff; `--base` reads whole files."


def _is_lone(one: Setting) -> bool:
    return one.beside is None and not one.name.startswith(VARIABLE)


def _variables(found: Iterable[Setting]) -> dict[str, str]:
    """Environment variables that configurations set, with the place."""
    return {one.name.partition(":")[2]: f"{one.file}:{one.line}" for one in found if one.name.startswith(VARIABLE)}


def _overridden(after: Setting | None, known: dict[str, str]) -> str | None:
    if after and after.variable and after.variable in known:
        where = f"{after.file}:{after.line}"
        return f"{where}: the default of {after.variable} does not count: {known[after.variable]} sets it."
    return None


def _paired(before: list[Setting], after: list[Setting]) -> list[Pair]:
    """What is left when equal ones are gone: first the same place, then the same file, then anywhere. Another value
    beside the same model is a change first: two calls may have swapped theirs.
    """
    old, new = ([one for one in side if not one.name.startswith(VARIABLE)] for side in (before, after))
    old, new = _without_equal(old, new, lambda one: (one.file, one.owner, one.name, one.value, one.beside, one.route))
    pairs, old, new = _matched(
        old, new, lambda one: (one.file, one.owner, one.name, one.beside, one.route) if one.beside else None
    )
    same: list[Callable[[Setting], Any]] = [
        lambda one: (one.file, one.owner, one.name, one.value, one.route),
        lambda one: (one.name, one.value, one.beside, one.route),
    ]
    for key in same:
        old, new = _without_equal(old, new, key)
    old, new = _without_renamed(old, new, before, after)
    alike: list[Callable[[Setting], Any]] = [
        lambda one: (one.file, one.owner, one.name, one.route) if one.owner else None,
        lambda one: (one.file, one.name, one.route),
        lambda one: (one.file, one.name) if not one.owner else None,
    ]
    for key in alike:
        found, old, new = _matched(old, new, key)
        pairs += found
    return [*pairs, *((one, None) for one in old), *((None, one) for one in new)]


def _without_equal(
    old: list[Setting], new: list[Setting], key: Callable[[Setting], Any]
) -> tuple[list[Setting], list[Setting]]:
    both = Counter(map(key, old)) & Counter(map(key, new))
    return _less(old, Counter(both), key), _less(new, Counter(both), key)


def _less(side: list[Setting], gone: Counter[Any], key: Callable[[Setting], Any]) -> list[Setting]:
    kept = []
    for one in side:
        if gone[key(one)] > 0:
            gone[key(one)] -= 1
        else:
            kept.append(one)
    return kept


def _without_renamed(
    old: list[Setting], new: list[Setting], before: list[Setting], after: list[Setting]
) -> tuple[list[Setting], list[Setting]]:
    """Without routes that have another name and are the same else."""
    there, here = ({one.route for one in side if one.route} for side in (before, after))
    gone, come = _by_route(old, there - here), _by_route(new, here - there)
    renamed = set[str]()
    for name, settings in gone.items():
        other = next((one for one, found in come.items() if found == settings and one not in renamed), None)
        renamed |= {name, other} if other else set()
    return ([one for one in old if one.route not in renamed], [one for one in new if one.route not in renamed])


def _by_route(side: list[Setting], routes: set[str]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in side:
        if one.route in routes:
            found[one.route].append((one.name, one.value))
    return {name: sorted(settings) for name, settings in found.items()}


def _matched(
    old: list[Setting], new: list[Setting], key: Callable[[Setting], Any]
) -> tuple[list[Pair], list[Setting], list[Setting]]:
    """By that key, in their order; a key of None matches nothing."""
    waiting: dict[Any, list[Setting]] = defaultdict(list)
    for one in new:
        waiting[key(one)].append(one)
    waiting.pop(None, None)
    pairs, left = list[Pair](), list[Setting]()
    for one in old:
        same = waiting.get(key(one))
        if same:
            pairs.append((one, same.pop(0)))
        else:
            left.append(one)
    taken = {id(after) for _, after in pairs}
    return pairs, left, [one for one in new if id(one) not in taken]


def _change(before: Setting | None, after: Setting | None) -> Change:
    place = after or before
    assert place is not None
    return Change(
        kind=_kind(before, after, place.name),
        name=place.name,
        before=before.value if before else None,
        after=after.value if after else None,
        file=place.file,
        line=place.line,
        model=None if place.name == MODEL else place.beside,
        route=place.route,
        task=place.task,
    )


def _kind(before: Setting | None, after: Setting | None, name: str) -> ChangeKind:
    if name == FALLBACKS:
        return "fallback_changed"
    if name == CACHE_MARKER and (before is None or after is None):
        return "cache_marker_removed" if after is None else "cache_marker_added"
    if name != MODEL:
        return "parameter_changed"
    if before is None or after is None:
        return "model_added" if after else "model_removed"
    return model_change(before.value, after.value)


def model_change(before: str, after: str) -> ChangeKind:
    """What another name of a model means.

    >>> model_change("gpt-4o-2024-08-06", "gpt-4o"), model_change("gpt-4o", "azure/gpt-4o")
    ('alias_unpinned', 'provider_changed')
    """
    old, new = model_name(before), model_name(after)
    if old.base != new.base:
        return "model_swapped"
    if (old.provider, old.routing) != (new.provider, new.routing):
        return "provider_changed"
    if old.is_pinned != new.is_pinned:
        return "alias_unpinned" if old.is_pinned else "alias_pinned"
    return "model_swapped"
