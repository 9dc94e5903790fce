"""coagent's errors as a tool's."""

from collections.abc import Iterator
from contextlib import contextmanager

from mcp.server.mcpserver.exceptions import ToolError

from coagent.domain.errors import CoagentError


@contextmanager
def refusals() -> Iterator[None]:
    """What coagent raised on purpose reaches the client in its own words."""
    try:
        yield
    except CoagentError as problem:
        raise ToolError(str(problem)) from problem
