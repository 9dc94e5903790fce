"""How far each process has read its topics."""

from collections.abc import Sequence

from coagent.adapters.kafka.lag import lag, read_offsets
from coagent.adapters.kafka.sink_session import TOPICS as SINK_TOPICS
from coagent.adapters.kafka.stage_positions import StagePositions
from coagent.adapters.kafka.stuck_groups import StuckGroups
from coagent.bootstrap.kafka import kafka_connection
from coagent.domain.topics import CANDIDATES, CONTROL, EVIDENCE, GROUPS, REQUESTS, ROLLUPS, SHIFTS
from coagent.settings import Settings


def stages(settings: Settings) -> dict[str, tuple[str, Sequence[str]]]:
    """The processes that read topics: their consumer groups and topics."""
    return {
        "ingest": ("coagent-ingest", settings.ingest.topics),
        "worker": ("coagent", (REQUESTS, CONTROL, GROUPS, CANDIDATES, EVIDENCE)),
        "sink": ("coagent-sink", SINK_TOPICS),
    }


def stage_lag(settings: Settings, stage: str) -> int:
    """Messages that a stage has not acknowledged yet, by its name in `stages`; raises Transient."""
    group, topics = stages(settings)[stage]
    return lag(kafka_connection(settings), group, topics)


def telemetry_read(settings: Settings) -> dict[str, int]:
    """How far `coagent ingest` has read each telemetry topic, in messages; raises Transient."""
    group, topics = stages(settings)["ingest"]
    return read_offsets(kafka_connection(settings), group, topics)


def stuck_groups(settings: Settings) -> StuckGroups:
    """What keeps the groups of an embedded broker going."""
    return StuckGroups(kafka_connection(settings), dict(stages(settings).values()))


def stage_positions(settings: Settings) -> StagePositions:
    """How far ingest, worker and sink have read; raises Fatal where no cluster is named."""
    groups = {
        "ingest": ("coagent-ingest", settings.ingest.topics),
        "worker": ("coagent", (REQUESTS, CANDIDATES)),
        "sink": ("coagent-sink", (ROLLUPS, SHIFTS)),
    }
    return StagePositions(kafka_connection(settings), groups)
