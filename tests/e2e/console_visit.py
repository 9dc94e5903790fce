"""Chromium at the console of a running `coagent up`."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from confluent_kafka import Message

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.tail import Tail
from coagent.entrypoints.console.access.one_time_link import find_listening
from coagent.entrypoints.console.pages import PAGES
from coagent.entrypoints.running import find_running
from tests.e2e.running_up import RunningUp
from tests.integration.postgres.test_console_browser import CHROMIUM, Visit

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

MENU = [page.path for page in PAGES if page.in_menu]
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
UNDRAWN = (
    "[...document.querySelectorAll('figure:not([hidden]) [data-chart]')].some((one) => !one.querySelector('canvas'))"
)
WITHIN_S = 60.0
SUMMED = "SELECT (SELECT sum(requests) FROM insights.spend) = (SELECT sum(requests) FROM insights.requests_1m)"
SUMMED_S = 240.0
"""The agent sums minutes up every minute, unless told otherwise."""


@contextmanager
def visiting(up: RunningUp, screen: dict[str, Any] = DESK) -> Iterator[Visit]:
    """A browser that has followed the one-time link; at the end it must have had nothing to complain of."""
    listening = find_listening(up.data_dir)
    assert listening is not None
    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        visit = Visit(browser.new_context(**screen), listening.link)
        yield visit
        assert visit.faults == []
        browser.close()


def until_summed(up: RunningUp) -> None:
    """Returns when hours and days have all that minutes have."""
    until(lambda: up.sql(SUMMED) == [(True,)], "sums of hours and days", SUMMED_S)


def check_whole(visit: Visit, path: str) -> None:
    """All charts drawn, nothing wider than the screen, nothing that axe calls serious."""
    visit.go(path)
    until(lambda: not visit.page.evaluate(UNDRAWN), f"charts of {path}")
    assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    found = axe.Axe().run(visit.page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == [], path


def cells(visit: Visit, header: str) -> list[str]:
    """Of the first table's column."""
    return visit.page.locator("table").first.locator(f"td[data-header='{header}']").all_inner_texts()


def decide(visit: Visit, form: str, decision: str, reason: str) -> str:
    """Fills the form of that action and presses its button; what the page then says."""
    shown = visit.page.locator(f"form[action='{form}']")
    shown.locator("input[name=reason]").fill(reason)
    shown.locator(f"button[value={decision}]").click()
    said = visit.page.locator(".good[role=status]").first
    said.wait_for()
    return str(said.inner_text())


def messages(up: RunningUp, topic: str) -> list[tuple[dict[str, bytes], Any]]:
    """Headers and JSON of all that the topic has."""
    running = find_running(up.data_dir)
    assert running is not None
    tail = Tail(KafkaConnection(running.environment["COAGENT_KAFKA__BOOTSTRAP_SERVERS"]), [topic], from_beginning=True)
    found: list[Message] = []
    while new := tail.read(2.0):
        found += new
    tail.close()
    return [(dict(one.headers() or []), msgspec.json.decode(one.value() or b"null")) for one in found]


def until(holds: Callable[[], bool], what: str, within_s: float = WITHIN_S) -> None:
    give_up = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < give_up, f"not yet: {what}"
        time.sleep(0.3)
