"""A login at an identity provider in a real Chromium: cookies come back from another site, and the way on is ours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coagent.entrypoints.console.access.open_paths import OIDC_RETURN
from tests.integration.postgres.test_console_browser import CHROMIUM, playwright, served
from tests.integration.postgres.test_console_oidc import PEOPLE
from tests.servers.local import running
from tests.servers.oidc import CLIENT_ID, CLIENT_SECRET, OidcServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]


@pytest.fixture
def provider() -> Iterator[OidcServer]:
    server = OidcServer(PEOPLE, host="localhost")  # to a browser another site than 127.0.0.1
    with running(server):
        yield server


@pytest.fixture
def base(provider: OidcServer, postgres_url: str, tmp_path: Path) -> Iterator[str]:
    settings = {
        "COAGENT_CONSOLE__OIDC_ISSUER": provider.issuer,
        "COAGENT_CONSOLE__OIDC_CLIENT_ID": CLIENT_ID,
        "COAGENT_CONSOLE__OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "COAGENT_CONSOLE__OIDC_READERS": '["staff"]',
        "COAGENT_CONSOLE__OIDC_DECIDERS": '["llm-owners"]',
    }
    with served(postgres_url, tmp_path, **settings) as address:
        provider.redirect_uri = f"{address}{OIDC_RETURN}"
        yield address


@pytest.fixture
def page() -> Iterator[Any]:
    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_context().new_page()
        browser.close()


def test_people_come_to_the_page_that_they_wanted(page: Any, base: str, provider: OidcServer) -> None:
    page.goto(f"{base}/spend?days=7")
    page.click("text=Log in at localhost")
    page.wait_for_url(f"{provider.issuer}/authorize**")
    page.click("button[value=ann]")
    page.wait_for_url(f"{base}/spend?days=7")
    assert "ann@example.com, decider" in page.locator(".who").inner_text()
    cookies = {one["name"]: one["sameSite"] for one in page.context.cookies(base)}
    assert set(cookies.values()) == {"Strict"}, "the one for the way back is gone"


def test_who_may_not_reads_why(page: Any, base: str) -> None:
    page.goto(f"{base}/login")
    page.click("text=Log in at localhost")
    page.click("button[value=eve]")
    page.wait_for_selector("text=none of the groups")
    assert page.request.get(f"{base}/spend").status == 401
