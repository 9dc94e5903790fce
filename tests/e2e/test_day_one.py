"""A new user's first ten minutes, by docs/day-one.md: what is sent is seen, and each screen says what is true."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.day_one import blocks, here, run_python
from tests.e2e.running_up import RunningUp

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SEEN = (
    "SELECT provider, request_model, task, tenant, sum(requests)::int FROM insights.requests_1m "
    "GROUP BY 1, 2, 3, 4 ORDER BY 4 NULLS FIRST"
)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    running = RunningUp(tmp_path_factory.mktemp("day-one"))
    running.wait_for(r"ready  all processes")
    yield running
    running.end()


def status(up: RunningUp) -> dict:
    answered = up.call("status", "--json")
    assert answered.returncode == 0, answered.stderr
    return json.loads(answered.stdout)


def finding(up: RunningUp, name: str) -> dict:
    found = json.loads(up.call("doctor", "--json").stdout)
    return next(one for one in found if one["name"] == name)


def test_the_walk(up: RunningUp, tmp_path: Path):
    waiting = up.wait_for(r"Waiting for telemetry on llm\.telemetry; send one like this:")
    assert up.lines[up.lines.index(waiting) + 1].strip().startswith('echo \'{"time"')
    assert status(up)["topics"][0]["read"] == 0
    assert (finding(up, "prices")["state"], finding(up, "intake")["state"]) == ("skipped", "skipped")

    [shell] = blocks("With nothing but a shell", "sh")
    said = subprocess.run(
        ["bash", "-c", here(up, shell)], env=up.environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == "sent 1 record to llm.telemetry\n"
    first = up.wait_for(r"first record", 30)
    assert "llm.telemetry: canonical, openai/gpt-5-mini, task summary, cost $0.0" in first
    assert "It lacks: time to first token, status, finish reason, served model" in first

    [python] = blocks("Plain Python", "python")
    run_python(up, python, tmp_path)
    bad = up.call("send", "-", text='{"tim": 1}\n')
    assert bad.stdout == "sent 1 record to llm.telemetry\n"
    up.until(lambda: up.sql(SEEN) == [
        ("openai", "gpt-5-mini", "summary", None, 1), ("openai", "gpt-5-mini", "summary", "acme", 1),
    ], 60, "both requests in SQL")  # fmt: skip
    up.until(lambda: status(up)["topics"][0]["rejected"] == 1, 60, "the bad one counted")

    found = status(up)
    assert (found["topics"][0]["accepted"], found["open_shifts"], found["problems"]) == (2, [], [])
    assert found["topics"][0]["reason"].startswith("unknown_format: ")
    assert found["lag"] == {"ingest": 0, "worker": 0, "sink": 0}
    assert [(one["model"], one["learned"], one["needed"], one["state"]) for one in found["streams"]] == [
        ("gpt-5-mini", 2, 40, "learning")
    ]
    intake = finding(up, "intake")
    assert "llm.telemetry: 3 read" in intake["text"]
    assert "33.3% rejected (unknown_format)" in intake["text"]
    assert "2 requests" in finding(up, "prices")["text"]
    assert finding(up, "running")["state"] == "ok"
    assert finding(up, "lag")["state"] == "ok"


def test_doctor_checks_the_running_processes_and_not_its_own_shells_settings(up: RunningUp):
    up.environment["COAGENT_INGEST__TOPICS"] = '["elsewhere"]'
    try:
        assert finding(up, "topics")["state"] == "ok"
        assert "COAGENT_INGEST__TOPICS" in finding(up, "settings")["text"]
    finally:
        del up.environment["COAGENT_INGEST__TOPICS"]


def test_every_command_finds_the_running_one_without_an_address(up: RunningUp):
    assert "unknown_format" in up.call("deadletter", "list").stdout
    assert "there is no shift" in up.call("explain", "last").stderr
    events = up.call("tail", "rollups", "--json", "--from-beginning", "--count", "1")
    assert json.loads(events.stdout)["type"] == "dev.coagent.rollup.v1"


def test_a_second_one_in_the_same_directory_is_refused_at_once(up: RunningUp):
    assert "is in use by another `coagent up`" in up.call("up").stderr
