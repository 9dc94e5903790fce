"""From a reading to its outcomes."""

from functools import lru_cache
from typing import Any

from coagent.ingest.content.attributes import kept_attributes
from coagent.ingest.endpoint import endpoint_of
from coagent.ingest.normalize.moments import moment
from coagent.ingest.normalize.notes import Notes, noted
from coagent.ingest.normalize.served_by import Served, served_by
from coagent.ingest.normalize.spellings import finish_reason_of, status_of
from coagent.ingest.normalize.token_counts import settle_tokens
from coagent.ingest.normalize.values import read_request
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import Refused

_STATUSES = ("ok", "error")
_MAX_HOST_CHARS = 256
_endpoint_of_short = lru_cache(4096)(endpoint_of)


def outcomes_of(reading: Reading, options: DecodeOptions, index: int = 0) -> list[Outcome]:
    """The request, then one `Noted` for each thing of it that is not read or not believed; or why there is none."""
    notes: Notes = []
    try:
        request = read_request(_in_own_terms(reading, options), notes)
    except Refused as refused:
        return [refused.at(index)]
    settle_tokens(request, reading, notes)
    return [request, *noted(notes, index)] if notes else [request]


def _in_own_terms(reading: Reading, options: DecodeOptions) -> dict[str, Any]:
    """The fields with what is required among them. Raises Refused."""
    fields = reading.fields.copy()
    time = fields.get("time")
    endpoint = fields.get("endpoint") or (_endpoint(reading.host) if reading.host else None)
    provider, model = _served(fields, endpoint, reading.marks)
    if not provider or not model or time is None or time == "":
        raise _missing({"provider": provider, "request_model": model, "time": time})
    fields["provider"], fields["request_model"] = provider, model
    fields["time"] = moment(time, options)
    if endpoint or "endpoint" in fields:
        fields["endpoint"] = endpoint
    if reading.response_id:
        fields["response_id"] = reading.response_id
    if reading.attributes:
        fields["attributes"] = kept_attributes(reading.attributes)
    if (status := fields.get("status")) is not None and status not in _STATUSES:
        fields["status"] = status_of(status)
    if (reason := fields.get("finish_reason")) is not None:
        fields["finish_reason"] = finish_reason_of(reason)
    return fields


def _missing(required: dict[str, Any]) -> Refused:
    absent = [name for name, value in required.items() if value is None or value == ""]
    are = "is" if len(absent) == 1 else "are"
    return Refused(
        f"missing_field:{absent[0]}",
        f"{' and '.join(absent)} {are} required and absent, and nothing else says it: log it, or name it in a mapping "
        f"file, at $.{absent[0]}",
    )


def _served(written: dict[str, Any], endpoint: Any, marks: tuple[str, ...]) -> Served:
    provider, model, answered = written.get("provider"), written.get("request_model"), written.get("response_model")
    if type(provider) is not str and provider is not None:
        raise _no_text("provider", provider)
    if type(model) is not str and model is not None:
        raise _no_text("request_model", model)
    answered = answered if type(answered) is str else None
    return served_by(provider, model, answered, endpoint if type(endpoint) is str else None, marks)


def _no_text(name: str, value: Any) -> Refused:
    return Refused(f"wrong_type:{name}", f"expected a text, got {type(value).__name__}, at $.{name}")


def _endpoint(host: str) -> str | None:
    return _endpoint_of_short(host) if len(host) <= _MAX_HOST_CHARS else endpoint_of(host)
