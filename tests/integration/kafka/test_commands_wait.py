"""Commands as people give them: each waits for its effect through worker and sink, and says what happened or why."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from typer.testing import CliRunner

from coagent.bootstrap.postgres import database
from coagent.bootstrap.readers import shift_reader
from coagent.bootstrap.sink import sink_session
from coagent.entrypoints.cli.main import app
from coagent.settings import Settings
from tests.integration.kafka.reading import PARTITIONS
from tests.integration.kafka.test_control import World, world  # noqa: F401  a fixture

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(world: World, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: F811
    monkeypatch.setenv("COAGENT_POSTGRES__URL", postgres_url)
    monkeypatch.setenv("COAGENT_KAFKA__BOOTSTRAP_SERVERS", world.cluster.bootstrap_servers)
    monkeypatch.setenv("COAGENT_KAFKA__PARTITIONS", str(PARTITIONS))
    monkeypatch.setenv("COAGENT_KAFKA__SESSION_TIMEOUT_MS", "2000")

    def call(*arguments: str) -> tuple[int, str]:
        ended = CliRunner().invoke(app, [*arguments, "--by", "ann"])
        return ended.exit_code, ended.output + str(ended.exception or "")

    return call


@contextmanager
def sink() -> Iterator[None]:
    stop, session = Event(), sink_session(Settings())
    thread = Thread(target=session.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


def shift_of(provider: str) -> str | None:
    found = shift_reader(Settings()).listed(9, only_open=True)
    return next((one.id for one in found if one.segment.provider == provider), None)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_command_ends_with_its_effect_or_with_the_reason_why_not(world: World, run: Run) -> None:  # noqa: F811
    provider = world.segment.provider
    world.worker.start()
    for factor in (1.0, 2.0):
        world.feed(10, factor)
    world.look_until(lambda: world.shifts)

    with sink():
        deadline = time.monotonic() + 60
        while (shift := shift_of(provider)) is None:
            assert time.monotonic() < deadline
            time.sleep(0.2)

        status, out = run("mute", shift[:4], "--tenant", "acme", "--for", "1h", "--wait", "30", "--reason", "upgrade")
        assert (status, "alarms suppressed, its other requests are watched on" in out) == (0, True), out
        assert "by ann at" in out
        status, out = run("mute", "--provider", provider, "--for", "1h", "--wait", "30")
        assert (status, "alarms suppressed, baseline frozen, until" in out) == (0, True), out
        status, out = run("unmute", shift, "--group", "--wait", "30")
        assert (status, "evidence restarts at zero" in out) == (0, True), out

        status, out = run("accept", "last", "--wait", "30")
        assert (status, f"Shift {shift} ended as accepted" in out) == (0, True), out
        assert "is accepted already" in run("accept", shift)[1]
        status, out = run("mute", "--tenant", "nobody", "--for", "1h")
        assert "no stream fits" in out
        status, out = run("reset", shift, "--yes", "--wait", "30")
        assert (status, "All that was learned of the stream is forgotten" in out) == (0, True), out

        # what people saw is old by now: the worker refuses
        with database(Settings()).begin() as connection:
            connection.exec_driver_sql("UPDATE coagent.shifts SET status = 'open', ended_at = NULL")
        status, out = run("accept", shift, "--wait", "30")
        assert (status, "refused, nothing_to_accept: no change of this segment is open" in out) == (1, True), out

    status, out = run("reset", shift, "--yes", "--wait", "1")
    assert (status, "no answer within 1 s: the sink has not read it" in out) == (1, True), out
