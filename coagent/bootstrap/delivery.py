"""What `coagent agent` sends to people, and what it reads of their answers."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from coagent.adapters.kafka.control_topic import ControlTopic
from coagent.adapters.kafka.insight_notifier import InsightNotifier
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.postgres.brief_store import PostgresBriefStore
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.outbox import PostgresOutbox
from coagent.adapters.postgres.shift_reader import PostgresShiftReader
from coagent.bootstrap import channels
from coagent.bootstrap.kafka import kafka_connection
from coagent.deliver.backoff import Backoff
from coagent.domain.shift import Shift
from coagent.ports import Clock, Notifier
from coagent.settings import Settings
from coagent.steps.brief import BriefStep
from coagent.steps.deliver import DeliverStep
from coagent.steps.poll import PollStep
from coagent.steps.route import RouteStep


@dataclass(frozen=True, slots=True)
class DeliverySteps:
    """`route` and `brief` put messages into the outbox, `deliver` takes them out."""

    route: RouteStep
    deliver: DeliverStep
    poll: PollStep
    brief: BriefStep


def delivery_steps(
    settings: Settings, engine: Engine, clock: Clock, outside: Sequence[Notifier], control: ControlTopic
) -> DeliverySteps:
    """`outside`: the configured channels. Raises Fatal where the file of routes is wrong."""
    notifiers = [insight_notifier(settings), *outside]
    return DeliverySteps(
        route=route_step(settings, engine, clock, [one.channel for one in outside], control),
        deliver=DeliverStep(PostgresOutbox(engine), notifiers, clock, random.random, Backoff()),
        poll=PollStep(channels.polled(settings.delivery, outside), PostgresConversations(engine), clock),
        brief=BriefStep(PostgresBriefStore(engine), channels.policy(settings.delivery), clock),
    )


def route_step(
    settings: Settings, engine: Engine, clock: Clock, configured: list[str], control: ControlTopic
) -> RouteStep:
    """Who is notified of what. Raises Fatal where the file of routes is wrong."""
    return RouteStep(
        store=PostgresConversations(engine),
        policy=channels.policy(settings.delivery),
        configured=configured,
        commands=control,
        shift=_shift_by_id(PostgresShiftReader(engine)),
        clock=clock,
    )


def insight_notifier(settings: Settings) -> InsightNotifier:
    """Notifier `kafka`; raises Fatal where no cluster is named."""
    return InsightNotifier(BatchProducer(kafka_connection(settings), "coagent-agent"))


def _shift_by_id(reader: PostgresShiftReader) -> Callable[[str], Shift | None]:
    def shift(shift_id: str) -> Shift | None:
        return next((one for one in reader.named(shift_id, 2) if one.id == shift_id), None)

    return shift
