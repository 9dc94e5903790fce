"""`coagent acknowledge` and `coagent snooze`: the words of people on call who have a shell alone."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Thread
from time import monotonic, sleep

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine
from typer.testing import CliRunner

from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.conversation import Conversation
from coagent.domain.notice import Word
from coagent.entrypoints.cli.main import app
from tests.contract.samples import NOON, insight, shift

WITHIN_S = 20


@pytest.fixture
def conversations(postgres_engine: Engine) -> PostgresConversations:
    PostgresTelemetryStore(postgres_engine).write_shifts([shift()])
    PostgresInsightStore(postgres_engine).save_insight(insight(subject_id=shift().id), [])
    return PostgresConversations(postgres_engine)


@pytest.fixture
def run(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    monkeypatch.setenv("COAGENT_POSTGRES__URL", postgres_url)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: str) -> tuple[int, str]:
        ended = CliRunner().invoke(app, arguments)
        return ended.exit_code, ended.output if ended.exception is None else f"{ended.output}{ended.exception}"

    return call


def sent(conversations: PostgresConversations) -> Conversation:
    found = Conversation(id=insight().id, opened_at=NOON)
    conversations.save([found], [], [])
    return found


def waiting(conversations: PostgresConversations) -> Sequence[Word]:
    return conversations.words(9)


def test_what_is_not_sent_yet_takes_no_answer_that_would_be_lost(
    conversations: PostgresConversations, run: Callable[..., tuple[int, str]]
) -> None:
    status, said = run("acknowledge", shift().id)
    assert status == 1
    assert "is not sent yet" in said
    assert waiting(conversations) == []


def test_a_snooze_is_the_word_that_a_button_gives(
    conversations: PostgresConversations, run: Callable[..., tuple[int, str]]
) -> None:
    sent(conversations)
    status, said = run(
        "snooze", shift().id[:6], "--for", "2h", "--by", "ann", "--reason", "vendor asked", "--wait", "0"
    )
    [word] = waiting(conversations)
    assert status == 0
    assert "recorded, and not taken yet" in said
    assert (word.kind, word.conversation, word.by, word.via, word.reason) == (
        *("snooze", insight().id, "ann", "cli", "vendor asked"),
    )
    assert word.until == word.at + timedelta(hours=2)


def test_it_waits_until_the_agent_took_it_and_explain_says_who_looks_into_it(
    conversations: PostgresConversations, run: Callable[..., tuple[int, str]]
) -> None:
    known = sent(conversations)

    def agent() -> None:
        deadline = monotonic() + WITHIN_S
        while not (words := waiting(conversations)) and monotonic() < deadline:
            sleep(0.05)
        ends = words[0].at + timedelta(days=1)
        taken = replace(known, acknowledged=True, quiet_until=ends)
        conversations.save([taken], [], [words[0].id])

    taking = Thread(target=agent)
    taking.start()
    status, said = run("acknowledge", shift().id, "--by", "ann", "--json")
    taking.join()
    assert status == 0
    assert json.loads(said)["done"] is True
    assert json.loads(said)["until"] is not None
    assert "acknowledged by ann until" in run("explain", shift().id)[1]


def test_what_has_ended_and_what_is_not_there_take_none(
    conversations: PostgresConversations, postgres_engine: Engine, run: Callable[..., tuple[int, str]]
) -> None:
    sent(conversations)
    over = insight(subject_id=shift().id, sequence=2, subject={**insight().subject, "status": "recovered"})
    PostgresInsightStore(postgres_engine).save_insight(over, [])
    status, said = run("acknowledge", shift().id)
    assert status == 1
    assert "is recovered already: there is nothing to answer" in said
    assert "nosuch" in run("snooze", "nosuch")[1]


@pytest.mark.parametrize("named", ["last", shift().id[:4]])
def test_a_finding_is_routed_by_the_id_that_people_type(
    conversations: PostgresConversations, run: Callable[..., tuple[int, str]], named: str
) -> None:
    assert waiting(conversations) == []
    status, said = run("routes", "test", named)
    assert status == 0
    assert insight().title in said
