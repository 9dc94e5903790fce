"""A probe by its name."""

from coagent.domain.errors import Fatal
from coagent.domain.probe import Probe
from coagent.settings import Settings


def the_probe(settings: Settings, name: str) -> Probe:
    """Raises Fatal where there is none of that name."""
    from coagent.bootstrap.probing import probe_store  # noqa: PLC0415  drivers take a moment to load

    known = {one.name: one for one, _ in probe_store(settings).probes()}
    if name not in known:
        raise Fatal(
            f"no probe is called {name!r}: {', '.join(known) or 'there is none, see `coagent probe add --help`'}"
        )
    return known[name]
