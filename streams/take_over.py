"""Before a worker joins its group: takes over what a version before left, whose unit was the account.

States by account become states by stream, in the changelog that the worker recovers from, and batches that nobody read
are counted. Whatever is done here may be done again: after a crash, or by a second worker that starts meanwhile.
"""

import logging
import time
from collections.abc import Iterable, Mapping
from itertools import chain

import msgspec
from confluent_kafka import Message

from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.dead_letter_codec import encode_dead_letter
from coagent.adapters.kafka.earlier_requests import CHANGELOG, EarlierRequests
from coagent.adapters.kafka.internal_codec import EARLIER_BATCHES
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record, Undecodable
from coagent.adapters.kafka.topics import cluster_id
from coagent.bootstrap.kafka import kafka_connection
from coagent.domain.errors import Transient
from coagent.domain.rejected import DeadLetter
from coagent.domain.segment import Segment
from coagent.domain.topics import EARLIER_REQUESTS
from coagent.settings import Settings
from coagent.steps.left_over import CountLeftOver
from coagent.steps.states_by_stream import by_stream, lost_mutes
from streams.state import State

log = logging.getLogger(__name__)


def take_over(settings: Settings) -> None:
    """Does nothing where no version before was at work on this cluster. Raises Transient, also where a worker of it
    still is: what that one reads would be counted twice.
    """
    connection = kafka_connection(settings)
    earlier = EarlierRequests(connection)
    if not earlier.exists():
        return
    first, unread = earlier.is_first_start(), earlier.unread()
    if not (first or unread) or _has_to_wait(earlier, first):
        return
    states = _by_account(earlier.states())
    count = CountLeftOver({account: state.data for account, state in states.items() if state.data is not None})
    cluster = cluster_id(connection)
    left = (_counted(count, message, cluster) for message in earlier.messages(unread))
    _send(connection, chain(chain.from_iterable(left), _streams(states) if first else []))
    earlier.mark_read()
    _say_counted(count.rows)
    if first:
        _say_begun(states)


def _has_to_wait(earlier: EarlierRequests, first: bool) -> bool:
    """Where workers run that took over before: what came later is counted when none runs. Raises Transient."""
    if not earlier.has_workers():
        return False
    if first:
        raise Transient("a worker of the version before still runs: stop it, this one then takes over what it left")
    log.warning("an earlier version wrote to %s again: stop it, then stop all workers and start one", EARLIER_REQUESTS)
    return True


def _send(connection: KafkaConnection, records: Iterable[Record]) -> None:
    """Returns when Kafka has taken all."""
    producer = BatchProducer(connection, "coagent-take-over")
    delivery = producer.send(records)
    producer.flush()
    delivery.raise_refused()


def _by_account(changelog: Mapping[tuple[int, bytes], bytes]) -> dict[Segment, State]:
    """Without what is no account's."""
    found = {}
    for (_, key), stored in changelog.items():
        try:
            found[Segment.from_key(key)] = State.unpack(stored)
        except msgspec.DecodeError:
            continue
    return found


def _streams(states: Mapping[Segment, State]) -> list[Record]:
    """Changelog records, each newer than what stands there under its key."""
    known = {account: state.data for account, state in states.items() if state.data is not None}
    return [
        Record(CHANGELOG, stream.key(), states.get(stream, State()).next(data).pack())
        for stream, data in by_stream(known)
    ]


def _counted(count: CountLeftOver, message: Message, cluster: str) -> list[Record]:
    try:
        batch = EARLIER_BATCHES.decode(message.value(), message.headers())
    except Undecodable as error:
        log.exception("%s[%d]@%d", EARLIER_REQUESTS, message.partition(), message.offset())
        return [encode_dead_letter(_letter(message, cluster, error))]
    return [encode_event(rollup) for rollup in count(batch)]


def _letter(message: Message, cluster: str, error: Undecodable) -> DeadLetter:
    return DeadLetter(
        cluster=cluster,
        topic=EARLIER_REQUESTS,
        partition=message.partition(),
        offset=message.offset(),
        index=0,
        reason=error.reason,
        detail=error.detail,
        payload=message.value() or b"",
    )


def _say_counted(rows: int) -> None:
    if rows:
        log.warning(
            "%d requests that the version before had left unread on %s are counted in their minutes; detection begins "
            "with those that come now",
            rows,
            EARLIER_REQUESTS,
        )


def _say_begun(states: Mapping[Segment, State]) -> None:
    streams = len({account.stream for account in states})
    log.warning(
        "the version before sensed by account (%d of them): detection begins anew by stream (%d), this once; counts, "
        "shifts, decisions and offsets stay",
        len(states),
        streams,
    )
    known = {account: state.data for account, state in states.items() if state.data is not None}
    for account in lost_mutes(known, time.time()):
        log.warning("the mute of %s ended: its stream is not muted; `coagent mute` mutes it", account.label)
