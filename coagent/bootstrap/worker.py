"""What the worker needs besides its steps."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from coagent.adapters.embedded.broker import is_embedded
from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.producer import BatchProducer
from coagent.bootstrap.kafka import kafka_connection
from coagent.confirm.episodes.lost import ended_as_lost
from coagent.domain.shift import Shift
from coagent.settings import Settings

if TYPE_CHECKING:
    from coagent.adapters.postgres.state_checkpoints import StateCheckpoints


def state_checkpoints(settings: Settings, cluster: str) -> "StateCheckpoints | None":
    """Where the worker's states are copied to; None where the cluster keeps its log, or no database is named."""
    if not is_embedded(cluster) or settings.postgres.url is None:
        return None
    from coagent.adapters.postgres.state_checkpoints import StateCheckpoints  # noqa: PLC0415  drivers load slowly
    from coagent.bootstrap.postgres import database  # noqa: PLC0415

    return StateCheckpoints(database(settings))


def close_lost_shifts(settings: Settings, is_known: Callable[[Shift], bool]) -> int:
    """Ends the open shifts that detection knows nothing of any more, for nothing else would ever end them; how many.

    Raises Transient where database or broker are away.
    """
    from coagent.bootstrap.readers import shift_reader  # noqa: PLC0415  drivers load slowly

    lost = [shift for shift in shift_reader(settings).open() if not is_known(shift)]
    if lost:
        producer = BatchProducer(kafka_connection(settings), "coagent-worker")
        delivery = producer.send(encode_event(ended_as_lost(shift)) for shift in lost)
        producer.flush()
        delivery.raise_refused()
    return len(lost)
