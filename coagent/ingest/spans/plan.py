"""Which of a span's attributes say what, worked out once for each sequence of keys: a service has few of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from coagent.ingest.content.attributes import error_type_of
from coagent.ingest.loose_json.numbers import seconds_of_ms
from coagent.ingest.loose_json.texts import as_object, unquoted
from coagent.ingest.spans import aliases
from coagent.ingest.spans.costs import cost_of
from coagent.ingest.spans.reads import Convert, Option, Place, Reads, reads_of
from coagent.ingest.spans.usage_words import IRRELEVANT, usage_field


def _kind_of(value: Any) -> Any:
    """The type that an object names."""
    return as_object(value).get("type")


def _first_of(value: Any) -> Any:
    """The first of a list; anything else as it is."""
    return (value[0] if value else None) if isinstance(value, list) else value


MAX_PLANS = 2_048
MAX_KEYS = 256
_CONVERTED: Mapping[str, Convert] = {"error_type": error_type_of, "finish_reason": _first_of, "cost_usd": cost_of}
_BY_NAME: Mapping[str, Convert] = {"braintrust.span_attributes": _kind_of}
_IN_JSON = "mlflow."
"""MLflow writes its texts as JSON, with quotes."""
_TTFT = re.compile(
    r"(?:gen_ai|llm|ai)\.(?:[a-z_]+\.)*(?:ttft|time_to_first_(?:token|chunk))(?:[._](?P<unit>ms|s|sec|seconds))?"
)
_LAST = 500
"""Behind all names that a table lists."""

_MARKS = frozenset({"provider", "request_model", "response_model", "operation", "kind"})


class Plan(msgspec.Struct, gc=False):
    """`reads` give canonical fields, `facts` the evidence of `aliases.FACTS`.

    `loose`: usage attributes without an alias, by their words: key, place, and the field or None where they are not
    understood. `usage_objects`, `cost_objects` and `parameter_objects` are places of whole objects. `tags`: producers
    that the keys show, of `aliases.TAGS`. `is_known` is false where nothing of it could be a model's request.
    """

    keys: tuple[str, ...]
    places: dict[str, int]
    reads: Reads = Reads()
    facts: Reads = Reads()
    loose: tuple[tuple[str, int, str | None], ...] = ()
    usage_objects: tuple[tuple[str, int], ...] = ()
    cost_objects: tuple[int, ...] = ()
    parameter_objects: tuple[int, ...] = ()
    tags: frozenset[str] = frozenset()
    has_content: bool = False
    is_known: bool = False


class Plans:
    """Plans by their keys, at most `limit`: where there are more kinds of spans, they are worked out anew."""

    def __init__(self, *, of_events: bool = False, limit: int = MAX_PLANS) -> None:
        self._of_events, self._limit = of_events, limit
        self._found: dict[tuple[str, ...], Plan] = {}

    def plan(self, keys: tuple[str, ...]) -> Plan:
        """The plan of these keys."""
        plan = self._found.get(keys)
        if plan is None:
            plan = made_plan(keys, of_event=self._of_events)
            if len(keys) <= MAX_KEYS:
                if len(self._found) >= self._limit:
                    self._found.clear()
                self._found[keys] = plan
        return plan


plan_of = Plans().plan
event_plan_of = Plans(of_events=True).plan


def made_plan(keys: tuple[str, ...], *, of_event: bool = False) -> Plan:
    """The plan of these keys, worked out. Events of coding agents use bare names, spans rarely."""
    places = {key: place for place, key in enumerate(keys)}
    is_bare = of_event or bool(_BARE_MODELS & places.keys() and _BARE_TOKENS & places.keys())
    fields = _ranked(places, _WITH_BARE if is_bare else _FIELDS)
    facts = _ranked(places, _FACTS_WITH_BARE if is_bare else _FACTS)
    loose = tuple(_loose(places))
    objects = {name: tuple((key, places[key]) for key in names if key in places) for name, names in _OBJECTS.items()}
    marked = not _MARKS.isdisjoint(name for name, _ in (*fields, *facts)) or bool(objects["usage"])
    if marked and not is_bare:
        fields = _ranked(places, _BESIDE_MARKS)
    return Plan(
        keys=keys,
        places=places,
        reads=reads_of(fields),
        facts=reads_of(facts),
        loose=loose,
        usage_objects=objects["usage"],
        cost_objects=tuple(place for _, place in objects["cost"]),
        parameter_objects=tuple(place for _, place in objects["parameters"]),
        tags=frozenset(tag for tag, starts in aliases.TAGS.items() if any(key.startswith(starts) for key in keys)),
        has_content=any(key.startswith(aliases.CONTENT_PREFIXES) for key in keys),
        is_known=marked,
    )


def _ranked(places: Mapping[str, int], index: Mapping[str, tuple[str, int, Convert | None]]) -> tuple[Option, ...]:
    found: dict[str, list[tuple[int, Place]]] = {}
    for key, place in places.items():
        if meaning := index.get(key) or _first_token(key):
            field, rank, convert = meaning
            found.setdefault(field, []).append((rank, (place, convert)))
    return tuple((field, tuple(place for _, place in sorted(options, key=_rank))) for field, options in found.items())


def _first_token(key: str) -> tuple[str, int, Convert | None] | None:
    """The meaning of a name for the time to the first token that no table lists."""
    found = _TTFT.fullmatch(key)
    if found is None:
        return None
    return "time_to_first_token_s", _LAST, seconds_of_ms if found["unit"] == "ms" else None


def _rank(option: tuple[int, Place]) -> int:
    return option[0]


def _loose(places: Mapping[str, int]) -> Iterator[tuple[str, int, str | None]]:
    """Keys about usage that no table lists; an irrelevant one may still hold an object with relevant parts."""
    for key, place in places.items():
        if key in _LISTED:
            continue
        if key.startswith(aliases.USAGE_PREFIXES):
            yield key, place, usage_field(key)
        elif key.startswith(aliases.TOKEN_PREFIXES) and "token" in key.lower():
            field = usage_field(key)
            if field not in {None, IRRELEVANT}:
                yield key, place, field


def _entries(
    table: Mapping[str, Sequence[str]], first_rank: int, convert: Convert | None = None
) -> Iterator[tuple[str, tuple[str, int, Convert | None]]]:
    for field, names in table.items():
        for rank, name in enumerate(names):
            quoted = unquoted if name.startswith(_IN_JSON) else None
            yield name, (field, first_rank + rank, convert or _BY_NAME.get(name) or quoted or _CONVERTED.get(field))


_FIELDS = dict(
    [
        *_entries(aliases.SECONDS, 200),
        *_entries(aliases.MILLISECONDS, 100, seconds_of_ms),
        *_entries(aliases.FIELDS, 0),
    ]
)
_WITH_BARE = dict([*_entries(aliases.BARE, 300), *_entries(aliases.BARE_MILLISECONDS, 400, seconds_of_ms)]) | _FIELDS
_BESIDE_MARKS = dict(_entries(aliases.BARE_BESIDE_MARKS, 300)) | _FIELDS
_FACTS = dict(_entries(aliases.FACTS, 0))
_FACTS_WITH_BARE = dict(_entries(aliases.BARE_FACTS, 100)) | _FACTS
_BARE_MODELS = frozenset(aliases.BARE["request_model"])
_BARE_TOKENS = frozenset(name for field in ("input_tokens", "output_tokens") for name in aliases.BARE[field])
_OBJECTS = {
    "usage": aliases.USAGE_OBJECTS,
    "cost": aliases.COST_OBJECTS,
    "parameters": aliases.PARAMETER_OBJECTS,
}
_LISTED = frozenset(_FIELDS) | frozenset(_FACTS) | {name for names in _OBJECTS.values() for name in names}
