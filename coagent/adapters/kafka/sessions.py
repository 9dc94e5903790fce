"""A process that never ends by itself: whatever passes is tried again."""

import logging
from collections.abc import Callable
from threading import Event
from typing import Protocol

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_when_event_set,
    wait_random_exponential,
)

from coagent.domain.errors import Transient

log = logging.getLogger(__name__)

LONGEST_WAIT_S = 10.0


class Session(Protocol):
    """Work on one connection to one cluster."""

    def run(self, stop: Event) -> None:
        """Until `stop` is set; raises Transient where a fresh session may do better."""
        ...


def run_sessions(open_session: Callable[[], Session], stop: Event) -> None:
    """One session after the other until `stop` is set; waits with backoff and jitter between them.

    Fatal and unknown errors go through.
    """
    attempts = Retrying(
        retry=retry_if_exception_type(Transient),
        wait=wait_random_exponential(multiplier=0.2, max=LONGEST_WAIT_S),
        stop=stop_when_event_set(stop),
        sleep=sleep_using_event(stop),
        before_sleep=_tell,
        retry_error_callback=lambda _state: None,
    )
    attempts(lambda: None if stop.is_set() else open_session().run(stop))


def _tell(state: RetryCallState) -> None:
    cause = state.outcome.exception() if state.outcome else None
    wait_s = state.next_action.sleep if state.next_action else 0.0
    log.warning("%s; trying again in %.1f s", cause, wait_s)
