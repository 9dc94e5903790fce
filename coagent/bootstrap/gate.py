"""What `coagent gate` is wired of: tables of prices and retirement dates, and the company's traffic."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import msgspec

from coagent.adapters.files import LogFiles
from coagent.adapters.postgres.traffic_snapshot import read_snapshot
from coagent.advise.retirement_dates import retirement_of
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.bootstrap.prices import DatedPrices
from coagent.bootstrap.readers import sql_reader
from coagent.domain.batch import Batch
from coagent.domain.errors import Fatal
from coagent.domain.gate import Snapshot
from coagent.domain.report import Report
from coagent.gate.catalogue import Catalogue
from coagent.gate.snapshot import snapshot_of
from coagent.settings import AnyFormat, Settings
from coagent.steps.analyze import LOG
from coagent.steps.traffic import traffic_of_batches

MOST_BYTES = 256 << 20
RECORDS_AT_ONCE = 16_384


def catalogue(settings: Settings, today: date) -> Catalogue:
    """Raises Fatal where the operator's prices cannot be read."""
    prices = DatedPrices(settings)(today)
    return Catalogue(prices, retirement_of, prices.version)


def snapshot_of_views(settings: Settings, days: int) -> Snapshot | None:
    """Raises Fatal where no database is named."""
    return read_snapshot(sql_reader(settings), days, datetime.now(UTC))


def snapshot_of_file(path: Path) -> Snapshot:
    """As `coagent gate snapshot` wrote it; raises Fatal."""
    try:
        return msgspec.json.decode(_read(path), type=Snapshot)
    except msgspec.DecodeError as wrong:
        raise Fatal(f"{path}: no snapshot ({wrong}): write it anew by `coagent gate snapshot`") from wrong


def snapshot_of_report_file(path: Path) -> Snapshot:
    """Raises Fatal."""
    try:
        report = Report.from_json(_read(path))
    except (msgspec.DecodeError, KeyError) as wrong:
        raise Fatal(f"{path}: no report ({wrong}): write it anew by `coagent analyze --json`") from wrong
    found = snapshot_of("a report of coagent analyze", report.traffic, datetime.now(UTC))
    if found is None:
        raise Fatal(f"{path}: no traffic in this report: write it anew by `coagent analyze --json`")
    return found


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Fatal(f"{path}: longer than {MOST_BYTES >> 20} MiB: name another file")
        return path.read_bytes()
    except OSError as wrong:
        raise Fatal(f"{path}: {wrong.strerror}: name a file that can be read") from wrong


def batches_of_logs(settings: Settings, paths: list[str], log_format: AnyFormat) -> Iterator[Batch]:
    """The requests of log files, as `coagent analyze` reads them; raises Fatal where nothing is read."""
    ingest = settings.ingest.model_copy(update={"formats": {LOG.topic: log_format}})
    step = analysis_ingest_step(settings.model_copy(update={"ingest": ingest}))
    at_s, read = datetime.now(UTC).timestamp(), 0
    lines = LogFiles(paths).records()
    while records := list(islice(lines, RECORDS_AT_ONCE)):
        numbered = list(enumerate(records, read))
        read += len(records)
        step.feed(LOG, [(offset, one.value) for offset, one in numbered if not one.outcome], at_s)
        yield from step.take(at_s, everything=True)
        step.take_dead_letters()
    if not step.counts.accepted:
        raise Fatal(f"{', '.join(paths)}: no request was read: `coagent analyze` says why")


def snapshot_of_logs(settings: Settings, paths: list[str], log_format: AnyFormat) -> Snapshot | None:
    """Of log files. Raises Fatal."""
    traffic = traffic_of_batches(batches_of_logs(settings, paths, log_format))
    return snapshot_of("telemetry logs", traffic, datetime.now(UTC))
