"""`coagent analyze`."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from coagent.bootstrap.detection import confirm_step, streams_in_memory
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.bootstrap.prices import DatedPrices
from coagent.detect.sensor.jit import is_compiled
from coagent.domain.report import Report
from coagent.ports import RecordSource
from coagent.settings import AnyFormat, Settings
from coagent.steps.analyze import LOG, analyze


def analyze_logs(
    settings: Settings,
    source: RecordSource,
    log_format: AnyFormat,
    at_s: float,
    mapping: Path | None = None,
    *,
    on_first_run: Callable[[], None] = lambda: None,
) -> Report:
    """What `coagent analyze` does, in this process. `at_s`: epoch seconds, now. `on_first_run` is called where all has
    to be compiled first, which takes a minute. Raises Fatal where nothing is read.
    """
    if not is_compiled():
        on_first_run()
    mappings = {LOG.topic: mapping} if mapping else {}
    ingest = settings.ingest.model_copy(update={"formats": {LOG.topic: log_format}, "mappings": mappings})
    return analyze(
        source,
        ingest=analysis_ingest_step(settings.model_copy(update={"ingest": ingest})),
        streams=streams_in_memory(settings),
        confirm=confirm_step(settings),
        prices=DatedPrices(settings)(datetime.fromtimestamp(at_s, UTC).date()),
        at_s=at_s,
    )
