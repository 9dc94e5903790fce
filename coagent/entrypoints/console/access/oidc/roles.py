"""What a checked identity may do: nothing, unless the settings name one of its groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coagent.console_settings import EVERYBODY, ConsoleSettings
from coagent.entrypoints.console.access.oidc.failures import NotAdmitted
from coagent.entrypoints.console.access.sessions import Role

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Roles:
    """Claims of a token by name; `readers` and `deciders` are values of the claim `role_claim`."""

    user_claim: str
    role_claim: str
    readers: frozenset[str]
    deciders: frozenset[str]

    def admit(self, claims: Mapping[str, Any]) -> tuple[str, Role]:
        """A name and a role. Raises NotAdmitted."""
        user = self._user(claims)
        values = _values(claims, self.role_claim) | {EVERYBODY}
        if values & self.deciders:
            return user, "decider"
        if values & self.readers:
            return user, "reader"
        raise NotAdmitted(
            f"you logged in as {user}, who is in none of the groups that may read (claim {self.role_claim}): "
            "ask whoever runs coagent to name one of yours in its settings"
        )

    def _user(self, claims: Mapping[str, Any]) -> str:
        found = sorted(_values(claims, self.user_claim))
        if len(found) != 1 or len(found[0]) > LONGEST_NAME or not found[0].strip() or not found[0].isprintable():
            said = "verified email" if self.user_claim == "email" else f"claim {self.user_claim}"
            raise NotAdmitted(
                f"the identity provider names no {said}: whoever runs coagent can name people by another claim with "
                "COAGENT_CONSOLE__OIDC_USER_CLAIM"
            )
        return found[0]


def roles_of(settings: ConsoleSettings) -> Roles:
    return Roles(
        settings.oidc_user_claim,
        settings.oidc_role_claim,
        frozenset(settings.oidc_readers),
        frozenset(settings.oidc_deciders),
    )


def _values(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """Of a text or a list of texts. An address that its provider has not verified could be anybody's."""
    if name == "email" and claims.get("email_verified") is not True:
        return frozenset()
    said = claims.get(name)
    return frozenset(one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str))
