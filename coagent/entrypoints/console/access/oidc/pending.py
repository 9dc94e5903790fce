"""Logins that were begun and are not over: each belongs to one browser and is good once."""

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from coagent.ports import Clock

MOST = 10_000
"""The oldest goes first. Some 5 MB."""
BYTES = 32
LASTS = timedelta(minutes=10)
"""For a password and a second factor at the provider."""


@dataclass(frozen=True, slots=True)
class Pending:
    """`state` comes back by the browser, `nonce` in the token; `verifier` proves to the provider who began (RFC 7636).
    `then` is the page to go to.
    """

    state: str
    nonce: str
    verifier: str
    then: str
    begun_at: datetime


class PendingLogins:
    """Kept by the server; the browser has a random name for its own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, Pending] = OrderedDict()
        self._guard = threading.Lock()

    def begin(self, then: str) -> tuple[str, Pending]:
        """Its name for the cookie, and what was begun."""
        state, nonce, verifier = (secrets.token_urlsafe(BYTES) for _ in range(3))
        name, pending = secrets.token_urlsafe(BYTES), Pending(state, nonce, verifier, then, self._clock.now())
        with self._guard:
            self._kept[_digest(name)] = pending
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return name, pending

    def take(self, name: str, state: str) -> Pending | None:
        """None where this browser began none with that state, or too long ago. Used up by this."""
        key = _digest(name)
        with self._guard:
            found = self._kept.get(key)
            if found is None or not hmac.compare_digest(found.state.encode(), state.encode(errors="replace")):
                return None
            del self._kept[key]
        return found if self._clock.now() - found.begun_at <= LASTS else None


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()
