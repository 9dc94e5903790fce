"""The demo's change is reported within the rows that the demo promises, wherever they lie: ranks are random by that."""

from importlib.resources import as_file, files

import msgspec
import pytest

from coagent.adapters.files import LogFiles
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.domain.batch import Batch, Source
from coagent.domain.candidate import Candidate
from coagent.domain.evidence import GroupNews
from coagent.entrypoints.demo.recording import SWAP, load
from coagent.entrypoints.demo.verdict import WITHIN_ROWS
from coagent.settings import Settings
from coagent.steps.analyze import analyze
from coagent.steps.confirm import Confirmed, ConfirmStep
from coagent.steps.live_stream import Reports
from coagent.steps.streams_in_memory import StreamsInMemory
from tests.list_prices import LIST_PRICES

PLACES = 32


class Elsewhere(StreamsInMemory):
    """Streams whose rows lie in another partition."""

    def __init__(self, place: int) -> None:
        super().__init__(DetectConfig())
        self._source = Source("a cluster", "requests", place)

    def take(self, message: Batch | GroupNews) -> Reports:
        lies = isinstance(message, Batch)
        return super().take(msgspec.structs.replace(message, source=self._source) if lies else message)


def paged_at(place: int) -> list[int]:
    """Ordinals at which it paged."""
    confirm, paged = ConfirmStep(ConfirmConfig()), list[int]()

    def noting(state: bytes | None, candidate: Candidate) -> Confirmed:
        confirmed = confirm(state, candidate)
        paged.extend(candidate.now.ordinal for shift in confirmed.shifts if shift.page)
        return confirmed

    with as_file(files("coagent.samples") / f"{SWAP}.jsonl.gz") as path:
        ingest = analysis_ingest_step(Settings())
        analyze(LogFiles([path]), ingest=ingest, streams=Elsewhere(place), confirm=noting, prices=LIST_PRICES, at_s=2e9)
    return paged


@pytest.mark.slow
@pytest.mark.parametrize("place", range(PLACES))
def test_the_demos_change_is_reported_within_what_it_promises_wherever_its_rows_lie(place):
    changed = load(SWAP).truth.change_at_row
    assert changed is not None
    assert changed <= paged_at(place)[0] < changed + WITHIN_ROWS
