"""How a checkpoint keeps a run's state. It reads back values of known types alone: no stored byte names code to run."""

from collections.abc import Mapping
from typing import Any

import msgspec
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from coagent.domain.insight import Insight
from coagent.domain.notice import Word
from coagent.narrate.kinds import KINDS
from coagent.narrate.state import Answers, Choice, Job, Material

PREFIX = "coagent."
FIELDS = f"{PREFIX}fields"
TYPES: tuple[type[Any], ...] = (*KINDS, Job, Material, Answers, Choice, Insight, Word)
KNOWN: Mapping[str, type[Any]] = {f"{PREFIX}{one.__name__}": one for one in TYPES}


class StateSerializer:
    """langgraph's SerializerProtocol."""

    def __init__(self) -> None:
        self._others = JsonPlusSerializer(allowed_msgpack_modules=None)

    def dumps_typed(self, value: Any) -> tuple[str, bytes]:
        """The name of the type and the bytes."""
        name = f"{PREFIX}{type(value).__name__}"
        if KNOWN.get(name) is type(value):
            return name, msgspec.msgpack.encode(value)
        if isinstance(value, dict) and any(type(one) in KNOWN.values() for one in value.values()):
            return FIELDS, msgspec.msgpack.encode({key: self.dumps_typed(one) for key, one in value.items()})
        return self._others.dumps_typed(value)

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """Inverse of `dumps_typed`."""
        name, content = data
        if name == FIELDS:
            fields = msgspec.msgpack.decode(content, type=dict[str, tuple[str, bytes]])
            return {key: self.loads_typed(one) for key, one in fields.items()}
        if name in KNOWN:
            return msgspec.msgpack.decode(content, type=KNOWN[name])
        return self._others.loads_typed(data)
