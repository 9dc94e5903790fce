"""`coagent agent`."""

from coagent.entrypoints.agent import run_agent
from coagent.settings import Settings


def agent() -> None:
    """Advise, narrate and deliver: from Postgres to people."""
    run_agent(Settings())
