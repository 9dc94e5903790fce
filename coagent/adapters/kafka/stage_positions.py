"""How far each stage has read the topics before it: committed offsets against the ends of the logs."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import closing

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from coagent.adapters.kafka.committed_offsets import committed, places_of
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.outsider import outsider
from coagent.adapters.kafka.topics import cluster_metadata
from coagent.domain.errors import Transient
from coagent.domain.silence import StagePosition

log = logging.getLogger(__name__)

TIMEOUT_S = 10.0
UNAUTHORIZED = frozenset(
    {
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    }
)


class StagePositions:
    """`groups`: a stage's consumer group and its topics."""

    def __init__(self, connection: KafkaConnection, groups: Mapping[str, tuple[str, Sequence[str]]]) -> None:
        self._connection = connection
        self._groups = groups

    def stages(self) -> list[StagePosition]:
        """Those that may be looked at. Raises Transient where Kafka does not answer."""
        known = cluster_metadata(self._connection).topics
        with self._connection.checked():
            admin = AdminClient(self._connection.config(), logger=log)
        positions = [
            self._stage(admin, stage, group, places_of(topics, known))
            for stage, (group, topics) in self._groups.items()
        ]
        return [position for position in positions if position]

    def _stage(
        self, admin: AdminClient, stage: str, group: str, places: Sequence[TopicPartition]
    ) -> StagePosition | None:
        try:
            return StagePosition(stage, self._read(admin, group, places), _offsets(admin, places, OffsetSpec.latest()))
        except KafkaException as error:
            cause = error.args[0]
            if cause.code() not in UNAUTHORIZED:
                raise Transient(f"the lag of {stage} cannot be read: {cause.str()}") from error
            log.warning("the lag of %s may not be read (%s): grant DESCRIBE on group %s", stage, cause.str(), group)
            return None

    def _read(self, admin: AdminClient, group: str, places: Sequence[TopicPartition]) -> dict[str, int]:
        """Next offset to read; the log's first one where none was committed."""
        with closing(outsider(self._connection, group)) as reader:
            found = committed(reader, places, TIMEOUT_S)
        first = _offsets(admin, [place for place in found if place.offset < 0], OffsetSpec.earliest())
        return {_name(place): first.get(_name(place), place.offset) for place in found}


def _offsets(admin: AdminClient, places: Sequence[TopicPartition], spec: OffsetSpec) -> dict[str, int]:
    if not places:
        return {}
    asked = {TopicPartition(place.topic, place.partition): spec for place in places}
    answers = admin.list_offsets(asked, request_timeout=TIMEOUT_S)
    return {_name(one): future.result().offset for one, future in answers.items()}


def _name(place: TopicPartition) -> str:
    return f"{place.topic}[{place.partition}]"
