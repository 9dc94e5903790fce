"""What `coagent agent` does about money: SLOs, decisions, ledger and policy."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from coagent.adapters.kafka.policy_topic import PolicyTopic
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.decisions import PostgresDecisions
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.policies import PostgresPolicies
from coagent.adapters.postgres.savings import PostgresSavings
from coagent.adapters.postgres.slo_store import PostgresSloStore
from coagent.bootstrap import channels
from coagent.bootstrap.kafka import kafka_connection
from coagent.domain.duration import duration
from coagent.domain.errors import Fatal
from coagent.domain.notice import Word
from coagent.domain.slo import Slo
from coagent.ports import Clock
from coagent.settings import Settings
from coagent.slo.slo_file import read_slos
from coagent.steps.decide import DecideStep
from coagent.steps.gate import GateStep
from coagent.steps.ledger import LedgerStep
from coagent.steps.policy import PolicyStep
from coagent.steps.slo import SloStep

Resume = Callable[[Word], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class MoneySteps:
    """`policy` is ports.AfterEffects too: what follows a decision."""

    slo: SloStep
    gate: GateStep
    decide: DecideStep
    ledger: LedgerStep
    policy: PolicyStep


def after_effects(settings: Settings, engine: Engine, clock: Clock) -> PolicyStep:
    """What follows a decision, and keeps the policy published. Raises Fatal where no cluster is named."""
    topic = PolicyTopic(BatchProducer(kafka_connection(settings), "coagent-policy"))
    return PolicyStep(PostgresDecisions(engine), PostgresPolicies(engine), topic, clock)


def money_steps(settings: Settings, engine: Engine, clock: Clock, policy: PolicyStep, resume: Resume) -> MoneySteps:
    """`resume` goes on with what waits for a decision. Raises Fatal where the file of SLOs is wrong."""
    store, decisions, conversations = PostgresSloStore(engine), PostgresDecisions(engine), PostgresConversations(engine)
    snoozed_for = duration(channels.policy(settings.delivery).snoozed_for)
    return MoneySteps(
        slo=SloStep(slos(settings), store, PostgresInsightStore(engine), clock),
        gate=GateStep(store, decisions),
        decide=DecideStep(decisions, conversations, resume, snoozed_for),
        ledger=LedgerStep(decisions, PostgresSavings(engine)),
        policy=policy,
    )


def slos(settings: Settings) -> list[Slo]:
    """Of the operator's file; raises Fatal where it is missing or wrong."""
    path = settings.slo.file
    if path is None:
        return []
    try:
        return read_slos(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise Fatal(f"COAGENT_SLO__FILE: {error}. Name a file that exists, or unset it") from error
