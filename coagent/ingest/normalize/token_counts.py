"""Token counts in coagent's terms: input includes cached and cache-writing tokens, output includes reasoning.

Producers count either way. Which one it was follows from the producer where it is known, else from arithmetic where
it is decisive: a part cannot be larger than its whole, and a total adds up in one way only. Elsewhere the counts are
taken as the OpenTelemetry conventions define them, parts included.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

from msgspec.structs import force_setattr

from coagent.domain.request import Request
from coagent.ingest.normalize.notes import Notes
from coagent.ingest.normalize.usage_keys import MAX_KEYS, may_change_price, slug_of
from coagent.ingest.reading import Reading

CONTRADICTORY = "contradictory_counts"
UNREAD = "unread_usage"
ZERO = "zero_counts"
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
"""Totals that miss the sum of their parts by less change no price worth noting."""

_MAX_COUNT = 10**12
_EITHER_WAY = ("anthropic", "claude", "bedrock")
"""Their own APIs count input without its cache, most tools include it: nothing but the counts shows which."""


def settle_tokens(request: Request, reading: Reading, notes: Notes) -> None:
    """Completes the request's counts in place, and says where a price must not be taken from them."""
    fields = reading.fields
    if request.input_tokens == 0 and not request.cache_hit and _counts_nothing(request):
        _forget_zeros(request, notes)
    if not _add_up(request, reading, fields):
        _add_cache_writes(request, fields, notes)
        _settle_parts(request, reading, notes)
    elif reading.input_excludes_cache is None and (request.cached_input_tokens or request.cache_write_tokens):
        _note_undecided(request, notes)
    if reading.unread:
        _note_unread(request, reading.unread, notes)


def _counts_nothing(request: Request) -> bool:
    parts = request.cached_input_tokens, request.cache_write_tokens, request.reasoning_tokens
    return not request.output_tokens and not any(parts)


def _forget_zeros(request: Request, notes: Notes) -> None:
    """No model answers to nothing: such a 0 is what tools write for what they do not know. Of a failure that is
    ordinary.
    """
    for name in ("input_tokens", "output_tokens"):
        force_setattr(request, name, None)
    if request.status != "error":
        notes.append((ZERO, "no input tokens and no output tokens: both counts are unknown, at $.input_tokens"))


def _add_up(request: Request, reading: Reading, fields: dict[str, Any]) -> bool:
    """Whether nothing of the counts is to be completed or doubted: the ordinary case."""
    found, made, total = request.input_tokens, request.output_tokens, fields.get("total_tokens")
    return (
        (total is None or (found is not None and made is not None and total == found + made))
        and _fit(request)
        and request.cache_write_1h_tokens is None
        and fields.get("uncached_input_tokens") is None
        and fields.get("cache_write_5m_tokens") is None
        and not (reading.input_excludes_cache or reading.output_excludes_reasoning)
    )


def contradiction(request: Request) -> str:
    """Which part of the request's tokens is larger than its whole; empty where none is."""
    if _fit(request):
        return ""
    for parts, whole_name in PARTS:
        total = getattr(request, whole_name)
        if total is not None and sum([getattr(request, part) or 0 for part in parts]) > total:
            return f"{' and '.join(parts)} exceed {whole_name}"
    return ""


def _fit(request: Request) -> bool:
    """Whether all parts fit into their wholes: the same as `PARTS`, unrolled, for it is asked of every request."""
    found, made, written = request.input_tokens, request.output_tokens, request.cache_write_tokens
    return (
        (found is None or (request.cached_input_tokens or 0) + (written or 0) <= found)
        and (made is None or (request.reasoning_tokens or 0) <= made)
        and (written is None or (request.cache_write_1h_tokens or 0) <= written)
        and (found is None or (request.input_audio_tokens or 0) <= found)
        and (made is None or (request.output_audio_tokens or 0) <= made)
    )


def doubt(request: Request, detail: str, notes: Notes) -> None:
    """No list price is taken from counts that contradict each other; a billed cost stands."""
    notes.append((CONTRADICTORY, f"{detail}: the counts are kept, no list price is taken from them"))
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
    ways = _ways(counts)
    added_input, added_output = next(iter(ways)) if len(ways) == 1 else (0, 0)
    if uncached is not None:
        _take_uncached(request, counts, uncached)
    elif request.input_tokens is not None:
        if added := _missing_input(counts, reading.input_excludes_cache, added_input):
            force_setattr(request, "input_tokens", counts.input + added)
        elif counts.cache and not ways and reading.input_excludes_cache is None:
            _note_undecided(request, notes)
    if counts.reasoning and request.output_tokens is not None:
        added = _missing_output(counts, reading.output_excludes_reasoning, added_output)
        force_setattr(request, "output_tokens", counts.output + added)
    if detail := contradiction(request) or _odd_total(request, counts, ways):
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


def _ways(counts: _Counts) -> set[tuple[int, int]]:
    """What input and output may lack for the total to be their sum. None where it is just that sum: a total of input
    and output decides nothing, for whoever counts either way adds it up from them.
    """
    missing = counts.missing
    if not missing or missing < 0:
        return set()
    inputs, outputs = (0, counts.cache, counts.read, counts.write), (0, counts.reasoning)
    return {way for way in product(inputs, outputs) if sum(way) == missing}


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


def _odd_total(request: Request, counts: _Counts, ways: set[tuple[int, int]]) -> str:
    """Why a total does not go with the counts as they are now."""
    missing = counts.missing
    if not missing:
        return ""
    grown = (request.input_tokens or 0) - counts.input, (request.output_tokens or 0) - counts.output
    if len(ways) > 1 and grown not in ways:
        return "the total is the sum of several of its parts"
    explained = ways or missing in {sum(grown), -counts.cache, -counts.read, -counts.write}
    odd = not explained and abs(missing) > _NEGLIGIBLE * (counts.input + counts.output)
    return "the total is not the sum of its parts" if odd else ""


def _note_undecided(request: Request, notes: Notes) -> None:
    if _counts_either_way(request.provider, request.request_model):
        notes.append((UNDECIDED, "input tokens are taken to include their cache reads and writes, at $.input_tokens"))


@lru_cache(4096)
def _counts_either_way(provider: str, model: str) -> bool:
    served = f"{provider} {model}".lower()
    return any(name in served for name in _EITHER_WAY)


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
        notes.append((f"unread:{slug_of(key)}", "a usage key that nothing reads and that may change the price"))
    if len(pricing) > MAX_KEYS:
        notes.append(("unread:(more)", f"{len(pricing) - MAX_KEYS} more usage keys that nothing reads"))
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
