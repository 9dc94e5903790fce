"""The canonical record with the bounds of each field: what every format is checked against."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, get_args

import msgspec
from msgspec import Meta

from coagent.domain.request import Request, Status
from coagent.ingest.options import EARLIEST_S, DecodeOptions
from coagent.ingest.refused import Refused, refused_by

MAX_TEXT_CHARS = 512
STATUSES = frozenset(get_args(Status))

Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_CHARS)]
Count = Annotated[int, Meta(ge=0, le=10**12)]
Seconds = Annotated[float, Meta(ge=0, le=366 * 86_400)]
Finite = Annotated[float, Meta(ge=-1e9, le=1e9)]
Moment = Annotated[datetime, Meta(tz=True)] | float


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request's fields in the order of a row: segment, texts, numbers. `time` is aware or epoch seconds.

    Texts have 1 to 512 characters: a longer one rejects the record, for a shortened id is a wrong id.
    """

    provider: Text
    request_model: Text
    endpoint: Text | None = None
    task: Text | None = None
    tenant: Text | None = None

    request_id: Text | None = None
    response_model: Text | None = None
    system_fingerprint: Text | None = None
    service_tier: Text | None = None
    operation: Text | None = None
    app_version: Text | None = None
    prompt_template: Text | None = None
    prompt_hash: Text | None = None
    prefix_hash: Text | None = None
    conversation_id: Text | None = None
    finish_reason: Text | None = None
    status: Status | None = None
    error_type: Text | None = None
    cost_doubt: Text | None = None

    time: Moment
    stream: bool | None = None
    temperature: Finite | None = None
    top_p: Finite | None = None
    max_tokens: Count | None = None
    seed: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None = None
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cached_input_tokens: Count | None = None
    cache_write_tokens: Count | None = None
    cache_write_1h_tokens: Count | None = None
    reasoning_tokens: Count | None = None
    input_audio_tokens: Count | None = None
    output_audio_tokens: Count | None = None
    input_chars: Count | None = None
    output_chars: Count | None = None
    time_to_first_token_s: Seconds | None = None
    duration_s: Seconds | None = None
    http_status: Annotated[int, Meta(ge=100, le=999)] | None = None
    attempt: Count | None = None
    is_fallback: bool | None = None
    cache_hit: bool | None = None
    tool_calls: Count | None = None
    schema_valid: bool | None = None
    refusal: bool | None = None
    mean_logprob: Annotated[float, Meta(ge=-1e6, le=1e-6)] | None = None
    quality_score: Annotated[float, Meta(ge=0, le=1)] | None = None
    cost_usd: Annotated[float, Meta(ge=0, le=1e9)] | None = None


SEGMENT_WIDTH = 5
TEXT_WIDTH = 19
ROW_WIDTH = len(Record.__struct_fields__)
"""A row's first 5 values are its segment's, the first 19 are texts, the 20th is the time."""

_WHOLE = frozenset(name for name, kind in Record.__annotations__.items() if kind == Count | None) | {
    "seed",
    "http_status",
}
_CONTROL = re.compile("[\x00-\x1f\ud800-\udfff]")


def to_request(
    fields: Mapping[str, Any], options: DecodeOptions, attributes: dict[str, str], response_id: str | None = None
) -> Request:
    """A checked request from canonical names and plain values; None and "" are unknown. Raises Refused."""
    known = _known(fields)
    _check_texts(known)
    try:
        record = msgspec.convert(known, Record)
    except msgspec.ValidationError as error:
        raise refused_by(error) from None
    found = {name: getattr(record, name) for name in known}
    found["time"] = _checked_time(record.time, options)
    return Request(**found, attributes=attributes, response_id=response_id)


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in fields.items() if value is not None and value != ""}
    for name, value in known.items():
        if type(value) is float:
            known[name] = _number(name, value)
    return known


def _number(name: str, value: float) -> float:
    """JSON knows one kind of number: 45.0 tokens are 45."""
    if not math.isfinite(value):
        raise Refused(f"not_finite:{name}", f"{name} is NaN or infinite, at $.{name}")
    return int(value) if name in _WHOLE and value.is_integer() else value


def _check_texts(known: Mapping[str, Any]) -> None:
    for name, value in known.items():
        if type(value) is str and _CONTROL.search(value):
            raise Refused(f"control_character:{name}", f"{name} holds a control character, at $.{name}")


def _checked_time(time: datetime | float, options: DecodeOptions) -> datetime:
    seconds = time if isinstance(time, float) else time.timestamp()
    if not EARLIEST_S <= seconds <= options.latest_s:
        raise Refused(
            "time_out_of_range", "time is before 2015 or more than a day ahead (epoch is in seconds), at $.time"
        )
    return datetime.fromtimestamp(time, UTC) if isinstance(time, float) else time.astimezone(UTC)
