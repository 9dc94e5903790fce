"""How a process learns that it shall end."""

import signal
from threading import Event


def stop_on_signals() -> Event:
    """Set by SIGTERM and SIGINT; must be called on the main thread."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
