"""docs/prove.md, its section on probes, walked: set-up, a batch, a model that is swapped, a kill, the insight."""

import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.running_up import RunningUp
from tests.servers.swapping_model import SwappingModel, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PAGE = (Path(__file__).parents[2] / "docs" / "prove.md").read_text()
SECTION = re.split(r"^## ", PAGE.split("\n## Probes\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
KEY = "sk-never-printed"
KEYS = {"COAGENT_PROBES__KEYS": json.dumps({"acme": KEY})}
INSIGHTS = "SELECT title, page FROM coagent.insights WHERE kind = 'probe'"
SPENT = "SELECT coalesce(sum(usd), 0) FROM coagent.probe_days"


@pytest.fixture(scope="module")
def model() -> SwappingModel:
    return SwappingModel()


@pytest.fixture(scope="module")
def url(model: SwappingModel) -> Iterator[str]:
    with serving(model) as found:
        yield found


@pytest.fixture(scope="module")
def up(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    budget = {"COAGENT_PROBES__USD_PER_DAY": "0.50", "COAGENT_PROBES__DUE_EVERY_S": "2"}
    running = RunningUp(tmp_path_factory.mktemp("probe"), **budget, **KEYS)
    running.environment |= KEYS
    running.wait_for(r"ready  all processes", 300)
    yield running
    running.end()


def commands(url: str) -> list[list[str]]:
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)).replace("https://api.acme.example/v1", url)
    lines = [shlex.split(line, comments=True)[1:] for line in blocks.splitlines() if line.startswith("coagent probe")]
    return [*lines, shlex.split(re.findall(r"`(coagent probe remove [^`]+)`", SECTION)[0])[1:]]


def listed(up: RunningUp) -> dict:
    [row] = [json.loads(line) for line in up.call("probe", "list", "--json").stdout.splitlines()]
    return row


def said(up: RunningUp, *words: str) -> str:
    """Its output, once the agent does not run the probe itself."""
    done = up.call(*words)
    if "runs already" in done.stderr:
        up.until(lambda: "runs already" not in up.call("probe", "run", words[-1]).stderr, 240, "free")
        done = up.call(*words)
    assert done.returncode == 0, done.stderr
    assert KEY not in done.stdout + done.stderr
    return done.stdout


def test_the_walk(up: RunningUp, model: SwappingModel, url: str):
    add, set_up, batch, *looks, remove = commands(url)
    assert "is added" in said(up, *add)
    up.until(lambda: listed(up)["stage"] == "watch", 300, "set up by the agent")
    assert "no change" in said(up, *set_up)
    assert "no change" in said(up, *batch)

    model.model = "two"
    killed_in_a_batch(up, model)
    changed = said(up, "probe", "run", "acme-m")
    assert "changed" in changed
    assert "the other side says nothing" in changed
    for look in looks:
        assert "changed" in said(up, *look)
    [query] = re.findall(r"```sql\n(.*?)```", SECTION, re.DOTALL)
    newest = up.sql(query)[0]
    assert newest[2:4] == ("changed", "silent")
    up.until(lambda: up.sql(INSIGHTS) == [("Probe: acme/m answers differently", False)], 120, "reported by the agent")
    assert results_until(up, "changed")[:2] == ["unchanged", "unchanged"]
    assert up.sql(SPENT)[0][0] <= 0.5
    assert KEY not in (up.data_dir / "up.json").read_text()
    assert "is removed" in said(up, *remove)


def results_until(up: RunningUp, last: str) -> list[str]:
    """From the first event to the first with that result; the agent may have run the probe in between."""
    results: list[str] = []
    while last not in results:
        count = str(max(3, len(results) + 1))
        events = up.call("tail", "probes", "--json", "--from-beginning", "--count", count).stdout.splitlines()
        results = [json.loads(line)["data"]["result"] for line in events]
    assert set(results[:-1]) == {"unchanged"}
    return results


def killed_in_a_batch(up: RunningUp, model: SwappingModel):
    """What was reserved stays spent."""
    before = up.sql(SPENT)[0][0]
    model.free.clear()
    run = subprocess.Popen([sys.executable, "-m", "coagent", "probe", "run", "acme-m"], env=up.environment)
    up.until(lambda: up.sql(SPENT)[0][0] > before, 120, "reserved")
    run.send_signal(signal.SIGKILL)
    run.wait(30)
    model.free.set()
    assert up.sql(SPENT)[0][0] > before
