"""Where a walk through a tree of YAML is, and what it found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from coagent.gate.read.setting import FALLBACKS, MODEL, MODELS, VERSION, Setting, plain_value

MOST_NODES = 50_000
MOST_TEXT = 200


class Leaf(NamedTuple):
    key: str
    value: str
    line: int


@dataclass(slots=True)
class Walk:
    path: str
    settings: list[Setting] = field(default_factory=list)
    parents: list[int] = field(default_factory=lambda: [0])
    left: int = MOST_NODES
    above: int = 0
    """Lines before the text that is walked, where it is inside another."""


class Around(NamedTuple):
    """What the mappings around say. `owner`: the path to here."""

    owner: str = ""
    group: int = 0
    key: str = ""
    route: str | None = None
    provider: str | None = None
    task: str | None = None
    depth: int = 0


def text_of(leaves: Mapping[str, Leaf], key: str) -> str | None:
    return leaves[key].value[:MOST_TEXT] if key in leaves else None


def add(walk: Walk, name: str, leaf: Leaf, here: Around) -> None:
    is_name = name in (MODEL, MODELS, FALLBACKS, VERSION)
    value = leaf.value[:MOST_TEXT] if is_name else plain_value(leaf.value[:MOST_TEXT])
    owner = f"{here.owner}.{leaf.key}" if leaf.key else here.owner
    walk.settings.append(Setting(name, value, walk.path, leaf.line, owner, here.group, None, here.route, here.task))
