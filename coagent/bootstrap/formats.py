"""How telemetry is read, by topic."""

from pathlib import Path

from coagent.domain.errors import Fatal
from coagent.domain.telemetry_format import Format
from coagent.ingest.formats.mapping import Mapped
from coagent.ingest.formats.mapping_file import read_mapping
from coagent.ingest.options import DecodeOptions
from coagent.settings import Settings


def pinned_topics(settings: Settings) -> dict[str, Format]:
    """The topics that a setting pins to a format."""
    return {topic: kind for topic, kind in settings.ingest.formats.items() if kind != "auto"}


def mapped_topics(settings: Settings) -> dict[str, Mapped]:
    """The mapping files by topic; raises Fatal for one that cannot be read, and for a topic with a format besides."""
    mappings = settings.ingest.mappings
    for topic in sorted(pinned_topics(settings).keys() & mappings.keys()):
        raise Fatal(f"topic {topic} is in COAGENT_INGEST__FORMATS and in COAGENT_INGEST__MAPPINGS: keep one of them")
    return {topic: read_mapping_file(path) for topic, path in mappings.items()}


def read_mapping_file(path: Path) -> Mapped:
    """The mapping; raises Fatal where the file is missing or wrong."""
    try:
        return read_mapping(path.read_bytes(), str(path))
    except OSError as error:
        raise Fatal(f"{path}: {error.strerror}. Name a mapping file that exists") from error


def decode_options(settings: Settings) -> DecodeOptions:
    """How telemetry is decoded, save the time of reading."""
    ingest = settings.ingest
    return DecodeOptions(
        hash_key=ingest.hash_key.get_secret_value().encode() if ingest.hash_key else None,
        task_attribute=ingest.task_attribute,
        tenant_attribute=ingest.tenant_attribute,
    )
