"""Counts what a version before left unread: each row once, in its account and minute; none of it is sensed."""

from collections.abc import Mapping

import msgspec
import numpy as np

from coagent.columns import Columns
from coagent.count.rollups import Rollups
from coagent.domain.batch import Batch, TextColumn
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.steps.stream_state import UnknownState, unwrap


class CountLeftOver:
    """`states` by account, as that version left them, say which rows it had counted. The same states and batches give
    the same rollups under the same ids, so it may be done again after a crash.
    """

    def __init__(self, states: Mapping[Segment, bytes]) -> None:
        self._states = states
        self._accounts: dict[Segment, _Account] = {}

    def __call__(self, batch: Batch) -> list[Rollup]:
        """Batches of an account in the order of their topic."""
        account = self._accounts.get(batch.segment)
        if account is None:
            account = self._accounts[batch.segment] = _Account(batch.segment, self._states.get(batch.segment))
        return account.count(batch)

    @property
    def rows(self) -> int:
        """Counted so far."""
        return sum(account.rows for account in self._accounts.values())


class _Account:
    def __init__(self, segment: Segment, state: bytes | None) -> None:
        self._rollups = Rollups.from_bytes(None, segment)
        self._sources, self._before = _seen(state)
        self.rows = 0

    def count(self, batch: Batch) -> list[Rollup]:
        columns = Columns(_said(batch)).unseen(self._sources.get(str(batch.source)))
        if not columns.rows:
            return []
        self._sources[str(batch.source)] = int(columns.offsets[-1]), int(columns.indexes[-1])
        self.rows += columns.rows
        return self._rollups.add(columns, self._before + self.rows)


def _seen(state: bytes | None) -> tuple[dict[str, tuple[int, int]], int]:
    """The last row seen of each source, and how many there were."""
    if state is None:
        return {}, 0
    try:
        kept, _, _ = unwrap(state)
    except UnknownState:
        return {}, 0
    return dict(kept.sources), kept.rows_seen


def _said(batch: Batch) -> Batch:
    """With its account's task and tenant in columns, as rows of a stream have them."""
    account = {"task": batch.segment.task, "tenant": batch.segment.tenant}
    everywhere = np.zeros(batch.rows, "<i4").tobytes()
    texts = {name: TextColumn([value], everywhere) for name, value in account.items() if value is not None}
    return msgspec.structs.replace(batch, texts={**batch.texts, **texts})
