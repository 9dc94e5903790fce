"""The step of `coagent ingest`."""

from coagent.adapters.files.segment_register import SegmentRegister
from coagent.bootstrap.formats import decode_options, mapped_topics, pinned_topics
from coagent.domain.errors import Fatal
from coagent.ingest.pricing.price_overrides import PriceOverride, read_price_overrides
from coagent.ingest.pricing.price_table import PriceTable
from coagent.settings import Settings
from coagent.steps.ingest import IngestStep


def price_overrides(settings: Settings) -> list[PriceOverride]:
    """The operator's prices; raises Fatal where the file cannot be read."""
    path = settings.ingest.prices_file
    if path is None:
        return []
    try:
        return read_price_overrides(path.read_bytes(), str(path))
    except OSError as error:
        raise Fatal(f"COAGENT_INGEST__PRICES_FILE: {error}. Name a file that exists, or unset it") from error


def price_table(settings: Settings) -> PriceTable:
    """The operator's prices before genai-prices; raises Fatal where the file cannot be read."""
    return PriceTable(price_overrides(settings))


def ingest_step(settings: Settings) -> IngestStep:
    """The step of `coagent ingest`, which knows its segments over restarts; list prices come from the price table."""
    return _ingest_step(settings, SegmentRegister(settings.data_dir / "ingest" / "segments"))


def analysis_ingest_step(settings: Settings) -> IngestStep:
    """The same for one run of its own, which leaves nothing behind."""
    return _ingest_step(settings, None)


def _ingest_step(settings: Settings, register: SegmentRegister | None) -> IngestStep:
    ingest = settings.ingest
    return IngestStep(
        options=decode_options(settings),
        prices=price_table(settings),
        flush_rows=ingest.flush_rows,
        flush_age_s=ingest.flush_age_s,
        max_rows=ingest.max_rows,
        max_segments=ingest.max_segments,
        formats=pinned_topics(settings),
        mappings=mapped_topics(settings),
        register=register,
    )
