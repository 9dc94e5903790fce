"""Decisions in the console become words of whoever is logged in; readers decide nothing."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.entrypoints.console.access.passwords import hashed
from tests.contract.samples import insight
from tests.integration.postgres.browser import browser, console_of, csrf_of, entered, sent
from tests.integration.postgres.test_sql_page import filled

__all__ = ["filled"]

OPPORTUNITY = "/opportunities/opportunity-1/decide"
HTMX = {"hx-request": "true"}


@pytest.fixture
def reported(filled: Engine) -> Engine:
    PostgresInsightStore(filled).save_insight(
        insight(id="fingerprint-2", kind="opportunity", subject_id="opportunity-1"), [], []
    )
    return filled


@pytest.fixture
def client(reported: Engine, postgres_url: str, tmp_path: Path) -> TestClient:
    return entered(postgres_url, tmp_path)


def words(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT kind, via, reason, until - at FROM coagent.words").all())


def form(client: TestClient, **changes: str) -> dict[str, str]:
    csrf = csrf_of(client.get("/opportunities?status=all").text)
    return {"csrf": csrf, "decision": "approve", "reason": "nights can wait", **changes}


def test_an_approval_is_recorded_with_its_reason(client: TestClient, reported: Engine) -> None:
    assert OPPORTUNITY in client.get("/opportunities?status=all").text
    answer = sent(client, OPPORTUNITY, form(client), **HTMX)
    assert answer.status_code == 200
    assert "approve: recorded" in answer.text
    assert "<html" not in answer.text, "the form alone is swapped"
    assert [tuple(one) for one in words(reported)] == [("approve", "console", "nights can wait", None)]


def test_a_snooze_ends(client: TestClient, reported: Engine) -> None:
    assert sent(client, OPPORTUNITY, form(client, decision="snooze", days="3")).status_code == 200
    ((kind, _, _, lasts),) = words(reported)
    assert (kind, lasts.days) == ("snooze", 3)


def test_a_shift_is_accepted(client: TestClient, reported: Engine) -> None:
    text = client.get("/shifts/shift-1").text
    assert "output tokens" in text
    said = {"csrf": csrf_of(text), "decision": "accept", "reason": "the new model is fine"}
    assert sent(client, "/shifts/shift-1/decide", said).status_code == 200
    assert words(reported)[0][0] == "accept"


def test_a_shift_is_snoozed_for_as_long_as_the_routes_say(client: TestClient, reported: Engine) -> None:
    text = client.get("/shifts/shift-1").text
    assert "Remind me later" in text
    assert 'name="days"' not in text
    said = {"csrf": csrf_of(text), "decision": "snooze", "reason": "vendor was asked"}
    assert sent(client, "/shifts/shift-1/decide", said).status_code == 200
    assert [tuple(one)[:2] for one in words(reported)] == [("snooze", "console")]


@pytest.mark.parametrize(
    "changes",
    [
        {"decision": "accept"},
        {"decision": ""},
        {"reason": ""},
        {"reason": " x "},
        {"reason": "x" * 501},
        {"reason": "a\x00bc"},
        {"decision": "snooze", "days": "0"},
        {"decision": "snooze", "days": "91"},
        {"decision": "snooze", "days": "9" * 5000},
        {"decision": "snooze"},
    ],
    ids=str,
)
def test_a_wrong_form_is_not_recorded(client: TestClient, reported: Engine, changes: dict[str, str]) -> None:
    assert sent(client, OPPORTUNITY, form(client, **changes)).status_code == 400
    assert words(reported) == []


def test_what_is_not_there_cannot_be_decided(client: TestClient, reported: Engine) -> None:
    assert sent(client, "/opportunities/nothing/decide", form(client)).status_code == 400
    assert client.get("/shifts/nothing").status_code == 404
    assert client.get("/shifts/%22%3E%3Cimg").status_code == 404
    assert words(reported) == []


def test_a_reader_decides_nothing(reported: Engine, postgres_url: str, tmp_path: Path) -> None:
    guard, _, _ = console_of(
        postgres_url, tmp_path, public_url="https://coagent.example", passwords={"bob": hashed("a password of bob")}
    )
    bob = browser(guard)
    login = {"name": "bob", "password": "a password of bob", "csrf": csrf_of(bob.get("/login").text)}
    assert sent(bob, "/login", login).status_code == 303
    page = bob.get("/opportunities?status=all").text
    assert OPPORTUNITY not in page
    said = {"csrf": csrf_of(page), "decision": "approve", "reason": "because"}
    assert sent(bob, OPPORTUNITY, said).status_code == 403
    assert words(reported) == []


def test_decisions_are_limited(client: TestClient) -> None:
    said = form(client)
    assert 429 in [sent(client, OPPORTUNITY, said).status_code for _ in range(25)]


def test_a_shift_shows_its_figures(client: TestClient) -> None:
    text = client.get("/shifts/shift-1").text
    for shown in ("120 tokens", "80 tokens", "Cliff&#39;s delta", "t-1", "nothing was declared", "Evidence"):
        assert shown in text, shown
    evidence = client.get("/shifts/shift-1/evidence.json").json()["rows"]
    assert [row["log10_evidence"] for row in evidence] == [-0.5, 6.25]
