"""Minute rollups of a stream's accounts: each batch adds to the minutes it touches and gives their absolute values."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Self

import msgspec
import numpy as np

from coagent.detect.by_account import MINUTE_S, ByAccount, Place
from coagent.detect.columns import Columns
from coagent.detect.row_counters import FIGURES, NANO_PER_USD, SUMMED, row_figures
from coagent.detect.sketches import digest_with, prompts_with
from coagent.domain.batch import Source
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment

STATE_VERSION = 2
OPEN_PARTS = 512
"""Parts kept open, the most recently touched; a late row of a closed minute opens a new part of it. Enough for a few
minutes of a stream with 100 busy accounts.
"""
OPEN_PARTS_PER_ACCOUNT = 4


class Part(msgspec.Struct, array_like=True):
    """An account's minute while it is open. `figures` follow `FIGURES`; sketches are serialized."""

    place: Place
    id: str
    figures: list[int]
    price_version: str | None = None
    duration: bytes | None = None
    time_to_first_token: bytes | None = None
    prompts: bytes | None = None


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
        sketched = _Sketched(columns, groups)
        figures = groups.sums(row_figures(columns)).T.tolist()
        for place, first, rows, added in zip(groups.places, groups.first_rows, groups.slices(), figures, strict=True):
            part = self._parts.pop(place, None) or Part(place, _origin(columns, first, source), [])
            part.figures = [a + b for a, b in zip(part.figures, added, strict=True)] if part.figures else added
            sketched.update(part, rows)
            self._parts[place] = part
            yield part


class _Sketched:
    """What is kept of single rows, in the order of their minutes."""

    def __init__(self, columns: Columns, groups: ByAccount) -> None:
        self._duration = groups.sort(columns.number("duration_s"))
        self._first_token = groups.sort(columns.number("time_to_first_token_s"))
        self._prompts, codes = columns.text("prompt_hash")
        self._prompt_codes = groups.sort(codes)
        self._versions, codes = columns.text("price_version")
        self._version_codes = groups.sort(codes)

    def update(self, part: Part, rows: slice) -> None:
        part.duration = digest_with(part.duration, self._duration[rows])
        part.time_to_first_token = digest_with(part.time_to_first_token, self._first_token[rows])
        if self._prompts:
            codes = np.unique(self._prompt_codes[rows])
            part.prompts = prompts_with(part.prompts, [self._prompts[code] for code in codes if code >= 0])
        if self._versions:
            known = self._version_codes[rows]
            known = known[known >= 0]
            part.price_version = self._versions[known[-1]] if known.size else part.price_version


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
        duration_sketch=part.duration,
        time_to_first_token_sketch=part.time_to_first_token,
        prompt_sketch=part.prompts,
    )
