"""Who may log in, and as what."""

from dataclasses import dataclass

from coagent.console_settings import ConsoleSettings
from coagent.entrypoints.console.access.passwords import hashed, is_right
from coagent.entrypoints.console.access.sessions import Role


@dataclass(frozen=True, slots=True)
class People:
    """Everybody with a password reads, deciders decide too."""

    deciders: frozenset[str]
    hashes: dict[str, str]
    nobody: str
    """A hash that no password has, checked where there is no such person, so that both take the same time."""

    def by_password(self, name: str, password: str) -> Role | None:
        """None where either is wrong."""
        known = self.hashes.get(name)
        if not is_right(password, known or self.nobody) or known is None:
            return None
        return "decider" if name in self.deciders else "reader"


def people_of(settings: ConsoleSettings) -> People:
    hashes = {name: kept.get_secret_value() for name, kept in settings.passwords.items()}
    return People(frozenset(settings.deciders), hashes, hashed(""))
