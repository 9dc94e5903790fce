"""Rows of a batch that belong to an arm of a trial, with what is compared of them."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coagent.columns import Columns
from coagent.domain.batch import Batch
from coagent.domain.segment import Segment
from coagent.domain.verdict import ArmField, Trial
from coagent.verdict.plan import Floats

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CONTROL, CANDIDATE, NEITHER = 0, 1, -1
STREAM_FIELDS: dict[ArmField, str] = {"provider": "provider", "model": "request_model", "endpoint": "endpoint"}


@dataclass(frozen=True, slots=True)
class ArmRows:
    """Shape (rows,) each: `arms` 0 control, 1 candidate; `kinds` number what is compared like with like; `keys` pair
    two requests, 0 where unknown; `values` has shape (metrics, rows), NaN unknown; `times` are epoch seconds;
    `confidence` and `router_s` are those of the router, NaN where it did not choose.
    """

    arms: NDArray[np.int8]
    kinds: Ints
    keys: Ints
    values: Floats
    times: Floats
    confidence: Floats
    router_s: Floats

    def __len__(self) -> int:
        return len(self.arms)

    def rows(self, chosen: Flags | Ints) -> "ArmRows":
        """Some of them."""
        return ArmRows(
            arms=self.arms[chosen],
            kinds=self.kinds[chosen],
            keys=self.keys[chosen],
            values=self.values[:, chosen],
            times=self.times[chosen],
            confidence=self.confidence[chosen],
            router_s=self.router_s[chosen],
        )


def joined(found: Sequence[ArmRows]) -> ArmRows:
    """One after the other; at least one is given."""
    return ArmRows(
        arms=np.concatenate([one.arms for one in found]),
        kinds=np.concatenate([one.kinds for one in found]),
        keys=np.concatenate([one.keys for one in found]),
        values=np.concatenate([one.values for one in found], axis=1),
        times=np.concatenate([one.times for one in found]),
        confidence=np.concatenate([one.confidence for one in found]),
        router_s=np.concatenate([one.router_s for one in found]),
    )


def last_place(batch: Batch) -> tuple[int, int]:
    """Offset and index of its last row in the telemetry topic."""
    return int(np.frombuffer(batch.offsets, "<i8")[-1]), int(np.frombuffer(batch.indexes, "<i4")[-1])


def arm_rows(batch: Batch, trial: Trial, seen: tuple[int, int] | None) -> ArmRows | None:
    """Those behind `seen` (offset and index) that the trial is about; None where there are none."""
    arms = _arms(batch, trial)
    if arms is None:
        return None
    times = Columns(batch).number("time_s")
    chosen = (arms != NEITHER) & (times >= trial.since.timestamp()) & (times < trial.ends_at.timestamp())
    places = np.flatnonzero(chosen & _unseen(batch, seen))
    places = places[_fitting(batch, trial, places)]
    if not len(places):
        return None
    keys = _keys(batch, trial.pair_by) if trial.pair_by else np.zeros(batch.rows, np.int64)
    routed = [Columns(batch).number(name) for name in ("route_confidence", "router_latency_s")]
    return ArmRows(arms, _kinds(batch), keys, _values(batch), times, *routed).rows(places)


def _arms(batch: Batch, trial: Trial) -> NDArray[np.int8] | None:
    """None where no row is in an arm."""
    arms = trial.arms
    numbers = {arms.control: CONTROL, arms.candidate: CANDIDATE}
    if arms.field in STREAM_FIELDS:
        arm = numbers.get(getattr(batch.segment, STREAM_FIELDS[arms.field]) or "")
        return None if arm is None else np.full(batch.rows, arm, np.int8)
    column = batch.texts.get(arms.field)
    if column is None:
        return None
    return _by_text(batch, arms.field, lambda text: numbers.get(text or "", NEITHER)).astype(np.int8)


def _by_text(batch: Batch, name: str, number: Callable[[str | None], int]) -> Ints:
    """A number for each row from its text, None where unknown."""
    column = batch.texts.get(name)
    if column is None:
        return np.full(batch.rows, number(None), np.int64)
    numbers = np.array([*map(number, column.values), number(None)], np.int64)
    return np.asarray(numbers[Columns(batch).text(name)[1]])


def _fitting(batch: Batch, trial: Trial, places: Ints) -> Flags:
    """Which of these rows are of an account that the trial is about."""
    texts = [[*column.values, None] if (column := batch.texts.get(name)) else [None] for name in ("task", "tenant")]
    codes = np.stack([Columns(batch).text(name)[1][places] for name in ("task", "tenant")], axis=1)
    distinct, number = np.unique(codes, axis=0, return_inverse=True)
    base = batch.segment
    accounts = [
        Segment(base.provider, base.request_model, base.endpoint, texts[0][task], texts[1][tenant])
        for task, tenant in distinct.tolist()
    ]
    return np.array([trial.match.fits(one) for one in accounts], bool)[number.reshape(-1)]


def _kinds(batch: Batch) -> Ints:
    """Task, tenant and input length by powers of two: like is compared with like."""
    task, tenant = (_by_text(batch, name, text_number) for name in ("task", "tenant"))
    doublings = np.floor(np.log2(np.maximum(Columns(batch).number("input_tokens"), 1)))
    length = np.nan_to_num(doublings, nan=-1).astype(np.int64)
    return np.asarray((task ^ (tenant << 1)) * 64 + length)


def _keys(batch: Batch, name: str) -> Ints:
    return _by_text(batch, name, text_number)


def text_number(text: str | None) -> int:
    """63 bits, the same everywhere; 0 where unknown."""
    if text is None:
        return 0
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") >> 2 or 1


def _values(batch: Batch) -> Floats:
    """Success, quality, cost, latency: of a success alone where it is known whether it is one."""
    columns = Columns(batch)
    ok, seconds = columns.successes(), columns.number("duration_s")
    latency = np.where((ok != 0) & (seconds > 0), seconds, np.nan)
    return np.stack([ok, columns.number("quality_score"), columns.costs_usd(), latency])


def _unseen(batch: Batch, seen: tuple[int, int] | None) -> Flags:
    if seen is None:
        return np.ones(batch.rows, bool)
    offsets, indexes = np.frombuffer(batch.offsets, "<i8"), np.frombuffer(batch.indexes, "<i4")
    return np.asarray((offsets > seen[0]) | ((offsets == seen[0]) & (indexes > seen[1])))
