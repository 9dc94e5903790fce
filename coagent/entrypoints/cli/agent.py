"""`coagent agent`."""

from coagent.settings import Settings


def agent() -> None:
    """Advise, narrate and deliver: from Postgres to people."""
    from coagent.entrypoints.agent import run_agent  # noqa: PLC0415  seconds to load

    run_agent(Settings())
