"""The console in Chromium with four weeks of a simulated company, and a change in its live requests."""

from collections.abc import Iterator

import pytest

from coagent.domain import topics
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
from tests.integration.postgres.test_console_browser import Visit
from tools.company_jobs import wasteful
from tools.company_live import AFTER, BEFORE, MODEL, SEED, settle

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]
QUICK = {
    "LOGNAME": "ann",
    "COAGENT_AGENT__ADVISE_EVERY_S": "2",
    "COAGENT_AGENT__ROLL_UP_EVERY_S": "1",
    "COAGENT_AGENT__MONEY_EVERY_S": "1",
}
REPORTED = (
    "SELECT count(*) FROM insights.opportunities AS one JOIN coagent.insights AS told ON told.subject_id = one.id"
)
COUNTED = "SELECT sum(requests)::int FROM insights.requests_1m"
FOUND = "SELECT 1 FROM insights.shifts WHERE reported_at IS NOT NULL"
PARTS = "SELECT one ->> 'name' FROM insights.shifts, jsonb_array_elements(parts) AS one"
SETTLED_S = 240.0


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    running = RunningUp(tmp_path_factory.mktemp("company"), **QUICK)
    try:
        running.wait_for("ready  all processes", SETTLED_S)
        sent = settle(running.data_dir)
        planted = len(wasteful(SEED).planted)
        running.until(lambda: running.sql(REPORTED)[0][0] >= planted - 2, SETTLED_S, "advised")
        running.until(lambda: bool(running.sql(FOUND)), SETTLED_S, "found")
        running.until(lambda: running.sql(COUNTED) == [(sent,)], SETTLED_S, "all counted")
        until_summed(running)
        yield running
    finally:
        running.end()


@pytest.fixture
def shift(up: RunningUp) -> str:
    [(found, *model)] = up.sql("SELECT id, provider, request_model FROM insights.shifts")
    assert tuple(model) == MODEL
    return str(found)


def opportunity(up: RunningUp, kind: str) -> str:
    [(found,)] = up.sql(f"SELECT id FROM insights.opportunities WHERE kind = '{kind}' ORDER BY id LIMIT 1")  # noqa: S608
    return str(found)


def shown_spend(visit: Visit) -> dict[str, str]:
    visit.go("spend?days=400&by=task")
    return dict(zip(cells(visit, "Task"), cells(visit, "Requests"), strict=True))


def requests_by_task(up: RunningUp) -> dict[str, str]:
    found = up.sql("SELECT task, sum(requests)::int FROM insights.requests_1m GROUP BY 1")
    return {str(name): f"{requests:,}" for name, requests in found}


def shown_opportunities(visit: Visit) -> int:
    visit.go("opportunities")
    return visit.page.locator("article.opportunity").count()


def open_opportunities(up: RunningUp) -> int:
    [(found,)] = up.sql("SELECT count(*)::int FROM insights.opportunities WHERE status = 'open'")
    return int(found)


def test_the_pages_show_what_sql_has(up: RunningUp, shift: str) -> None:
    with visiting(up) as visit:
        until(lambda: shown_spend(visit) == requests_by_task(up), "the same spend")
        until(lambda: shown_opportunities(visit) == min(open_opportunities(up), 50), "the same opportunities")
        visit.go(f"shifts/{shift}")
        assert "answers grew" in visit.page.locator("h1").inner_text()
        [(requests,)] = up.sql("SELECT requests_so_far FROM insights.shifts")
        assert 0.8 * AFTER <= requests <= AFTER + 0.1 * BEFORE
        names = visit.page.locator("[aria-labelledby=caption-parts] td[data-header=Name]").all_inner_texts()
        assert sorted(names) == sorted(str(name) for (name,) in up.sql(PARTS))


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone in the dark"])
def test_every_page_is_whole_and_accessible(up: RunningUp, shift: str, screen: dict) -> None:
    with visiting(up, screen) as visit:
        for path in [*MENU, f"shifts/{shift}", "spend?by=task", "opportunities?status=all"]:
            check_whole(visit, path)


def test_an_approval_is_in_sql_and_in_the_policy_on_kafka(up: RunningUp) -> None:
    batch = opportunity(up, "batch_tier")
    with visiting(up) as visit:
        visit.go("opportunities")
        said = decide(visit, f"/opportunities/{batch}/decide", "approve", "the nights' reports can wait")
        assert said.startswith("approve: recorded, by ann")
        decided = f"SELECT decision, by, via, reason FROM insights.decisions WHERE opportunity_id = '{batch}'"  # noqa: S608
        until(lambda: bool(up.sql(decided)), "the decision in SQL")
        assert up.sql(decided) == [("approve", "ann", "console", "the nights' reports can wait")]
        visit.go("opportunities?status=approved")
        assert visit.page.locator(f"#opportunity-{batch}").count() == 1

    def rules() -> list[tuple[bytes, str, str]]:
        policies = messages(up, topics.POLICY)
        return [
            (headers["ce_type"], rule["id"], rule["approved_by"])
            for headers, data in policies
            for rule in data["rules"]
        ]

    until(lambda: batch in [rule for _, rule, _ in rules()], "the rule on coagent.policy.v1")
    [(kind, _, by)] = {one for one in rules() if one[1] == batch}
    assert (kind, by) == (b"dev.coagent.policy.v1", "ann")


def test_what_is_rejected_or_snoozed_waits_for_nobody(up: RunningUp) -> None:
    with visiting(up) as visit:
        for kind, decision in (("prompt_cache", "reject"), ("reasoning_effort", "snooze")):
            about = opportunity(up, kind)
            visit.go("opportunities")
            decide(visit, f"/opportunities/{about}/decide", decision, "not this quarter")
            decided = f"SELECT decision, until IS NULL FROM insights.decisions WHERE opportunity_id = '{about}'"  # noqa: S608
            until(lambda decided=decided: bool(up.sql(decided)), f"{decision} in SQL")
            assert up.sql(decided) == [(decision, decision == "reject")]
            visit.go("")
            assert visit.page.locator(f"a[href*='{about}']").count() == 0


def test_an_accepted_shift_reaches_the_worker(up: RunningUp, shift: str) -> None:
    """The last one here: it ends the shift."""
    with visiting(up) as visit:
        visit.go(f"shifts/{shift}")
        decide(visit, f"/shifts/{shift}/decide", "accept", "longer answers are wanted")
        until(lambda: up.sql("SELECT status FROM insights.shifts") == [("accepted",)], "the shift accepted in SQL")
        visit.go("")
        assert visit.page.locator(f"a[href='/shifts/{shift}']").count() == 0
    [sent] = [data for _, data in messages(up, topics.CONTROL) if data["kind"] == "accept"]
    assert (sent["shift"], sent["by"], sent["segment"]["request_model"]) == (shift, "ann", MODEL[1])
