"""Minute rollups of a stream's accounts: batches add to the minutes they touch and give their absolute values."""

import hashlib
import operator
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from coagent.columns import Columns, Floats
from coagent.count.by_account import MINUTE_S, ByAccount, Place, one_after_the_other
from coagent.count.histograms import Counts, add, histograms
from coagent.count.row_counters import FIGURES, NANO_PER_USD, SUMMED, row_figures
from coagent.count.sketches import distinct_with
from coagent.domain.histogram import of_counts
from coagent.domain.rollup import Rollup
from coagent.domain.segment import OTHER, Segment

STATE_VERSION = 6
OPEN_PARTS = 400
"""Parts kept open, the most recently touched; a late row of a closed minute opens a new part of it. Enough for two
minutes of a stream with 200 busy accounts; 80 bytes of state each.
"""
OPEN_PARTS_PER_ACCOUNT = 4
MOST_PENDING_ROWS = 16_384
"""Rows that wait to be added up: 90 bytes each, and 400 for each account of a batch."""
MAX_ERROR_TYPES = 20
"""An account's minute keeps so many by name; an error text as type must not fill it."""


class Part(msgspec.Struct, array_like=True):
    """An account's minute while it is open. `figures` follow `FIGURES`; histograms by bin; sketches are serialized."""

    place: Place
    id: str
    figures: list[int]
    price_version: str | None = None
    duration: Counts = {}
    time_to_first_token: Counts = {}
    prompts: bytes | None = None
    prefixes: bytes | None = None
    error_types: dict[str, int] = {}


class Rollups:
    """Open minutes of a stream. Counts every row it is given: whoever calls drops what was seen before.

    Which part a row counts in is decided batch by batch, so that a replay decides the same; what the rows add up to is
    worked out where it is asked for, of many batches at once.
    """

    def __init__(self, segment: Segment, parts: list[Part]) -> None:
        self._segment = segment
        self._parts = {part.place: part for part in parts}
        self._pending: list[_Pending] = []
        self._changed: dict[int, tuple[Part, int]] = {}

    @classmethod
    def from_bytes(cls, data: bytes | None, segment: Segment) -> Self:
        """From `to_bytes`. None begins anew, and so do another version's bytes: that only splits minutes in parts."""
        if data is None:
            return cls(segment, [])
        version, stored = msgspec.msgpack.decode(data, type=tuple[int, msgspec.Raw])
        if version != STATE_VERSION:
            return cls(segment, [])
        parts, figures = msgspec.msgpack.decode(stored, type=tuple[list[Part], list[list[int]]])
        for part, one in zip(parts, zip(*figures, strict=True), strict=True):
            part.figures = list(one)
        return cls(segment, parts)

    def to_bytes(self) -> bytes:
        """Versioned msgpack of the open parts, the least recently touched first; each figure of all parts together,
        which takes a quarter less room compressed.
        """
        self._add_up()
        parts = [msgspec.structs.replace(part, figures=[]) for part in self._parts.values()]
        figures = list(zip(*(part.figures for part in self._parts.values()), strict=True))
        return msgspec.msgpack.encode((STATE_VERSION, (parts, figures)))

    def add(self, columns: Columns, sequence: int) -> list[Rollup]:
        """`note` and `take`."""
        self.note(columns, sequence)
        return self.take()

    def note(self, columns: Columns, sequence: int) -> None:
        """Counts rows; `sequence` is the last one's, and a minute's that of its last row, however rows are cut."""
        if not columns.rows:
            return
        by_batch = [ByAccount.of(one) for one in columns.by_batch]
        parts = [
            part for groups, one in zip(by_batch, columns.by_batch, strict=True) for part in self._touch(groups, one)
        ]
        groups = one_after_the_other(by_batch)
        of_parts = (sequence - columns.rows + 1 + groups.last_rows).tolist()
        self._changed |= {id(part): (part, one) for part, one in zip(parts, of_parts, strict=True)}
        self._pending.append(_Pending.of(columns, groups, parts))
        if sum(one.rows for one in self._pending) >= MOST_PENDING_ROWS:
            self._add_up()

    def take(self) -> list[Rollup]:
        """Absolute values of each minute that was touched since the last time, in the order of their first touch."""
        self._add_up()
        changed, self._changed = self._changed, {}
        return [_rollup(part, self._segment, sequence) for part, sequence in changed.values()]

    def _touch(self, groups: ByAccount, columns: Columns) -> list[Part]:
        """The part of each group; they are now the most recently touched."""
        parts, is_new = list[Part](), False
        for place, first in zip(groups.places, groups.first_rows.tolist(), strict=True):
            part = self._parts.pop(place, None)
            if part is None:
                part, is_new = Part(place, _origin(columns, first), []), True
            self._parts[place] = part
            parts.append(part)
        if is_new:
            self._close()
        return parts

    def _close(self) -> None:
        """All but the most recently touched, of each account and in all."""
        held: Counter[tuple[str | None, str | None]] = Counter()
        for number, place in enumerate(reversed(list(self._parts))):
            held[place[:2]] += 1
            if number >= OPEN_PARTS or held[place[:2]] > OPEN_PARTS_PER_ACCOUNT:
                del self._parts[place]

    def _add_up(self) -> None:
        if self._pending:
            _add_up(self._pending)
            self._pending = []


@dataclass(frozen=True, slots=True)
class _Pending:
    """A batch's rows in the order of its groups, each a part's: sums by group, and what is kept of single rows."""

    parts: list[Part]
    bounds: NDArray[np.int64]
    figures: NDArray[np.int64]
    durations: Floats
    first_tokens: Floats
    texts: "_TextsOfRows"

    @classmethod
    def of(cls, columns: Columns, groups: ByAccount, parts: list[Part]) -> Self:
        return cls(
            parts,
            groups.bounds,
            groups.sums(row_figures(columns)),
            groups.sort(columns.number("duration_s")),
            groups.sort(columns.number("time_to_first_token_s")),
            _TextsOfRows.of(columns, groups),
        )

    @property
    def rows(self) -> int:
        return len(self.durations)


def _add_up(pending: Sequence[_Pending]) -> None:
    """Adds all batches to their parts."""
    parts, of_group = _numbered([part for one in pending for part in one.parts])
    _add_figures(parts, of_group, np.concatenate([one.figures for one in pending], axis=1))
    of_row = np.repeat(of_group, np.concatenate([np.diff(one.bounds) for one in pending]))
    order = np.argsort(of_row, kind="stable")
    bounds = np.searchsorted(of_row[order], np.arange(len(parts) + 1))
    durations = histograms(np.concatenate([one.durations for one in pending])[order], bounds)
    first_tokens = histograms(np.concatenate([one.first_tokens for one in pending])[order], bounds)
    for part, duration, first_token in zip(parts, durations, first_tokens, strict=True):
        add(part.duration, duration)
        add(part.time_to_first_token, first_token)
    _add_texts(pending)


def _numbered(parts: Sequence[Part]) -> tuple[list[Part], NDArray[np.int64]]:
    """Each once, and the place of each among those."""
    places: dict[int, int] = {}
    numbers = [places.setdefault(id(part), len(places)) for part in parts]
    return list({id(part): part for part in parts}.values()), np.array(numbers, np.int64)


def _add_figures(parts: Sequence[Part], of_group: NDArray[np.int64], figures: NDArray[np.int64]) -> None:
    """`figures`: shape (figures, groups)."""
    order = np.argsort(of_group, kind="stable")
    starts = np.searchsorted(of_group[order], np.arange(len(parts)))
    sums = np.add.reduceat(figures[:, order], starts, axis=1).T.tolist()
    for part, added in zip(parts, sums, strict=True):
        part.figures = list(map(operator.add, part.figures, added)) if part.figures else added


@dataclass(frozen=True, slots=True)
class _TextsOfRows:
    prompts: "_Texts"
    prefixes: "_Texts"
    versions: "_Texts"
    error_types: "_Texts"

    @classmethod
    def of(cls, columns: Columns, groups: ByAccount) -> Self:
        names = ("prompt_hash", "prefix_hash", "price_version", "error_type")
        return cls(*[_Texts(columns, groups, name) for name in names])


def _add_texts(pending: Sequence[_Pending]) -> None:
    """In the order of the batches, for the last price version and the first names of errors count."""
    for one in pending:
        _add_versions(one)
        _add_error_types(one)
    for part, found in _distinct(pending, lambda texts: texts.prompts):
        part.prompts = distinct_with(part.prompts, found)
    for part, found in _distinct(pending, lambda texts: texts.prefixes):
        part.prefixes = distinct_with(part.prefixes, found)


def _add_versions(one: _Pending) -> None:
    for part, rows in one.texts.versions.groups(one):
        part.price_version = one.texts.versions.last(rows) or part.price_version


def _add_error_types(one: _Pending) -> None:
    for part, rows in one.texts.error_types.groups(one):
        for name, count in one.texts.error_types.counts(rows).items():
            named = name if name in part.error_types or len(part.error_types) < MAX_ERROR_TYPES else OTHER
            part.error_types[named] = part.error_types.get(named, 0) + count


def _distinct(
    pending: Sequence[_Pending], texts_of: Callable[[_TextsOfRows], "_Texts"]
) -> Iterator[tuple[Part, list[str]]]:
    """What each part saw in a column, each text once: a sketch costs more to open than to fill."""
    found: dict[int, tuple[Part, dict[str, None]]] = {}
    for one in pending:
        texts = texts_of(one.texts)
        for part, rows in texts.groups(one):
            found.setdefault(id(part), (part, {}))[1].update(dict.fromkeys(texts.distinct(rows)))
    return ((part, list(distinct)) for part, distinct in found.values())


NONE = np.array([], np.int32)
FEW = 32
"""Codes up to which Python counts faster than numpy sorts."""


class _Texts:
    """A text column by groups."""

    def __init__(self, columns: Columns, groups: ByAccount, name: str) -> None:
        self._values, codes = columns.text(name)
        self._codes = groups.sort(codes) if self._values else NONE

    def groups(self, batch: "_Pending") -> Iterator[tuple[Part, slice]]:
        """The batch's parts with their rows; nothing where the column is empty."""
        ends = pairwise(batch.bounds.tolist()) if self._values else ()
        return ((part, slice(*rows)) for part, rows in zip(batch.parts, ends, strict=False))

    def distinct(self, rows: slice) -> list[str]:
        return list(self.counts(rows))

    def last(self, rows: slice) -> str | None:
        known = self._known(rows)
        return self._values[known[-1]] if known.size else None

    def counts(self, rows: slice) -> dict[str, int]:
        """In the order in which they appear."""
        known = self._known(rows)
        if not known.size:
            return {}
        found = Counter(known.tolist()) if known.size <= FEW else _counted(known)
        return {self._values[code]: count for code, count in found.items()}

    def _known(self, rows: slice) -> NDArray[np.int32]:
        codes = self._codes[rows]
        return codes[codes >= 0] if codes.size else NONE


def _counted(codes: NDArray[np.int32]) -> dict[int, int]:
    found, first, counts = np.unique(codes, return_index=True, return_counts=True)
    order = np.argsort(first)
    return dict(zip(found[order].tolist(), counts[order].tolist(), strict=True))


def _origin(columns: Columns, row: int) -> str:
    return hashlib.blake2b(columns.place_of(row).encode(), digest_size=6).hexdigest()


def _rollup(part: Part, segment: Segment, sequence: int) -> Rollup:
    figures = dict(zip(FIGURES, part.figures, strict=True))
    sums = {name: figures[name] if figures[f"{name}_known"] else None for name in SUMMED}
    return Rollup(
        segment=msgspec.structs.replace(segment, task=part.place.task, tenant=part.place.tenant),
        minute=datetime.fromtimestamp(part.place.minute * MINUTE_S, UTC),
        part=part.id,
        sequence=sequence,
        requests=figures["requests"],
        errors=figures["errors"],
        truncations=figures["truncations"],
        refusals=sums["refusal"],
        fallbacks=sums["is_fallback"],
        cache_hits=sums["cache_hit"],
        streamed=sums["stream"],
        input_tokens=sums["input_tokens"],
        output_tokens=sums["output_tokens"],
        cached_input_tokens=sums["cached_input_tokens"],
        cache_write_tokens=sums["cache_write_tokens"],
        reasoning_tokens=sums["reasoning_tokens"],
        cost_usd=Decimal(figures["nano_usd"]) / NANO_PER_USD if figures["nano_usd_known"] else None,
        cost_known=figures["nano_usd_known"],
        cost_doubtful=figures["cost_doubtful"],
        list_cost_usd=Decimal(figures["nano_list_usd"]) / NANO_PER_USD if figures["nano_list_usd_known"] else None,
        list_cost_known=figures["nano_list_usd_known"],
        price_version=part.price_version,
        prompts_known=figures["prompt_hash_known"],
        prefixes_known=figures["prefix_hash_known"],
        duration=of_counts(part.duration),
        time_to_first_token=of_counts(part.time_to_first_token),
        prompt_sketch=part.prompts,
        prefix_sketch=part.prefixes,
        outcomes_known=figures["outcomes_known"],
        refusals_known=figures["refusal_known"],
        fallbacks_known=figures["is_fallback_known"],
        retries_known=figures["retry_known"],
        finishes_known=figures["finishes_known"],
        cacheable_input_tokens=figures["cacheable_input_tokens"],
        retries=figures["retry"] if figures["retry_known"] else None,
        error_types=dict(part.error_types),
        failed_cost_usd=Decimal(figures["nano_failed_usd"]) / NANO_PER_USD,
        tiers_known=figures["tiers_known"],
        priority_requests=figures["priority_requests"],
        batched_requests=figures["batched_requests"],
        long_inputs=figures["long_inputs"],
        long_input_tokens=figures["long_input_tokens"],
        max_tokens=sums["max_tokens"],
        max_tokens_known=figures["max_tokens_known"],
        tool_requests=figures["calls_tools"],
        tools_known=figures["calls_tools_known"],
        quality_score=_quality(figures),
        quality_scores_known=figures["nano_quality_score_known"],
        service_tier=part.place.tier,
    )


def _quality(figures: dict[str, int]) -> Decimal | None:
    known = figures["nano_quality_score_known"]
    return Decimal(figures["nano_quality_score"]) / NANO_PER_USD if known else None
