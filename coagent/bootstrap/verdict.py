"""Trials: what counts them, and where they are kept."""

from dataclasses import dataclass

from sqlalchemy import Engine

from coagent.adapters.kafka.request_log import RequestLog
from coagent.adapters.postgres.decisions import PostgresDecisions
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.verdict_store import PostgresVerdictStore
from coagent.bootstrap.kafka import kafka_connection
from coagent.bootstrap.postgres import database
from coagent.ports import Clock
from coagent.settings import Settings
from coagent.steps.verdict import VerdictStep
from coagent.steps.verdict_trials import TrialsStep


@dataclass(frozen=True, slots=True)
class VerdictSteps:
    """`trials` follows the decisions about opportunities, `verdict` counts what runs."""

    trials: TrialsStep
    verdict: VerdictStep


def verdict_steps(settings: Settings, engine: Engine, clock: Clock) -> VerdictSteps:
    """Raises Fatal where no cluster is named."""
    store = PostgresVerdictStore(engine)
    requests = RequestLog(kafka_connection(settings))
    return VerdictSteps(
        trials=TrialsStep(PostgresDecisions(engine), store, clock),
        verdict=VerdictStep(store, requests, PostgresInsightStore(engine), clock),
    )


def verdict_store(settings: Settings) -> PostgresVerdictStore:
    """For the commands; raises Fatal where no database is named."""
    return PostgresVerdictStore(database(settings))
