"""docs/money.md, walked: SLOs burn, an opportunity is held, another is approved, and the policy says so."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.day_one import here, run_python
from tests.e2e.running_up import RunningUp

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PAGE = (Path(__file__).parents[2] / "docs" / "money.md").read_text()


@pytest.fixture(scope="module")
def slos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("slos") / "slos.yaml"
    [text] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    file.write_text(text)
    return file


@pytest.fixture(scope="module")
def up(slos: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    quick = {"COAGENT_AGENT__MONEY_EVERY_S": "1", "COAGENT_AGENT__ADVISE_EVERY_S": "2"}
    quick |= {"COAGENT_AGENT__ROLL_UP_EVERY_S": "1"}
    running = RunningUp(tmp_path_factory.mktemp("money"), COAGENT_SLO__FILE=str(slos), **quick)
    running.wait_for(r"ready  all processes")
    yield running
    running.end()


def rows(up: RunningUp, *command: str) -> list[dict]:
    said = up.call(*command, "--json")
    assert said.returncode == 0, said.stderr
    return [json.loads(line) for line in said.stdout.splitlines()]


def status(up: RunningUp) -> dict[str, tuple[str, str]]:
    """Id and status of the batch opportunities, by model."""
    found = rows(up, "opportunities", "list", "--status", "all")
    return {one["request_model"]: (one["id"], one["status"]) for one in found if one["kind"] == "batch_tier"}


def test_the_walk(up: RunningUp, slos: Path, tmp_path: Path):
    checked = up.call("slo", "check", str(slos))
    assert "chat-is-fast: 99 % latency of task chat" in checked.stdout
    assert "Nothing yet" in up.call("ledger").stdout
    assert "there is no policy yet" in up.call("policy", "show").stderr

    [python] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    run_python(up, python, tmp_path)
    up.until(lambda: {one["name"]: one["burning"] for one in rows(up, "slo")} == {
        "requests-succeed": False, "chat-is-fast": True,
    }, 90, "chat burning")  # fmt: skip
    up.until(lambda: {name: one for name, (_, one) in status(up).items()} == {
        "gpt-5": "held", "gpt-5-mini": "open",
    }, 90, "the opportunity of chat held")  # fmt: skip
    assert "burns since" in up.call("slo").stdout
    assert up.sql("SELECT count(*) FROM insights.slo_status WHERE burning AND opportunities_held > 0") == [(1,)]

    held, summaries = (status(up)[model][0] for model in ("gpt-5", "gpt-5-mini"))
    shown = up.call("opportunities", "show", summaries)
    assert "saves" in shown.stdout
    said = up.call("opportunities", "approve", summaries, "--by", "ann", "--reason", "nightly summaries can wait")
    assert ("approved. It is in the routing policy" in said.stdout, said.returncode) == (True, 0), said.stdout
    waits = up.call("opportunities", "approve", held, "--by", "ann").stdout
    assert "It is held and not in the routing policy: the error budget of SLO chat-is-fast burns" in waits

    [rule] = json.loads(up.call("policy", "show").stdout)["rules"]
    assert (rule["id"], rule["approved_by"], rule["reason"]) == (summaries, "ann", "nightly summaries can wait")
    assert "# Not expressed here" in up.call("policy", "show", "--as", "litellm").stdout
    assert '+      "approved_by": "ann",' in up.call("policy", "diff").stdout

    topic = up.call("tail", "policy", "--json", "--from-beginning", "--count", "1")
    assert json.loads(topic.stdout)["data"]["rules"][0]["id"] == summaries
    rejected = up.call("opportunities", "reject", summaries, "--reason", "no quality test yet")
    assert "rejected. It does not come back" in rejected.stdout
    up.until(lambda: json.loads(up.call("policy", "show").stdout)["rules"] == [], 30, "the policy without it")
    assert [("approve", "cli"), ("approve", "cli"), ("reject", "cli")] == up.sql(
        "SELECT decision, via FROM insights.decisions ORDER BY at"
    )
    snoozed = up.call("opportunities", "snooze", summaries, "--for", "7d").stdout
    assert "snoozed until" in snoozed


def test_the_commands_of_the_page_are_known(up: RunningUp):
    for line in re.findall(r"^(?:\S+=\S+ )?(coagent \S+ \S+)", PAGE, re.MULTILINE):
        words = [word for word in here(up, line).split()[1:] if word.isalpha()]
        asked = up.call(*words, "--help") if words[0] != "up" else subprocess.CompletedProcess([], 0)
        assert asked.returncode == 0, line
