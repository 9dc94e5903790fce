"""A process that forks a deliverer for each line on standard input, so that a test may kill it at any instant.

Line: minutes that its clock is ahead, and the channel. Answer: the deliverer's pid, then its status.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from coagent.adapters.notify.github import GithubIssues, github_client
from coagent.adapters.notify.slack import SlackNotifier, slack_client
from coagent.adapters.notify.tracker import TrackerNotifier
from coagent.adapters.postgres.engine import make_engine
from coagent.adapters.postgres.outbox import PostgresOutbox
from coagent.adapters.postgres.tickets import PostgresTickets
from coagent.deliver.backoff import Backoff
from coagent.steps.deliver import DeliverStep


class Ahead:
    """A clock that is ahead."""

    def __init__(self, minutes: float) -> None:
        self._ahead = timedelta(minutes=minutes)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


async def no_sleep(_seconds: float) -> None:
    """The local servers have no pace."""


def deliver(minutes: float, channel: str, database: str, slack: str, github: str) -> None:
    clock, engine = Ahead(minutes), make_engine(database)
    tickets = PostgresTickets(engine)
    notifiers = [
        SlackNotifier(slack_client("xoxb-test", f"{slack}/api/", 5.0), "C0LLM", tickets, clock),
        TrackerNotifier(GithubIssues(github_client("ghp_test", github, 5.0)), "acme/ops", tickets, clock),
    ]
    step = DeliverStep(PostgresOutbox(engine), notifiers, clock, lambda: 0.0, Backoff(), sleep=no_sleep)
    asyncio.run(step.run_channel(channel))


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            minutes, channel = line.split()
            deliver(float(minutes), channel, *sys.argv[1:])
            os._exit(0)
        print(child, flush=True)  # noqa: T201
        _, status = os.waitpid(child, 0)
        print(status, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
