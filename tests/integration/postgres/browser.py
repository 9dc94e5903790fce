"""A browser of the console, without a screen: a client that has followed the one-time link."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from starlette.testclient import TestClient

from coagent.adapters.clock import SystemClock
from coagent.console_settings import ConsoleSettings
from coagent.entrypoints.console.access.guard import Guard
from coagent.entrypoints.console.access.place import local_place
from coagent.entrypoints.console.wired import place_of, wired
from coagent.ports import Clock
from coagent.settings import PostgresSettings, Settings

PORT = 8701
PLACE = local_place("127.0.0.1", PORT)
HTML = {"accept": "text/html"}


def console_of(
    postgres_url: str, data_dir: Path, clock: Clock | None = None, **console: Any
) -> tuple[Guard, str, Settings]:
    """The application, its link, its settings."""
    own = ConsoleSettings(**console)
    settings = Settings(data_dir=data_dir, postgres=PostgresSettings(url=SecretStr(postgres_url)), console=own)
    guard, link = wired(settings, place_of(own, PORT), clock or SystemClock())
    return guard, link, settings


def browser(guard: Guard, **options: Any) -> TestClient:
    """Nobody yet."""
    return TestClient(guard, base_url=guard.place.address, headers=HTML, follow_redirects=False, **options)


def entered(postgres_url: str, data_dir: Path, **console: Any) -> TestClient:
    """Somebody who has followed the link."""
    guard, link, _ = console_of(postgres_url, data_dir, **console)
    one = browser(guard)
    assert one.get(local(link)).status_code == 200
    return one


def local(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def csrf_of(text: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found
    return found[1]


def sent(client: TestClient, path: str, form: Mapping[str, str], **headers: str) -> Any:
    """A form of one of its pages."""
    return client.post(path, data=dict(form), headers={"origin": str(client.base_url).rstrip("/"), **headers})
