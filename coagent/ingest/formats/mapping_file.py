"""The mapping file: YAML that says where a record of any JSON has the canonical fields, checked when it is read.

each: calls                                 # a list of records within a message; left out: the message is one
when: {kind: [chat, embed]}                 # the records that are read
skip: other_event                           # by which reason the others are counted
fields:
  time: {path: started, unit: ms}
  provider: {value: openai}                 # a constant
  request_model: [req.model, model]         # the first that is there
  input_tokens: usage.in
  duration_s: {path: took, unit: ms}
  cost_usd: {path: price, unit: cents, default: 0}
  status: {path: ok, values: {true: ok, false: error}}
  output_chars: {path: answer, unit: chars} # the length, never the text
counting: {input_excludes_cache: true}
"""

import re
from collections.abc import Mapping
from typing import Any

from coagent.ingest.formats.mapping import Mapped, Rule
from coagent.ingest.formats.mapping_path import Path, parse_path
from coagent.ingest.formats.yaml_spot import Spot, read_spots
from coagent.ingest.record import TEXT_WIDTH, Record

_TIMES = frozenset({"time", "end_time", "first_token_time"})
_TEXTS = (frozenset(Record.__struct_fields__[:TEXT_WIDTH]) | {"host", "response_id"}) - {"cost_doubt"}
_COUNTS = frozenset(name for name in Record.__struct_fields__ if name.endswith("_tokens")) | {
    *("total_tokens", "uncached_input_tokens", "cache_write_5m_tokens", "max_tokens", "tool_calls", "attempt"),
}
_CHARS = frozenset({"input_chars", "output_chars"})
TARGETS = (frozenset(Record.__struct_fields__) | _TIMES | _TEXTS | _COUNTS) - {"cost_doubt"}

_SECONDS: Mapping[str, float] = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9, "min": 1 / 60}
_DOLLARS: Mapping[str, float] = {"usd": 1, "cents": 1e2, "millis": 1e3, "micros": 1e6, "nanos": 1e9}
_TOKENS: Mapping[str, float] = {"tokens": 1, "thousands": 1e-3}

_CONTENT = re.compile(
    r"(?:^|_)(?:prompts?|messages?|contents?|completions?|texts?|inputs?|outputs?|answers?|questions?|query|body|"
    r"instructions?|choices|documents?|transcript|arguments)$",
    re.IGNORECASE,
)
"""Last keys of paths that lead to what people and models said."""

_SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
_RULE_KEYS = ("path", "value", "default", "unit", "values")
_COUNTING = ("input_excludes_cache", "output_excludes_reasoning")


def read_mapping(data: bytes, file: str) -> Mapped:
    """The mapping of a file; raises Fatal with file, line and reason for what is wrong with it."""
    root = read_spots(data, file)
    parts = root.known("fields", "each", "when", "skip", "counting")
    if "fields" not in parts:
        raise root.error("`fields` is missing: it says where each canonical field stands")
    rules = tuple(_rule(target, spot) for target, spot in parts["fields"].items())
    _check_enough(rules, parts["fields"])
    counting = _counting(parts["counting"]) if "counting" in parts else {}
    return Mapped(
        rules=rules,
        each=_path(parts["each"]) if "each" in parts else None,
        when=_conditions(parts["when"]) if "when" in parts else (),
        skip=_slug(parts["skip"]) if "skip" in parts else "not_mapped",
        input_excludes_cache=counting.get("input_excludes_cache"),
        output_excludes_reasoning=counting.get("output_excludes_reasoning"),
    )


def _rule(target: str, spot: Spot) -> Rule:
    if target not in TARGETS:
        raise spot.error("no canonical field; docs/mapping.md lists them")
    parts = spot.known(*_RULE_KEYS) if spot.is_object() else {"path": spot}
    paths = tuple(map(_path, parts["path"].values())) if "path" in parts else ()
    if bool(paths) == ("value" in parts):
        raise spot.error("give a path, or a constant as `value`, and not both")
    _refuse_content(target, paths, parts.get("unit"), spot)
    return Rule(
        target=target,
        paths=paths,
        default=_constant(parts.get("value") or parts.get("default")),
        per=_per(target, parts.get("unit")),
        values=_values(parts["values"]) if "values" in parts else None,
        measure=_measure(target, parts.get("unit")),
        is_text=target in _TEXTS,
    )


def _path(spot: Spot) -> Path:
    try:
        return parse_path(spot.text())
    except ValueError as error:
        raise spot.error(str(error)) from None


def _constant(spot: Spot | None) -> Any:
    return None if spot is None else spot.scalar()


def _values(spot: Spot) -> dict[str, Any]:
    return {name.lower() if name in {"True", "False"} else name: value.scalar() for name, value in spot.items()}


def _per(target: str, unit: Spot | None) -> float | None:
    """How many of the unit make one of the field's own; None where the number is taken as it is."""
    if unit is None or _measure(target, unit):
        return None
    known = _units(target)
    if unit.text() not in known:
        raise unit.error(f"{unit.text()!r} is no unit of {target}; {', '.join(known) or 'it has none'}")
    return known[unit.text()]


def _units(target: str) -> Mapping[str, float]:
    if target in _TIMES or target.endswith("_s"):
        return _SECONDS
    if target == "cost_usd":
        return _DOLLARS
    return _TOKENS if target in _COUNTS else {}


def _measure(target: str, unit: Spot | None) -> str | None:
    """`chars` or `items`: the length of what stands there."""
    if unit is not None and unit.text() == "chars" and target in _CHARS:
        return "chars"
    return "items" if unit is not None and unit.text() == "items" and target == "tool_calls" else None


def _refuse_content(target: str, paths: tuple[Path, ...], unit: Spot | None, spot: Spot) -> None:
    """Raises Fatal for a text field that would be filled with content."""
    for path in paths:
        key = next((step for step in reversed(path) if isinstance(step, str)), "")
        if target in _TEXTS and _CONTENT.search(key):
            raise spot.error(f"`{key}` holds content, which coagent keeps nowhere; its length may go to *_chars")
    if target in _CHARS and unit is not None and _measure(target, unit) is None:
        raise unit.error(f"{unit.text()!r} is no unit of {target}; chars measures the text that stands there")


def _conditions(spot: Spot) -> tuple[tuple[Path, frozenset[str]], ...]:
    return tuple((_path_of(key, value), frozenset(map(_said, value.values()))) for key, value in spot.items())


def _path_of(text: str, spot: Spot) -> Path:
    try:
        return parse_path(text)
    except ValueError as error:
        raise spot.error(str(error)) from None


def _said(spot: Spot) -> str:
    value = spot.scalar()
    return str(value).lower() if isinstance(value, bool) else spot.text()


def _slug(spot: Spot) -> str:
    if not _SLUG.fullmatch(spot.text()):
        raise spot.error("a reason has 1 to 40 small letters, digits and _")
    return spot.text()


def _counting(spot: Spot) -> dict[str, bool]:
    found = {name: value.scalar() for name, value in spot.known(*_COUNTING).items()}
    if not all(isinstance(value, bool) for value in found.values()):
        raise spot.error("true or false")
    return found


def _check_enough(rules: tuple[Rule, ...], spot: Spot) -> None:
    targets = {rule.target for rule in rules}
    if "time" not in targets:
        raise spot.error("`time` is missing: no request counts without the time of its start")
    if not targets & {"request_model", "response_model"}:
        raise spot.error("`request_model` is missing: no request counts without its model")
