"""Consumer groups of the embedded broker that never come to an end of joining: they begin anew, with their offsets.

Now and then that broker waits for ever for a member that has gone, and gives nobody a partition. A real Kafka lets its
session end.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

from confluent_kafka import ConsumerGroupState, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, TopicMetadata

from coagent.adapters.kafka.committed_offsets import committed, places_of
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.outsider import outsider
from coagent.adapters.kafka.topics import cluster_metadata
from coagent.domain.errors import Transient

SETTLED = (ConsumerGroupState.STABLE, ConsumerGroupState.EMPTY, ConsumerGroupState.DEAD)
PATIENCE_S = 20.0
"""A join takes 2 s, and 8 s after a member was killed."""
TIMEOUT_S = 5.0


class StuckGroups:
    def __init__(
        self,
        connection: KafkaConnection,
        groups: Mapping[str, Sequence[str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`groups`: their names and the topics that they read."""
        self._connection, self._clock, self._topics = connection, clock, groups
        self._settled_at = dict.fromkeys(groups, clock())
        self._owed: dict[str, list[TopicPartition]] = {}

    def free(self) -> list[str]:
        """Names of those that begin anew; none while the broker is away.

        Each look has a client of its own: one that outlives its broker and then meets another aborts the process.
        """
        try:
            known = cluster_metadata(self._connection, TIMEOUT_S).topics
            self._repay()
            admin = AdminClient({**self._connection.config(), "log_level": 0})
            return [
                group
                for group in self._settled_at
                if self._is_stuck(admin, group) and self._begin_anew(admin, group, known)
            ]
        except Transient:  # an embedded broker's log ends with it, and so does what its groups had read
            self._settled_at = dict.fromkeys(self._settled_at, self._clock())
            self._owed.clear()
            return []
        except KafkaException:
            return []

    def _is_stuck(self, admin: AdminClient, group: str) -> bool:
        found = admin.describe_consumer_groups([group], request_timeout=TIMEOUT_S)[group].result()
        now = self._clock()
        if found.state in SETTLED:
            self._settled_at[group] = now
        return now - self._settled_at[group] > PATIENCE_S

    def _begin_anew(self, admin: AdminClient, group: str, known: Mapping[str, TopicMetadata]) -> bool:
        kept = self._committed(group, places_of(self._topics[group], known))
        admin.delete_consumer_groups([group], request_timeout=TIMEOUT_S)[group].result()
        self._settled_at[group] = self._clock()
        self._owed[group] = kept
        self._repay()
        return True

    def _repay(self) -> None:
        """Sets the offsets of groups that were deleted, however often that has to be tried."""
        for group, offsets in list(self._owed.items()):
            if offsets:
                self._commit(group, offsets)
            del self._owed[group]

    def _committed(self, group: str, places: list[TopicPartition]) -> list[TopicPartition]:
        with closing(outsider(self._connection, group)) as reader:
            return [place for place in committed(reader, places, TIMEOUT_S) if place.offset >= 0]

    def _commit(self, group: str, offsets: list[TopicPartition]) -> None:
        """As a reader that is no member: the broker knows no other way to set them."""
        with closing(outsider(self._connection, group)) as reader:
            reader.commit(offsets=offsets, asynchronous=False)
