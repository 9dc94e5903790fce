"""Every source of telemetry that is read: one table for the command, the page and the test."""

from coagent.ingest.sources.bodies import BODIES
from coagent.ingest.sources.exports import EXPORTS
from coagent.ingest.sources.own import OWN
from coagent.ingest.sources.provider_logs import PROVIDER_LOGS
from coagent.ingest.sources.source import Source
from coagent.ingest.sources.telemetry import TELEMETRY

SOURCES: tuple[Source, ...] = (*OWN, *TELEMETRY, *EXPORTS, *BODIES, *PROVIDER_LOGS)

__all__ = ["SOURCES", "Source"]
