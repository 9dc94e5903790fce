"""Every source of telemetry that is read: one table for the command, the page and the test."""

from coagent.ingest.sources.bodies import BODIES
from coagent.ingest.sources.events import EVENTS
from coagent.ingest.sources.frameworks import FRAMEWORKS
from coagent.ingest.sources.gateways import GATEWAYS
from coagent.ingest.sources.monitoring import MONITORING
from coagent.ingest.sources.observability import OBSERVABILITY
from coagent.ingest.sources.own import OWN
from coagent.ingest.sources.provider_logs import PROVIDER_LOGS
from coagent.ingest.sources.source import Source
from coagent.ingest.sources.spans import SPANS

SOURCES: tuple[Source, ...] = (
    *OWN,
    *SPANS,
    *FRAMEWORKS,
    *EVENTS,
    *GATEWAYS,
    *OBSERVABILITY,
    *MONITORING,
    *BODIES,
    *PROVIDER_LOGS,
)

__all__ = ["SOURCES", "Source"]
