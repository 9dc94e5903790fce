"""The console in a real Chromium: nothing is refused by its own rules, decisions arrive, and axe finds nothing."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from coagent.adapters.embedded.broker import free_port
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.segment import Segment
from coagent.entrypoints.console.access.one_time_link import find_listening
from coagent.entrypoints.console.pages import PAGES
from tests.contract.samples import shift
from tests.integration.postgres.test_console_decisions import reported, words
from tests.integration.postgres.test_sql_page import filled

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

__all__ = ["filled", "reported"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).parents[3]
PATHS = [page.path for page in PAGES if page.in_menu]
SHIFT = "shifts/shift-1"
HOSTILE = "<img src=x onerror=document.title='pwned'>{{7*7}}"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]


@contextmanager
def served(postgres_url: str, folder: Path, **settings: str) -> Iterator[str]:
    """The link of a console that listens."""
    environment = os.environ | {
        "COAGENT_POSTGRES__URL": postgres_url,
        "COAGENT_DATA_DIR": str(folder),
        "COAGENT_CONSOLE__PORT": str(free_port()),
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    process = subprocess.Popen([sys.executable, "-m", "coagent", "console"], env=environment, cwd=folder)
    try:
        give_up = time.monotonic() + 30
        while (found := find_listening(folder)) is None:
            assert time.monotonic() < give_up
            assert process.poll() is None
            time.sleep(0.1)
        yield found.link
    finally:
        process.terminate()
        process.wait()


class Visit:
    """A page that is logged in; `faults` is all that a browser complains of, or fetches elsewhere."""

    def __init__(self, context, link: str) -> None:
        self.page, self.base, self.faults = context.new_page(), link.split("/enter", maxsplit=1)[0], []
        self.page.on("console", lambda one: one.type in ("error", "warning") and self.faults.append(one.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda one: one.url.startswith((self.base, "data:")) or self.faults.append(one.url))
        self.page.goto(link)
        self.page.wait_for_url(f"{self.base}/")

    def go(self, path: str) -> None:
        assert self.page.goto(f"{self.base}/{path}", wait_until="load").status == 200
        self.page.wait_for_timeout(250)  # charts are drawn


@pytest.fixture
def visit(reported: Engine, postgres_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Visit]:
    with served(postgres_url, tmp_path) as link, playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield Visit(browser.new_context(**getattr(request, "param", {})), link)
        browser.close()


SIZES = [
    pytest.param({"viewport": {"width": 1280, "height": 900}}, id="desk"),
    pytest.param({"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}, id="phone in the dark"),
]


@pytest.mark.parametrize("visit", SIZES, indirect=True)
def test_every_page_is_whole_and_accessible(visit: Visit) -> None:
    for path in [*PATHS, SHIFT]:
        visit.go(path)
        assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        found = axe.Axe().run(visit.page).response["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == [], path
    assert visit.faults == []


def test_an_opportunity_is_approved_by_the_keyboard_alone(visit: Visit, reported: Engine) -> None:
    visit.go("opportunities")
    page = visit.page
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "reason":
            break
    page.keyboard.type("cheaper and as good")
    while page.evaluate("document.activeElement.value") != "approve":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".good[role=status]")
    assert [(one[0], one[2]) for one in words(reported)] == [("approve", "cheaper and as good")]
    assert visit.faults == []


def test_without_scripts_a_decision_is_a_plain_form(reported: Engine, postgres_url: str, tmp_path: Path) -> None:
    with served(postgres_url, tmp_path) as link, playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(link)
        page.goto(f"{link.split('/enter')[0]}/opportunities")
        page.locator("input[name=reason]").first.fill("not now")
        page.locator("button[value=snooze]").first.click()
        page.wait_for_selector(".good[role=status]")
        browser.close()
    assert [(one[0], one[2]) for one in words(reported)] == [("snooze", "not now")]


def test_logging_out_ends_it(visit: Visit) -> None:
    visit.go("spend")
    visit.page.click("text=Log out")
    visit.page.wait_for_load_state()
    assert visit.page.request.get(f"{visit.base}/spend").status == 401


def test_what_is_new_shows_on_an_open_page_and_markup_stays_text(visit: Visit, reported: Engine) -> None:
    visit.go("shifts?days=365")
    segment = Segment("openai", HOSTILE[:60])
    PostgresTelemetryStore(reported).write_shifts([shift(id="shift-new", segment=segment)])
    visit.page.wait_for_selector("a[href='/shifts/shift-new']", timeout=20_000)
    assert visit.page.locator("img[src=x]").count() == 0
    assert visit.page.title() != "pwned"
    assert visit.faults == []
