"""YAML with its line numbers, so that an error names the place."""

from collections.abc import Iterator
from typing import Any

import yaml

from coagent.domain.errors import Fatal


class Spot:
    """A node of a YAML file, with the way to it for error texts."""

    def __init__(self, node: yaml.Node, file: str, way: str = "") -> None:
        self._node = node
        self._file = file
        self._way = way

    def error(self, what: str) -> Fatal:
        """`gateway.yaml:7: fields.time: what`."""
        way = f"{self._way}: " if self._way else ""
        return Fatal(f"{self._file}:{self._node.start_mark.line + 1}: {way}{what}")

    def is_object(self) -> bool:
        return isinstance(self._node, yaml.MappingNode)

    def items(self) -> Iterator[tuple[str, "Spot"]]:
        """Keys with their values; raises Fatal for what is no object, and for a key that comes twice."""
        if not isinstance(self._node, yaml.MappingNode):
            raise self.error("expected keys with values")
        seen: set[str] = set()
        for key, value in self._node.value:
            name, spot = str(key.value), Spot(value, self._file, f"{self._way}.{key.value}".lstrip("."))
            if name in seen:
                raise spot.error("this key stands here twice")
            seen.add(name)
            yield name, spot

    def known(self, *names: str) -> dict[str, "Spot"]:
        """The same as a dict; raises Fatal for a key that is none of the names."""
        found = dict(self.items())
        for name, spot in found.items():
            if name not in names:
                raise spot.error(f"no such key; {', '.join(names)} are known")
        return found

    def values(self) -> list["Spot"]:
        """The elements of a list; a single value counts as a list of one."""
        if isinstance(self._node, yaml.SequenceNode):
            return [Spot(node, self._file, self._way) for node in self._node.value]
        return [self]

    def scalar(self) -> Any:
        """A text, number, boolean or None."""
        if not isinstance(self._node, yaml.ScalarNode):
            raise self.error("expected a single value")
        return yaml.safe_load(yaml.serialize(self._node))

    def text(self) -> str:
        """As it is written, be it a number or a boolean."""
        if not isinstance(self._node, yaml.ScalarNode) or self._node.value == "":
            raise self.error("expected a text")
        return str(self._node.value)


def read_spots(data: bytes, file: str) -> Spot:
    """The root of a YAML (or JSON) file. Raises Fatal with the line of what cannot be read."""
    try:
        node = yaml.compose(data.decode(), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise Fatal(f"{file}: not UTF-8 at byte {error.start}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Fatal(f"{file}:{line}: not YAML ({error.problem})") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise Fatal(f"{file}: not YAML ({type(error).__name__})") from None
    if node is None:
        raise Fatal(f"{file}: empty. A mapping has `fields`, see docs/mapping.md")
    return Spot(node, file)
