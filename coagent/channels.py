"""The configured channels: settings become notifiers. A part of bootstrap."""

from collections.abc import Callable

from coagent.adapters.notify.folder import FolderNotifier
from coagent.adapters.notify.stdout import StdoutNotifier
from coagent.deliver.policy import DEFAULT, Policy
from coagent.deliver.policy_file import read_policy
from coagent.delivery_settings import DeliverySettings
from coagent.domain.errors import Fatal
from coagent.ports import Clock, Notifier, Tickets

Make = Callable[[DeliverySettings, Tickets, Clock], Notifier | None]


def notifiers(settings: DeliverySettings, tickets: Tickets, clock: Clock) -> list[Notifier]:
    """One for each configured channel. Raises Fatal where one is configured by half."""
    made = [make(settings, tickets, clock) for make in MAKERS]
    return [one for one in made if one is not None]


def policy(settings: DeliverySettings) -> Policy:
    """Who is notified of what; raises Fatal where the file of routes is missing or wrong."""
    path = settings.routes_file
    if path is None:
        return DEFAULT
    try:
        return read_policy(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise Fatal(f"COAGENT_DELIVERY__ROUTES_FILE: {error}. Name a file that exists, or unset it") from error


def _folder(settings: DeliverySettings, _tickets: Tickets, _clock: Clock) -> Notifier | None:
    return FolderNotifier(settings.folder) if settings.folder else None


def _stdout(settings: DeliverySettings, _tickets: Tickets, _clock: Clock) -> Notifier | None:
    return StdoutNotifier() if settings.stdout else None


MAKERS: tuple[Make, ...] = (_folder, _stdout)
