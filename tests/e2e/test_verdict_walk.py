"""docs/prove.md, its section on verdicts, walked: start, traffic of two arms, a kill, the verdict, its event."""

import json
import os
import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from coagent.entrypoints.running import find_running
from tests.e2e.day_one import run_python
from tests.e2e.running_up import RunningUp

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PAGE = (Path(__file__).parents[2] / "docs" / "prove.md").read_text()
SECTION = re.split(r"^## ", PAGE.split("\n## Verdicts\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    running = RunningUp(tmp_path_factory.mktemp("verdict"))
    running.wait_for(r"ready  all processes")
    yield running
    running.end()


def commands() -> list[list[str]]:
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)).replace("\\\n", " ")
    return [shlex.split(line)[1:] for line in blocks.splitlines() if line.startswith("coagent ")]


def test_the_walk(up: RunningUp, tmp_path: Path):
    start, *looks = commands()
    started = up.call(*start)
    assert started.returncode == 0, started.stderr
    assert "success rate" in started.stdout

    [python] = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)
    run_python(up, python, tmp_path)
    kill_agent(up)
    up.until(lambda: status(up) != "running", 120, "a verdict")
    assert status(up) == "certified"

    for look in looks:
        shown = up.call(*look)
        assert shown.returncode == 0, shown.stderr
        assert "certified" in shown.stdout
    assert "typical latency" in up.call("verdict", "show", "release 2").stdout

    [query] = re.findall(r"```sql\n(.*?)```", SECTION, re.DOTALL)
    assert [row[1:4] for row in up.sql(query)] == [
        ("certified", metric, "certified") for metric in ("cost", "latency", "success")
    ]
    event = up.call("tail", "insights", "--json", "--from-beginning", "--count", "1")
    data = json.loads(event.stdout)["data"]
    assert (data["kind"], data["title"]) == ("verdict", 'Certified: "release 2" is not worse than its margins')
    assert up.sql("SELECT count(*) FROM coagent.insights WHERE kind = 'verdict'") == [(1,)]
    assert "has ended already" in up.call("verdict", "stop", "release 2").stderr


def status(up: RunningUp) -> str:
    return str(json.loads(up.call("verdict", "show", "release 2", "--json").stdout)["status"])


def kill_agent(up: RunningUp) -> None:
    running = find_running(up.data_dir)
    assert running is not None
    os.kill(running.processes["agent"], signal.SIGKILL)
