"""Token counts in coagent's terms: input includes cached and cache-writing tokens, output includes reasoning.

Producers count either way. Which one it was follows from the producer where it is known, else from arithmetic where
it is decisive: a part cannot be larger than its whole, and a total adds up in one way only. Elsewhere the counts are
taken as the OpenTelemetry conventions define them, parts included.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from msgspec.structs import force_setattr

from coagent.domain.request import Request
from coagent.ingest.normalize.notes import Notes
from coagent.ingest.normalize.usage_keys import MAX_KEYS, may_change_price, slug_of
from coagent.ingest.reading import Reading

CONTRADICTORY = "contradictory_counts"
UNREAD = "unread_usage"
UNDECIDED = "undecided_cache_counts"

PARTS = (
    (("cached_input_tokens", "cache_write_tokens"), "input_tokens"),
    (("reasoning_tokens",), "output_tokens"),
    (("cache_write_1h_tokens",), "cache_write_tokens"),
    (("input_audio_tokens",), "input_tokens"),
    (("output_audio_tokens",), "output_tokens"),
)
"""Counts that together are at most the last one."""

_NEGLIGIBLE = 0.01
"""Totals that miss the sum of their parts by less change no price worth telling."""

_MAX_COUNT = 10**12
_EITHER_WAY = ("anthropic", "claude", "bedrock")
"""Their own APIs count input without its cache, most tools include it: nothing but the counts tells which."""


def settle_tokens(request: Request, reading: Reading, notes: Notes) -> None:
    """Completes the request's counts in place, and says where a price must not be taken from them."""
    fields = reading.fields
    _add_cache_writes(request, fields, notes)
    if (
        request.cached_input_tokens
        or request.cache_write_tokens
        or request.reasoning_tokens
        or request.input_audio_tokens
        or request.output_audio_tokens
        or fields.get("total_tokens") is not None
        or fields.get("uncached_input_tokens") is not None
    ):
        _settle_parts(request, reading, notes)
    if reading.unread:
        _note_unread(request, reading.unread, notes)


def contradiction(request: Request) -> str:
    """Which part of the request's tokens is larger than its whole; empty where none is."""
    for parts, whole_name in PARTS:
        total = getattr(request, whole_name)
        if total is not None and sum([getattr(request, part) or 0 for part in parts]) > total:
            return f"{' and '.join(parts)} exceed {whole_name}"
    return ""


def doubt(request: Request, detail: str, notes: Notes) -> None:
    """No list price is taken from counts that contradict each other; a billed cost stands."""
    notes.add(CONTRADICTORY, f"{detail}: the counts are kept, no list price is taken from them")
    force_setattr(request, "cost_doubt", CONTRADICTORY)


@dataclass(slots=True)
class _Counts:
    """Of one request: what it says, and how much of its parts is missing in input and output (`None`: not decided)."""

    input: int
    output: int
    read: int
    write: int
    reasoning: int
    total: int | None

    @property
    def cache(self) -> int:
        return self.read + self.write

    @property
    def missing(self) -> int | None:
        """What the total has beyond input and output."""
        return self.total - self.input - self.output if self.total else None


def _settle_parts(request: Request, reading: Reading, notes: Notes) -> None:
    counts = _counts(request, reading)
    uncached = whole(reading.fields.get("uncached_input_tokens"))
    decided = _by_total(counts)
    added_input, added_output = decided or (0, 0)
    if uncached is not None:
        _take_uncached(request, counts, uncached)
    elif request.input_tokens is not None:
        added = _missing_input(counts, reading.input_excludes_cache, added_input)
        if added:
            force_setattr(request, "input_tokens", counts.input + added)
        elif decided is None and reading.input_excludes_cache is None and counts.cache:
            _note_undecided(request, notes)
    if request.output_tokens is not None:
        added = _missing_output(counts, reading.output_excludes_reasoning, added_output)
        force_setattr(request, "output_tokens", counts.output + added)
    if detail := contradiction(request) or _odd_total(request, counts):
        doubt(request, detail, notes)


def _counts(request: Request, reading: Reading) -> _Counts:
    unknown = request.input_tokens is None or request.output_tokens is None
    return _Counts(
        input=request.input_tokens or 0,
        output=request.output_tokens or 0,
        read=request.cached_input_tokens or 0,
        write=request.cache_write_tokens or 0,
        reasoning=request.reasoning_tokens or 0,
        total=None if unknown else whole(reading.fields.get("total_tokens")),
    )


def _by_total(counts: _Counts) -> tuple[int, int] | None:
    """What input and output lack, where the total says so in one way only. A total of just input and output decides
    nothing: it is added up from them by whoever counts either way.
    """
    missing = counts.missing
    if not missing or missing < 0:
        return None
    ways = {way for way in _ways(counts) if sum(way) == missing}
    return ways.pop() if len(ways) == 1 else None


def _ways(counts: _Counts) -> Iterator[tuple[int, int]]:
    return product((0, counts.cache, counts.read, counts.write), (0, counts.reasoning))


def _missing_input(counts: _Counts, excludes: bool | None, by_total: int) -> int:
    if excludes:
        return counts.cache
    if by_total:
        return by_total
    return counts.cache if excludes is None and counts.cache > counts.input else 0


def _missing_output(counts: _Counts, excludes: bool | None, by_total: int) -> int:
    if excludes or by_total:
        return counts.reasoning
    return counts.reasoning if excludes is None and counts.reasoning > counts.output else 0


def _take_uncached(request: Request, counts: _Counts, uncached: int) -> None:
    """Input is what was not cached, what was read and what was written; some count the written as not cached."""
    if request.input_tokens is None or counts.input == uncached or counts.input < counts.cache:
        force_setattr(request, "input_tokens", uncached + counts.cache)


def _odd_total(request: Request, counts: _Counts) -> str:
    """Why a total fits neither the counts as they were nor as they are now."""
    missing = counts.missing
    if not missing:
        return ""
    grown = (request.input_tokens or 0) - counts.input, (request.output_tokens or 0) - counts.output
    explained = {sum(way) for way in _ways(counts)} | {-counts.cache, -counts.read, -counts.write} | {sum(grown)}
    odd = missing not in explained and abs(missing) > _NEGLIGIBLE * (counts.input + counts.output)
    return "the total is not the sum of its parts" if odd else ""


def _note_undecided(request: Request, notes: Notes) -> None:
    served = f"{request.provider} {request.request_model}".lower()
    if any(name in served for name in _EITHER_WAY):
        notes.add(UNDECIDED, "input tokens are taken to include their cache reads and writes, at $.input_tokens")


def _add_cache_writes(request: Request, fields: dict[str, Any], notes: Notes) -> None:
    """Cache writes of five minutes and of an hour make up the cache writes."""
    short, long, both = (
        whole(fields.get("cache_write_5m_tokens")),
        request.cache_write_1h_tokens,
        request.cache_write_tokens,
    )
    if short is None and long is None:
        return
    if both is None:
        force_setattr(request, "cache_write_tokens", (short or 0) + (long or 0))
    elif (short or 0) + (long or 0) > both:
        doubt(request, "cache writes by lifetime exceed cache writes", notes)
    elif long is None and short is not None:
        force_setattr(request, "cache_write_1h_tokens", both - short)


def _note_unread(request: Request, unread: tuple[str, ...], notes: Notes) -> None:
    pricing = [key for key in dict.fromkeys(unread) if may_change_price(key)]
    for key in pricing[:MAX_KEYS]:
        notes.add(f"unread:{slug_of(key)}", "a usage key that nothing reads and that may change the price")
    if len(pricing) > MAX_KEYS:
        notes.add("unread:(more)", f"{len(pricing) - MAX_KEYS} more usage keys that nothing reads")
    if pricing and request.cost_doubt is None:
        force_setattr(request, "cost_doubt", UNREAD)


def whole(written: Any) -> int | None:
    """A count that is no field of a request, as number or text; None where it is none."""
    if type(written) is int:
        return written if 0 <= written <= _MAX_COUNT else None
    if not isinstance(written, str | float) or (isinstance(written, str) and len(written) > len(str(_MAX_COUNT)) + 4):
        return None
    try:
        number = float(written)
    except ValueError:
        return None
    return int(number) if number.is_integer() and 0 <= number <= _MAX_COUNT else None
