"""How long what is kept."""

from datetime import timedelta

from coagent.settings import Settings


def kept(settings: Settings) -> dict[str, timedelta]:
    """How long what is kept, by the name of its setting without `_days`."""
    return {name.removesuffix("_days"): timedelta(days=days) for name, days in settings.retention}
