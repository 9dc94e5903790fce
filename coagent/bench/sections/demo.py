"""The shipped demo's quantization, again and again with other row identities: ranks are random by them."""

from importlib.resources import as_file, files

import msgspec

from coagent.adapters.files import LogFiles
from coagent.bench.progress import Track
from coagent.bench.sections.cases import labels_in
from coagent.bench.sizes import Sizes
from coagent.bench.watcher import Watcher
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.domain.batch import Batch, Source
from coagent.settings import Settings
from coagent.steps.analyze import LOG

RECORDING = "quantized_swap"
RUN_LENGTH = 1e6
AT_S = 2e9
"""Later than the recording."""


class DemoRun(msgspec.Struct, frozen=True, kw_only=True):
    """Rows from the change, the first changed one being 1; None where it was not found. The cause as last reported."""

    run: int
    rows_to_alarm: int | None
    rows_to_page: int | None
    kind: str | None
    confidence: float | None
    false: int


def demo_runs(sizes: Sizes, settings: Settings, track: Track[int]) -> list[DemoRun]:
    with as_file(files("coagent.samples") / "samples.json") as index:
        change = labels_in(index)[RECORDING].change_at_row or 0
    every = _batches(settings)
    return [_run(number, every, change) for number in track(range(sizes.demo_runs), "the demo")]


def _batches(settings: Settings) -> list[Batch]:
    ingest = analysis_ingest_step(settings)
    with as_file(files("coagent.samples") / f"{RECORDING}.jsonl.gz") as path:
        records = [record.value for record in LogFiles([path]).records()]
    ingest.feed(LOG, list(enumerate(records)), AT_S)
    return list(ingest.take(AT_S, everything=True))


def _run(number: int, every: list[Batch], change: int) -> DemoRun:
    watcher = Watcher(RUN_LENGTH)
    for batch in every:
        watcher.feed(msgspec.structs.replace(batch, source=Source("a cluster", "requests", number)))
    alarms = [one - change + 1 for one in watcher.alarms]
    pages = [shift.updated.ordinal - change + 1 for shift in watcher.pages]
    named = [shift.cause for shift in watcher.latest if shift.raised.ordinal >= change]
    return DemoRun(
        run=number,
        rows_to_alarm=min((one for one in alarms if one > 0), default=None),
        rows_to_page=min((one for one in pages if one > 0), default=None),
        kind=named[0].kind if named else None,
        confidence=named[0].confidence if named else None,
        false=sum(one <= 0 for one in alarms),
    )
