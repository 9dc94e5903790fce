"""The console in Chromium on what `coagent up --demo` leaves: a real, recorded change of a real model."""

from collections.abc import Iterator

import pytest

from coagent.domain import topics
from coagent.entrypoints.console.cells import UNKNOWN
from tests.e2e.console_visit import (
    CHROMIUM,
    DESK,
    MENU,
    PHONE,
    cells,
    check_whole,
    decide,
    messages,
    until,
    until_summed,
    visiting,
)
from tests.e2e.running_up import RunningUp

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]
DEMO_S = 400.0
COMMAND = """
SELECT by, reason, shift_id, obeyed_at IS NOT NULL, refused FROM insights.commands WHERE kind = 'accept'
"""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    running = RunningUp(tmp_path_factory.mktemp("demo"), "--demo", LOGNAME="ann")
    try:
        running.wait_for("Ctrl-C stops everything in order", DEMO_S)
        until_summed(running)
        yield running
    finally:
        running.end()


@pytest.fixture
def shift(up: RunningUp) -> str:
    [(found,)] = up.sql("SELECT id FROM insights.shifts")
    return str(found)


def test_the_pages_show_what_sql_has(up: RunningUp, shift: str) -> None:
    with visiting(up) as visit:
        visit.go("")
        states = visit.page.locator("[aria-labelledby=alive] tbody td:nth-child(2)")
        until(lambda: states.all_inner_texts() == ["at work"] * 4, "all processes at work")
        assert visit.page.locator(f"a[href='/shifts/{shift}']").count()
        visit.go("spend")
        assert cells(visit, "Model") == ["smollm2-135m-instruct"]
        [(requests,)] = up.sql("SELECT sum(requests)::int FROM insights.requests_1m")
        assert cells(visit, "Requests") == [f"{requests:,}"]
        assert cells(visit, "Spent") == [UNKNOWN], "a model without a price costs nobody knows what"
        visit.go(f"shifts/{shift}")
        [(headline, text)] = up.sql("SELECT headline, text FROM insights.shifts")
        assert visit.page.locator("h1").inner_text() == headline
        assert str(text).splitlines()[0] in visit.page.locator(".report").first.inner_text()


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone in the dark"])
def test_every_page_is_whole_and_accessible(up: RunningUp, shift: str, screen: dict) -> None:
    with visiting(up, screen) as visit:
        for path in [*MENU, f"shifts/{shift}"]:
            check_whole(visit, path)


def test_an_accepted_shift_reaches_the_worker(up: RunningUp, shift: str) -> None:
    """The last one here: it ends the shift."""
    with visiting(up) as visit:
        visit.go(f"shifts/{shift}")
        said = decide(visit, f"/shifts/{shift}/decide", "accept", "we asked for it")
        assert said.startswith("accept: recorded, by ann")
        until(lambda: up.sql("SELECT status FROM insights.shifts") == [("accepted",)], "the shift accepted in SQL")
        status = "//dt[text()='Status']/following-sibling::dd[1]"
        until(lambda: visit.page.locator(status).inner_text() == "accepted", "the open page shows it")
    [(kind, by, reason, subject)] = up.sql(
        "SELECT kind, by, reason, shift_id FROM insights.commands WHERE kind = 'accept'"
    )
    assert (kind, by, reason, subject) == ("accept", "ann", "we asked for it", shift)
    sent = [data for _, data in messages(up, topics.CONTROL) if data["kind"] == "accept"]
    assert [(one["shift"], one["by"], one["reason"]) for one in sent] == [(shift, "ann", "we asked for it")]
    told = [data for headers, data in messages(up, topics.SHIFTS) if data["id"] == shift]
    assert told[-1]["status"] == "accepted"
