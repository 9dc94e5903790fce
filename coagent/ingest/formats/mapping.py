"""A mapping file's rules, applied: records of any JSON become requests, through canonical fields alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coagent.domain.rejected import Noted, Skipped
from coagent.domain.request import Request
from coagent.ingest.content.measures import texts
from coagent.ingest.formats.mapping_path import Path, value_at
from coagent.ingest.loose_json.moments import between_s, time_of
from coagent.ingest.loose_json.numbers import scaled
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import Refused, rejecting

MAX_LABEL_CHARS = 128
"""A name is shorter; what is longer, or of several lines, may be content and is left out."""

_OF_READING = frozenset({"host", "response_id", "end_time", "first_token_time"})


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one field comes from: the first path with a value, else the default; a constant has no path.

    `per` is how many of the unit make one of the field's own; `values` names what a value stands for, by its text;
    `measure` is `chars` or `items` for a length instead of the value.
    """

    target: str
    paths: tuple[Path, ...] = ()
    default: Any = None
    per: float | None = None
    values: Mapping[str, Any] | None = None
    measure: str | None = None
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping file. `each` is the path to the records within a message, None where it is one; `when` holds for the
    records that are read, by path and texts; the others are skipped as `skip`.
    """

    rules: tuple[Rule, ...]
    each: Path | None = None
    when: tuple[tuple[Path, frozenset[str]], ...] = ()
    skip: str = "not_mapped"
    input_excludes_cache: bool | None = None
    output_excludes_reasoning: bool | None = None

    def decode(self, value: bytes, options: DecodeOptions) -> list[Outcome]:
        """One request a record and what of it is not believed, or why there is none."""
        return rejecting(self._decode)(value, options)

    def values_of(self, record: Any) -> dict[str, Any]:
        """What each rule finds in a record, in the field's own unit; lengths instead of content."""
        return {rule.target: _value(rule, record) for rule in self.rules}

    def _decode(self, value: bytes, options: DecodeOptions) -> list[Outcome]:
        records = self._records(read_object(value))
        return [one for index, record in enumerate(records) for one in self._outcomes(record, options, index)]

    def _records(self, message: Any) -> list[Any]:
        if self.each is None:
            return [message]
        found = structured(value_at(message, self.each))
        if not isinstance(found, list):
            raise Refused("no_records", "no list where the mapping's `each` points to")
        return found

    def _outcomes(self, record: Any, options: DecodeOptions, index: int) -> list[Outcome]:
        if not all(_text(value_at(record, path)) in wanted for path, wanted in self.when):
            return [Skipped(reason=self.skip, index=index)]
        found = self.values_of(record)
        long = [rule.target for rule in self.rules if rule.is_text and _is_long(found[rule.target])]
        outcomes = outcomes_of(self._reading(found | dict.fromkeys(long)), options, index)
        return outcomes + _noted(long, index) if isinstance(outcomes[0], Request) else outcomes

    def _reading(self, found: dict[str, Any]) -> Reading:
        fields = {target: value for target, value in found.items() if target not in _OF_READING}
        start = fields["time"] = time_of(found.get("time"))
        for field, end in (("duration_s", "end_time"), ("time_to_first_token_s", "first_token_time")):
            if fields.get(field) is None and end in found:
                fields[field] = between_s(start, found[end])
        return Reading(
            fields=fields,
            host=_text_of(found.get("host")),
            response_id=_text_of(found.get("response_id")),
            input_excludes_cache=self.input_excludes_cache,
            output_excludes_reasoning=self.output_excludes_reasoning,
        )


_MEASURES: Mapping[str, Callable[[Any], int]] = {
    "chars": lambda found: sum(map(len, texts(structured(found)))),
    "items": lambda found: len(items) if isinstance(items := structured(found), list | dict) else 1,
}


def _value(rule: Rule, record: Any) -> Any:
    for path in rule.paths:
        found = value_at(record, path)
        if found is not None and found != "":
            return _turned(rule, found)
    return rule.default


def _turned(rule: Rule, found: Any) -> Any:
    if rule.measure:
        return _MEASURES[rule.measure](found)
    if rule.values is not None:
        return rule.values.get(_text(found), rule.default)
    value = found if rule.per is None else scaled(found, rule.per)
    return value if isinstance(value, str | int | float) else None


def _text_of(value: Any) -> str | None:
    return None if value is None else str(value)


def _text(value: Any) -> str:
    """As YAML writes it: `true`, `200`, `chat`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and (len(value) > MAX_LABEL_CHARS or not value.isprintable())


def _noted(long: list[str], index: int) -> list[Outcome]:
    detail = f"a name has at most {MAX_LABEL_CHARS} printable characters"
    return [Noted(reason=f"no_name:{target}", detail=f"{detail}, at $.{target}", index=index) for target in long]
