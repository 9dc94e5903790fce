"""Azure Monitor resource logs, one a message or as {"records": […]}: of Azure OpenAI the category RequestResponse, of
API Management GatewayLlmLogs, whose table is ApiManagementGatewayLlmLog.

The former hold no token counts, the latter neither duration nor status; a long message's later pieces have no counts.
The deployment is what was asked for, name and version of the model what answered. `time` stands for the start. Event
Hubs write `durationMs`, a Log Analytics export `DurationMs` and `properties_s`. Source: the Azure Monitor references of
logs of Microsoft.CognitiveServices/accounts and of Microsoft.ApiManagement/service.
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
_TIMES = ("time", "timegenerated", "timegenerated [utc]")


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request a record of a call to a model; other records are skipped."""
    found = read_object(value)
    records = mappings(found["records"]) if "records" in found else [found]
    outcomes: list[Outcome] = []
    for index, record in enumerate({name.lower(): value for name, value in one.items()} for one in records):
        if _is_of_gateway(record):
            outcomes += _of_gateway(record, options, index)
            continue
        foreign = _foreign(record)
        outcomes += [Skipped(reason=foreign, index=index)] if foreign else outcomes_of(_reading(record), options, index)
    return outcomes or [Skipped(reason="no_records")]


def _is_of_gateway(record: Mapping[str, Any]) -> bool:
    return record.get("category") == "GatewayLlmLogs" or record.get("type") == "ApiManagementGatewayLlmLog"


def _of_gateway(record: Mapping[str, Any], options: DecodeOptions, index: int) -> list[Outcome]:
    """Columns of a table, or properties of a record; the gateway passes on to Azure's deployments and to others."""
    written = mapping(structured(first(record, "properties", "properties_s")))
    found = {**record, **{name.lower(): value for name, value in written.items()}}
    if number_of(found.get("sequencenumber")) and found.get("totaltokens") is None:
        return [Skipped(reason="later_piece", index=index)]
    deployment = found.get("deploymentname") or None
    reading = Reading(
        fields={
            "time": first(found, *_TIMES),
            "request_id": first(found, "requestid", "correlationid"),
            "provider": "azure" if deployment else None,
            "request_model": deployment or found.get("modelname"),
            "response_model": found.get("modelname"),
            "operation": "chat",
            "stream": found.get("isstreamcompletion"),
            "input_tokens": found.get("prompttokens"),
            "output_tokens": found.get("completiontokens"),
            "total_tokens": found.get("totaltokens"),
        },
        attributes=_region(first(found, "region", "location")),
    )
    return outcomes_of(reading, options, index)


def _region(written: Any) -> dict[str, str]:
    return {"region": str(written)} if written else {}


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
            "time": first(record, *_TIMES),
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
        attributes=_region(record.get("location")),
    )


def _answering(properties: Mapping[str, Any]) -> Any:
    """The model with its version where that is a date, as the API names it."""
    name, version = properties.get("modelName"), str(properties.get("modelVersion"))
    return f"{name}-{version}" if isinstance(name, str) and _DATED.fullmatch(version) else name
