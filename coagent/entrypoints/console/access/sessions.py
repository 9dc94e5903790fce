"""Sessions, kept by the server: the browser has a random name for its own and nothing else."""

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from coagent.ports import Clock

MOST = 1_000
"""The one that was used longest ago goes first."""
BYTES = 32

Role = Literal["reader", "decider"]


@dataclass(slots=True)
class Session:
    """`csrf` stands in each of its forms. `used_at` moves with what the person does, not with what a page reloads."""

    user: str
    role: Role
    csrf: str
    begun_at: datetime
    used_at: datetime


class Sessions:
    """Lost when the process ends: people log in again."""

    def __init__(self, clock: Clock, idle: timedelta, longest: timedelta) -> None:
        self._clock, self._idle, self._longest = clock, idle, longest
        self._kept: OrderedDict[str, Session] = OrderedDict()
        self._guard = threading.Lock()

    def begin(self, user: str, role: Role) -> str:
        """The new one's name, for the cookie."""
        name, now = secrets.token_urlsafe(BYTES), self._clock.now()
        with self._guard:
            self._kept[_digest(name)] = Session(user, role, secrets.token_urlsafe(BYTES), now, now)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return name

    def find(self, name: str, *, is_use: bool) -> Session | None:
        """None where there is none, or it is over."""
        key, now = _digest(name), self._clock.now()
        with self._guard:
            found = self._kept.get(key)
            if found is None:
                return None
            if now - found.used_at > self._idle or now - found.begun_at > self._longest:
                del self._kept[key]
                return None
            if is_use:
                found.used_at = now
                self._kept.move_to_end(key)
            return found

    def end(self, name: str) -> None:
        with self._guard:
            self._kept.pop(_digest(name), None)


def _digest(name: str) -> str:
    """What is looked up is a digest, so that no comparison's time says how much of a name is right."""
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()
