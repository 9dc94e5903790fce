"""`kill -9` between sending and recording: never two tickets, at most one repeated message, which is then the one that
is edited.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.tickets import PostgresTickets
from coagent.deliver.notices import finding, message
from tests.notices import AT, shift_insight
from tests.servers.github import GithubServer
from tests.servers.local import running
from tests.servers.slack import SlackServer

SCRIPT = Path(__file__).parent / "forked_deliverer.py"


class World:
    def __init__(self, engine: Engine, slack: SlackServer, github: GithubServer) -> None:
        self.engine, self.slack, self.github, self.minutes, self.kills = engine, slack, github, 0, 0
        slack.on_kill = github.on_kill = self.kill
        url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        arguments = [sys.executable, str(SCRIPT), url, slack.url, github.url]
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
        )
        self.child = 0

    def deliver(self, channel: str) -> int:
        """One run of the deliverer, two minutes later than the last; its status."""
        self.minutes += 2
        self.process.stdin.write(f"{self.minutes} {channel}\n")
        self.process.stdin.flush()
        self.child = int(self.process.stdout.readline())
        return int(self.process.stdout.readline())

    def kill(self) -> None:
        self.kills += 1
        os.kill(self.child, signal.SIGKILL)

    def owe(self, number: int, stage: str, revision: int) -> None:
        insight = shift_insight(id=f"{number:016x}-1")
        notice = finding(insight, stage, revision=revision, at=AT, news=["more"] if stage == "updated" else [])
        PostgresConversations(self.engine).save([], [message(notice, name) for name in ("slack", "github")])


@pytest.fixture(params=[True, False], ids=["may-read", "may-not-read"])
def world(request, postgres_engine: Engine) -> Iterator[World]:
    slack, github = SlackServer(may_read=request.param), GithubServer()
    with running(slack), running(github):
        world = World(postgres_engine, slack, github)
        yield world
        world.process.kill()
        world.process.wait()


@pytest.mark.parametrize("findings", [2, pytest.param(25, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_killed_between_sending_and_recording(world: World, findings: int):
    for number in range(findings):
        for stage, revision in (("opened", 1), ("updated", 2)):
            world.owe(number, stage, revision)
            for channel, server in (("slack", world.slack), ("github", world.github)):
                server.faults.append("kill")
                assert signal.SIGKILL == world.deliver(channel) & 127
                assert 0 == world.deliver(channel)
    assert 4 * findings == world.kills
    assert findings == len(world.github.issues)
    assert [1] * findings == [len(one) for one in world.github.comments.values()]
    most = findings if world.slack.may_read else 2 * findings
    assert findings <= len(world.slack.roots()) <= most
    for ticket in PostgresTickets(world.engine).open_ones("slack"):
        (shown,) = [one for one in world.slack.roots() if ticket.ref == f"{one['channel']}:{one['ts']}"]
        assert "Updated" in str(shown["blocks"])
