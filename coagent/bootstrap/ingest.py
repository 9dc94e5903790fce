"""The step of `coagent ingest`."""

from coagent.adapters.files.segment_register import SegmentRegister
from coagent.bootstrap.formats import decode_options, mapped_topics, pinned_topics
from coagent.bootstrap.prices import price_table
from coagent.settings import Settings
from coagent.steps.ingest import IngestStep


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
