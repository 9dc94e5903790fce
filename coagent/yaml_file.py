"""A YAML file that people write: what is wrong is named with its line and the reason."""

import re
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
import yaml

from coagent.domain.errors import Fatal

T = TypeVar("T")


class YamlFile:
    """`raw` holds its plain values. Raises Fatal where the text is no YAML."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.raw: Any = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError) as error:  # a day such as 2024-13-45 is a ValueError
            mark = getattr(error, "problem_mark", None)
            line = f":{mark.line + 1}" if mark else ""
            raise Fatal(f"{name}{line}: {getattr(error, 'problem', None) or error}: correct the file") from error
        self._lines = dict(_lines(root, "$")) if root else {}

    def convert(self, kind: type[T]) -> T:
        """The values as that type; raises Fatal."""
        try:
            return msgspec.convert(self.raw, kind)
        except msgspec.ValidationError as error:
            found = re.fullmatch(r"(.*?) - at `(.*)`", str(error), re.DOTALL)
            raise self.wrong(*((found[2], found[1]) if found else ("$", str(error)))) from error

    def line(self, path: str) -> int:
        """Where it stands, or what is around it."""
        return next((self._lines[one] for one in _outwards(path) if one in self._lines), 1)

    def wrong(self, path: str, reason: str) -> Fatal:
        """Such as `routes.yaml:7: routes[0].to[1]: no channel 'slak'`; `path` as msgspec writes it: `$.routes[0]`."""
        where = path.removeprefix("$").removeprefix(".")
        return Fatal(f"{self._name}:{self.line(path)}: {where}{': ' if where else ''}{reason}")


def _outwards(path: str) -> Iterator[str]:
    """The path and those around it: a missing field has no line of its own."""
    while path:
        yield path
        path = re.sub(r"(\.[^.\[\]]+|\[[^\]]*\])$", "", path) if path != "$" else ""


def _lines(node: Any, path: str) -> Iterator[tuple[str, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield f"{path}.{key.value}", key.start_mark.line + 1
            yield from _lines(value, f"{path}.{key.value}")
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _lines(value, f"{path}[{place}]")
