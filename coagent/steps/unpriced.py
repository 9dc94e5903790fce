"""Which models' cost is unknown, and why: what helps differs."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from coagent.columns import Columns
from coagent.domain.batch import Batch
from coagent.domain.report import UnpricedModel, WhyUnpriced
from coagent.domain.service_tier import BATCH, PREPAID, tier_of

_DOUBTS: dict[str, WhyUnpriced] = {"contradictory_counts": "contradictory_counts", "unread_usage": "unread_usage"}
_TIERS: dict[str | None, WhyUnpriced] = {BATCH: "no_batch_price", PREPAID: "prepaid_capacity"}

Mask = NDArray[np.bool_]


class UnpricedCounts:
    """Answered requests without a known cost, by provider, model and reason."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, WhyUnpriced]] = Counter()

    def add(self, batch: Batch) -> None:
        """Every batch once."""
        columns = Columns(batch)
        lacking = np.isnan(columns.costs_usd()) & (columns.successes() != 0)
        if lacking.any():
            segment = batch.segment
            for why, count in _reasons(columns, lacking):
                self._requests[segment.provider, segment.request_model, why] += count

    def models(self) -> list[UnpricedModel]:
        """Each model once for each reason, most requests first."""
        return [
            UnpricedModel(provider=provider, request_model=model, requests=count, why=why)
            for (provider, model, why), count in sorted(self._requests.items(), key=lambda item: (-item[1], item[0]))
        ]


def _reasons(columns: Columns, lacking: Mask) -> Iterator[tuple[WhyUnpriced, int]]:
    """Each row for one reason: doubt of its counts, counts that are missing, its tier, else the price itself."""
    left = lacking
    for why, rows in (*_doubted(columns), *_unstated(columns), *_tiered(columns)):
        if count := int((left & rows).sum()):
            yield why, count
            left = left & ~rows
    if count := int(left.sum()):
        yield "no_price", count


def _doubted(columns: Columns) -> Iterator[tuple[WhyUnpriced, Mask]]:
    values, codes = columns.text("cost_doubt")
    for code, value in enumerate(values):
        yield _DOUBTS.get(value, "in_doubt"), codes == code


def _unstated(columns: Columns) -> Iterator[tuple[WhyUnpriced, Mask]]:
    """An embedding has no tokens out."""
    no_input, no_output = (np.isnan(columns.number(name)) for name in ("input_tokens", "output_tokens"))
    yield "no_token_counts", no_input & no_output
    yield "incomplete_token_counts", no_input | (no_output & ~_is_embedding(columns))


def _is_embedding(columns: Columns) -> Mask:
    if "embed" in columns.batch.segment.request_model.lower():
        return np.ones(columns.rows, bool)
    values, codes = columns.text("operation")
    return np.array([*("embed" in value.lower() for value in values), False])[codes]


def _tiered(columns: Columns) -> Iterator[tuple[WhyUnpriced, Mask]]:
    values, codes = columns.text("service_tier")
    for code, value in enumerate(values):
        if why := _TIERS.get(tier_of(value)):
            yield why, codes == code
