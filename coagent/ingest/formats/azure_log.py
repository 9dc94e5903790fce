"""Azure Monitor resource logs of Azure OpenAI, category RequestResponse, one a message or as {"records": […]}.

They hold no token counts. The deployment is what was asked for, name and version of the model what answered. `time`
stands for the start. Event Hubs write `durationMs`, a Log Analytics export `DurationMs` and `properties_s`.
Source: the Azure Monitor reference of logs of Microsoft.CognitiveServices/accounts.
"""

import re
from collections.abc import Mapping
from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.loose_json.numbers import number_of, seconds_of_ms
from coagent.ingest.loose_json.objects import first, mapping, mappings
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_REQUESTS = re.compile(r"completion|embedding|responses|chat|message", re.IGNORECASE)
_OTHERS = re.compile(r"list|get|delete|cancel|thread|assistant|file|batch", re.IGNORECASE)
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")
_FAILED = 400


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request a record of a call to a model; other records are skipped."""
    found = read_object(value)
    records = mappings(found["records"]) if "records" in found else [found]
    outcomes: list[Outcome] = []
    for index, record in enumerate({name.lower(): value for name, value in one.items()} for one in records):
        foreign = _foreign(record)
        outcomes += [Skipped(reason=foreign, index=index)] if foreign else outcomes_of(_reading(record), options, index)
    return outcomes or [Skipped(reason="no_records")]


def _foreign(record: Mapping[str, Any]) -> str:
    """Why a record is no request to a model; empty where it is one."""
    if record.get("category") != "RequestResponse":
        return "azure_log_of_another_category"
    operation = str(record.get("operationname"))
    return "" if _REQUESTS.search(operation) and not _OTHERS.search(operation) else "not_a_model_request"


def _reading(record: Mapping[str, Any]) -> Reading:
    properties = mapping(structured(first(record, "properties", "properties_s")))
    code = record.get("resultsignature")
    failed = (number_of(code) or 0) >= _FAILED
    return Reading(
        fields={
            "time": first(record, "time", "timegenerated", "timegenerated [utc]"),
            "duration_s": seconds_of_ms(record.get("durationms")),
            "provider": "azure",
            "request_model": first(properties, "modelDeploymentName", "modelName"),
            "response_model": _answering(properties),
            "request_id": record.get("correlationid"),
            "operation": "embeddings" if "mbedding" in str(record.get("operationname")) else "chat",
            "stream": {"Streaming": True, "Non-Streaming": False}.get(str(properties.get("streamType"))),
            "http_status": code,
            "status": None if number_of(code) is None else "error" if failed else "ok",
        },
        marks=("azure",),
        attributes={"region": str(record["location"])} if record.get("location") else {},
    )


def _answering(properties: Mapping[str, Any]) -> Any:
    """The model with its version where that is a date, as the API names it."""
    name, version = properties.get("modelName"), str(properties.get("modelVersion"))
    return f"{name}-{version}" if isinstance(name, str) and _DATED.fullmatch(version) else name
