"""Minute rollups of a stream's accounts: each batch adds to the minutes it touches and gives their absolute values."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from coagent.detect.by_account import MINUTE_S, ByAccount, Place
from coagent.detect.columns import Columns
from coagent.detect.histograms import Counts, add, histograms
from coagent.detect.row_counters import FIGURES, NANO_PER_USD, SUMMED, row_figures
from coagent.detect.sketches import distinct_with
from coagent.domain.batch import Source
from coagent.domain.histogram import of_counts
from coagent.domain.rollup import Rollup
from coagent.domain.segment import OTHER, Segment

STATE_VERSION = 3
OPEN_PARTS = 512
"""Parts kept open, the most recently touched; a late row of a closed minute opens a new part of it. Enough for a few
minutes of a stream with 100 busy accounts.
"""
OPEN_PARTS_PER_ACCOUNT = 4
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
    """Open minutes of a stream. Counts every row it is given: whoever calls drops what was seen before."""

    def __init__(self, segment: Segment, parts: list[Part]) -> None:
        self._segment = segment
        self._parts = {part.place: part for part in parts}

    @classmethod
    def from_bytes(cls, data: bytes | None, segment: Segment) -> Self:
        """From `to_bytes`. None begins anew, and so do another version's bytes: that only splits minutes in parts."""
        if data is None:
            return cls(segment, [])
        version, parts = msgspec.msgpack.decode(data, type=tuple[int, msgspec.Raw])
        return cls(segment, msgspec.msgpack.decode(parts, type=list[Part]) if version == STATE_VERSION else [])

    def to_bytes(self) -> bytes:
        """Versioned msgpack of the open parts, the least recently touched first."""
        return msgspec.msgpack.encode((STATE_VERSION, list(self._parts.values())))

    def add(self, columns: Columns, source: Source, sequence: int) -> list[Rollup]:
        """Absolute values of each minute that the rows touch, ascending; `sequence` grows from call to call."""
        if not columns.rows:
            return []
        touched = list(self._touch(columns, source))
        self._close()
        return [_rollup(part, self._segment, sequence) for part in touched]

    def _close(self) -> None:
        """All but the most recently touched, of each account and in all."""
        held: Counter[tuple[str | None, str | None]] = Counter()
        for number, place in enumerate(reversed(list(self._parts))):
            held[place[:2]] += 1
            if number >= OPEN_PARTS or held[place[:2]] > OPEN_PARTS_PER_ACCOUNT:
                del self._parts[place]

    def _touch(self, columns: Columns, source: Source) -> Iterator[Part]:
        groups = ByAccount.of(columns)
        details = _Details(columns, groups)
        figures = groups.sums(row_figures(columns)).T.tolist()
        for place, first, rows, added in zip(groups.places, groups.first_rows, groups.slices(), figures, strict=True):
            part = self._parts.pop(place, None) or Part(place, _origin(columns, first, source), [])
            part.figures = [a + b for a, b in zip(part.figures, added, strict=True)] if part.figures else added
            details.update(part, rows)
            self._parts[place] = part
            yield part


class _Details:
    """What is kept of single rows beside their sums, in the order of their groups."""

    def __init__(self, columns: Columns, groups: ByAccount) -> None:
        self._durations = histograms(groups.sort(columns.number("duration_s")), groups.bounds)
        self._first_tokens = histograms(groups.sort(columns.number("time_to_first_token_s")), groups.bounds)
        self._prompts = _Texts(columns, groups, "prompt_hash")
        self._prefixes = _Texts(columns, groups, "prefix_hash")
        self._versions = _Texts(columns, groups, "price_version")
        self._error_types = _Texts(columns, groups, "error_type")

    def update(self, part: Part, rows: slice) -> None:
        """Call once a group, in their order."""
        add(part.duration, next(self._durations))
        add(part.time_to_first_token, next(self._first_tokens))
        part.prompts = distinct_with(part.prompts, self._prompts.distinct(rows))
        part.prefixes = distinct_with(part.prefixes, self._prefixes.distinct(rows))
        part.price_version = self._versions.last(rows) or part.price_version
        for name, count in self._error_types.counts(rows).items():
            named = name if name in part.error_types or len(part.error_types) < MAX_ERROR_TYPES else OTHER
            part.error_types[named] = part.error_types.get(named, 0) + count


NONE = np.array([], np.int32)
FEW = 32
"""Codes up to which Python counts faster than numpy sorts."""


class _Texts:
    """A text column by groups."""

    def __init__(self, columns: Columns, groups: ByAccount, name: str) -> None:
        self._values, codes = columns.text(name)
        self._codes = groups.sort(codes) if self._values else NONE

    def distinct(self, rows: slice) -> list[str]:
        return list(self.counts(rows))

    def last(self, rows: slice) -> str | None:
        known = self._known(rows)
        return self._values[known[-1]] if known.size else None

    def counts(self, rows: slice) -> dict[str, int]:
        """In the order of their codes."""
        known = self._known(rows)
        if not known.size:
            return {}
        found = Counter(known.tolist()) if known.size <= FEW else _counted(known)
        return {self._values[code]: found[code] for code in sorted(found)}

    def _known(self, rows: slice) -> NDArray[np.int32]:
        codes = self._codes[rows]
        return codes[codes >= 0] if codes.size else NONE


def _counted(codes: NDArray[np.int32]) -> dict[int, int]:
    found, counts = np.unique(codes, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def _origin(columns: Columns, row: int, source: Source) -> str:
    place = f"{source}/{columns.offsets[row]}/{columns.indexes[row]}"
    return hashlib.blake2b(place.encode(), digest_size=6).hexdigest()


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
    )
