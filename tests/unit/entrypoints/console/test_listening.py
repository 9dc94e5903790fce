"""The port listens before anybody is told of it."""

from socket import create_connection

from coagent.adapters.embedded.broker import free_port
from coagent.console_settings import ConsoleSettings
from coagent.entrypoints.console.wired import listening_socket


def test_who_follows_the_link_at_once_is_let_wait() -> None:
    with listening_socket(ConsoleSettings(port=free_port())) as one, create_connection(one.getsockname(), timeout=5):
        pass
