"""What each format of a body offers to whoever dispatches by shape."""

from collections.abc import Mapping
from typing import Any, Protocol

from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading


class Reader(Protocol):
    """A format that knows its own response and reads the exchange around it."""

    def is_mine(self, body: Mapping[str, Any], /) -> bool: ...

    def reading(self, exchange: Exchange, options: DecodeOptions, /) -> Reading: ...
