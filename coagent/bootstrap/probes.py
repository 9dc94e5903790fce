"""Active probes: what asks endpoints, within the budget and with the keys of the settings."""

from decimal import Decimal
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from coagent.adapters.kafka.probe_topic import ProbeTopic
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.probe_store import PostgresProbeStore
from coagent.adapters.postgres.shift_reader import PostgresShiftReader
from coagent.bootstrap.kafka import kafka_connection
from coagent.domain.errors import Fatal
from coagent.domain.probe import Probe
from coagent.ports import Clock, ProbeEndpoint
from coagent.probe.canary import Canary, read_canaries
from coagent.settings import Settings
from coagent.steps.probe import ProbeLimits, ProbeStep
from coagent.steps.probes import Alone, ProbesStep


def probes_step(settings: Settings, engine: Engine, clock: Clock, alone: Alone) -> ProbesStep | None:
    """None where there is no budget: nothing is asked. Raises Fatal where no cluster is named."""
    usd = settings.probes.usd_per_day
    if usd is None:
        return None
    store = PostgresProbeStore(engine)
    return ProbesStep(
        probe=ProbeStep(
            store=store,
            shifts=PostgresShiftReader(engine).open,
            endpoint=partial(_endpoint, settings),
            canaries=_canaries,
            limits=_limits(settings, usd),
            clock=clock,
        ),
        store=store,
        insights=PostgresInsightStore(engine),
        publisher=ProbeTopic(BatchProducer(kafka_connection(settings), "coagent-probes")),
        alone=alone,
        clock=clock,
    )


def _limits(settings: Settings, usd_per_day: Decimal) -> ProbeLimits:
    given = settings.probes
    return ProbeLimits(
        usd_per_day=usd_per_day,
        every_s=given.every_s,
        look_every_s=given.look_every_s,
        at_once=given.concurrency,
        false_alarms_per_month=settings.detection.false_alarms_per_month,
    )


def _endpoint(settings: Settings, probe: Probe) -> ProbeEndpoint:
    """Raises Fatal where its key is not there."""
    from coagent.adapters.llm.probe_endpoint import OpenAiEndpoint  # noqa: PLC0415  openai takes a moment to load

    keys = settings.probes.keys
    if probe.key is not None and probe.key not in keys:
        raise Fatal(f"probe {probe.name} wants the key {probe.key!r}: set it in COAGENT_PROBES__KEYS, a JSON object")
    key = keys[probe.key] if probe.key is not None else None
    return OpenAiEndpoint(probe.base_url, probe.model, key, settings.probes.timeout_s)


def _canaries(probe: Probe) -> list[Canary]:
    return [] if probe.canaries is None else read_file(probe.canaries)


def read_file(path: str) -> list[Canary]:
    """Of canaries. Raises Fatal where it is missing or wrong."""
    try:
        return read_canaries(Path(path).read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8"
        raise Fatal(f"canaries: {path}: {reason}. Name a file that exists") from None
