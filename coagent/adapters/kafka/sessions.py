"""A process that never ends by itself: whatever passes is tried again."""

import logging
from collections.abc import Callable
from functools import partial
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


def run_sessions(open_session: Callable[[], Session], stop: Event, on_wait: Callable[[], None] = lambda: None) -> None:
    """One session after the other until `stop` is set; waits with backoff and jitter between them, and calls `on_wait`
    before each wait.

    Fatal and unknown errors go through.
    """
    attempts = Retrying(
        retry=retry_if_exception_type(Transient),
        wait=wait_random_exponential(multiplier=0.2, max=LONGEST_WAIT_S),
        stop=stop_when_event_set(stop),
        sleep=sleep_using_event(stop),
        before_sleep=partial(_log_retry, on_wait),
        retry_error_callback=lambda _state: None,
    )
    attempts(lambda: None if stop.is_set() else open_session().run(stop))


def _log_retry(on_wait: Callable[[], None], state: RetryCallState) -> None:
    on_wait()
    cause = state.outcome.exception() if state.outcome else None
    wait_s = state.next_action.sleep if state.next_action else 0.0
    log.warning("%s; trying again in %.1f s", cause, wait_s)
