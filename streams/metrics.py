"""What the worker says of itself at a scrape."""

from collections.abc import Iterator, Sequence

from coagent.adapters.metrics import declared
from coagent.adapters.metrics.server import Sample
from streams.stage import StageRunner


def worker_samples(runners: Sequence[StageRunner]) -> Iterator[Sample]:
    """Of the stages that run."""
    for runner in list(runners):
        stage = (runner.name,)
        yield Sample(declared.WORKER_MESSAGES, runner.messages, stage)
        yield Sample(declared.WORKER_CHECKPOINTS, runner.checkpoints, stage)
        yield Sample(declared.WORKER_OWED, runner.owed, stage)
        for reason, count in dict(runner.dead_letters).items():
            yield Sample(declared.WORKER_DEAD_LETTERS, count, (runner.name, reason))
