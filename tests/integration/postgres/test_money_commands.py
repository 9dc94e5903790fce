"""`coagent opportunities`, `ledger` and `policy` on a real database, an agent's step beside them."""

import asyncio
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from threading import Event, Thread

import pytest
from click.testing import Result
from msgspec.structs import replace
from sqlalchemy import Engine
from typer.testing import CliRunner

from coagent.adapters.postgres.savings import PostgresSavings
from coagent.domain.errors import Fatal
from coagent.domain.money import MoneyRange
from coagent.domain.opportunity import OpportunityPart
from coagent.domain.saving import Saving
from coagent.entrypoints.cli.main import app
from tests.contract.samples import NOON
from tests.integration.postgres.test_decisions import BIG, DAY, FOUND, SAVES, World


@pytest.fixture
def world(postgres_engine: Engine, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("COAGENT_POSTGRES__URL", postgres_url)
    monkeypatch.setenv("COLUMNS", "200")
    return World(postgres_engine)


@pytest.fixture
def agent(world: World) -> Iterator[None]:
    """Acts on words as `coagent agent` does."""
    stop = Event()

    def run() -> None:
        while not stop.is_set():
            if asyncio.run(world.step.run()):
                world.policy.run()
            time.sleep(0.05)

    thread = Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join()


def call(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.mark.usefixtures("agent")
def test_from_the_list_to_a_policy(world: World) -> None:
    world.found()
    shown = call("opportunities", "list").stdout
    assert "right-1" in shown
    assert "open" in shown
    said = call("opportunities", "approve", "right", "--by", "ann", "--reason", "tested")
    assert (said.exit_code, "approved. It is in the routing policy" in said.stdout) == (0, True)
    assert "approve by ann at " in said.stdout
    assert "approved by ann" in call("opportunities", "show", "right-1").stdout
    deadline = time.monotonic() + 10
    while not world.published:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (rule,) = json.loads(call("policy", "show").stdout)["rules"]
    assert rule["target"] == {"model": "gpt-5-mini"}
    assert "model: openai/gpt-5-mini" in call("policy", "show", "--as", "litellm").stdout
    assert '+      "id": "right-1",' in call("policy", "diff").stdout
    said = call("opportunities", "reject", "right-1", "--reason", "no", "--json")
    assert json.loads(said.stdout)["status"] == "rejected"
    assert "No such opportunity" in call("opportunities", "list").stdout
    assert json.loads(call("opportunities", "list", "--status", "rejected", "--json").stdout)["decided_by"]
    assert "snoozed until" in call("opportunities", "snooze", "right-1", "--for", "12h").stdout


def test_all_that_is_known_of_one_is_shown(world: World) -> None:
    part = OpportunityPart(segment=BIG, monthly_spend_usd=Decimal(900), monthly_savings_usd=Decimal(300))
    more = {"parts": [part], "effort": "high", "sample_size": 2026, "wrong_if": "Scores fall.", "benefit": "Sooner."}
    world.insights.save_opportunities([replace(FOUND, alone_savings_usd=SAVES, **more)], world.clock.now())
    shown = call("opportunities", "show", "right-1").stdout
    parts = "openai/gpt-5 · summary · acme: $300 of $900 a month"
    for words in (parts, "high", "2,026 requests in each arm", "Scores fall.", "Sooner.", "alone"):
        assert words in shown, words


def test_what_does_not_hold_any_more_is_in_the_whole_list_alone(world: World) -> None:
    world.found()
    money = MoneyRange(Decimal(0), Decimal(0), Decimal(0))
    fresh = replace(FOUND, id="fallback-1", monthly_savings_usd=money)
    world.insights.save_opportunities([fresh], world.clock.now() + 2 * DAY)
    shown = call("opportunities", "list").stdout
    assert ("right-1" in shown, "fallback" in shown, "no money" in shown) == (False, True, True)
    assert "right-1" in call("opportunities", "list", "--status", "all").stdout


def test_without_an_agent_it_says_so(world: World) -> None:
    world.found()
    said = call("opportunities", "approve", "right-1", "--wait", "0.1")
    assert (said.exit_code, "not acted on yet: is the agent up?" in said.stdout) == (1, True)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("opportunities", "show", "nothing"), "there is no opportunity 'nothing'"),
        (("opportunities", "list", "--status", "new"), "one of open, held, approved"),
        (("opportunities", "snooze", "right-1", "--for", "soon"), "say a number with its unit"),
        (("policy", "show"), "there is no policy yet"),
        (("policy", "diff"), "there is no policy yet"),
    ],
)
def test_what_cannot_be_is_said(world: World, words: tuple[str, ...], text: str) -> None:
    world.found()
    ended = call(*words)
    assert isinstance(ended.exception, Fatal)
    assert text in str(ended.exception)


def test_the_ledger_shows_totals_and_days(world: World) -> None:
    assert "the ledger begins on the day after an approval" in call("ledger").stdout
    world.found()
    usd = {name: Decimal(number) for number, name in enumerate(Saving.__struct_fields__) if name.endswith("_usd")}
    counts = {"opportunity_id": "right-1", "requests": 10, "requests_compared": 10, "basis": "approved"}
    rows = [Saving(**counts, day=NOON - back * DAY, since=NOON - 9 * DAY, **usd) for back in (1, 2)]
    PostgresSavings(world.engine).replace("right-1", rows, NOON - 9 * DAY)
    shown = call("ledger", "--days").stdout
    assert "right-1" in shown
    assert "the ledger begins" in call("ledger").stdout, "no whole day is summed"
