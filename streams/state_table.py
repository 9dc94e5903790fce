"""States by key in RocksDB, backed by a compacted changelog topic, of which a newer state is never lost to an older.

Faust's own table takes the last record of a key for its newest, and holds a record to be in the local store once Kafka
has taken it. Neither is true where a process that was paused sends a state after another one has its partitions.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any

import faust
from faust import EventT
from faust.stores.rocksdb import Store
from faust.types import TP
from yarl import URL

from coagent.adapters.kafka.topics import MAX_MESSAGE_BYTES
from streams.state import messages_of

log = logging.getLogger(__name__)

COMPACTION_LAG_MS = 3_600_000
"""A newer state stays in the changelog beside a late older one at least so long; by then its key has mostly been
written again.
"""


class StateStore(Store):
    """The newest state of each key by its own count, and up to which offset all of the changelog is here."""

    def apply_changelog_batch(
        self, batch: Iterable[EventT], to_key: Callable[[Any], Any], to_value: Callable[[Any], Any]
    ) -> None:
        """Takes up what is not older than what is here."""
        events, newest = list(batch), dict[tuple[int, bytes], int]()
        fresh = [event for event in events if self._is_newer(event, newest)]
        super().apply_changelog_batch(fresh, to_key=to_key, to_value=to_value)
        last = {event.message.tp: event.message.offset for event in events}
        for tp, offset in last.items():
            self._advance(tp, offset)

    def keep(self, tp: TP, offset: int, key: bytes, stored: bytes) -> None:
        """Takes up what this process wrote into the changelog at `offset`.

        Where a record before it is not ours, a later recovery starts in front of that one.
        """
        self._db_for_partition(tp.partition).put(key, stored)
        before = self.persisted_offset(tp)
        if offset == (0 if before is None else before + 1):
            self.set_persisted_offset(tp, offset)

    def _is_newer(self, event: EventT, newest: dict[tuple[int, bytes], int]) -> bool:
        partition, key, messages = event.message.partition, event.message.key, messages_of(event.message.value)
        place = partition, key
        known = newest.get(place)
        if known is None:
            known = messages_of(self._db_for_partition(partition).get(key))
        newest[place] = max(known, messages)
        if messages < known:
            log.warning(
                "%s@%d is older than what is known of its key: left out", event.message.tp, event.message.offset
            )
        return messages >= known

    def _advance(self, tp: TP, offset: int) -> None:
        before = self.persisted_offset(tp)
        if before is None or before < offset:
            self.set_persisted_offset(tp, offset)


class StateTable(faust.Table[bytes, bytes]):
    """Written by the group commit alone: it sends to the changelog, then keeps."""

    data: StateStore

    def _new_store(self) -> StateStore:
        return StateStore(
            URL("rocksdb://"),
            self.app,
            self,
            table_name=self.name,
            key_type=self.key_type,
            value_type=self.value_type,
            loop=self.loop,
            options=self.options,
        )

    def _on_changelog_sent(self, fut: Any) -> None:
        """Faust would hold the local store to have it by now."""


def state_table(app: faust.App, name: str) -> StateTable:
    """A new table of the app; its stages' states by key."""
    table = StateTable(
        app,
        name=name,
        beacon=app.tables.beacon,
        key_type=bytes,
        value_type=bytes,
        partitions=app.conf.topic_partitions,
        options={"write_buffer_size": 8 * 2**20, "block_cache_size": 32 * 2**20},
        extra_topic_configs={
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
            "min.compaction.lag.ms": str(COMPACTION_LAG_MS),
        },
    )
    app.tables.add(table)
    return table
