"""Who served a request, and with which model: the one place that decides it from all evidence.

A provider that is named stays as it is written, for streams and segments bear its name. Only what is no provider (a
framework, a gateway), what names a part of an SDK, and the two providers whose API others copy give way to evidence:
marks in the record, the host, a route in the model's name, in this order; a well-known model's name is the last
resort.
"""

from functools import lru_cache
from typing import NamedTuple

from coagent.ingest.endpoint import endpoint_of
from coagent.ingest.normalize.hosts import is_public_server, provider_of_host
from coagent.ingest.normalize.model_names import is_openais_own, maker_of, route_of, without_gateway
from coagent.ingest.normalize.provider_names import provider_named
from coagent.ingest.normalize.spellings import UNKNOWN

_COPIED = frozenset({"openai", "anthropic"})
"""Clients of these are pointed at other hosts; what is named so is the client's API, not always the server."""

_MAX_CHARS = 2048
"""Names that are longer altogether are no names; they are not kept in a cache."""

_UNKNOWN = frozenset({text.lower() for text in UNKNOWN} | {"unknown", "_other"})


class Served(NamedTuple):
    """None where nothing says it."""

    provider: str | None
    model: str | None


def served_by(
    provider: str | None,
    request_model: str | None,
    response_model: str | None,
    endpoint: str | None,
    marks: tuple[str, ...],
) -> Served:
    """Provider and model; the model is the requested one without a route that names the provider, else the one that
    answered. `endpoint` is host and port.
    """
    chars = len(provider or "") + len(request_model or "") + len(response_model or "") + len(endpoint or "")
    if chars > _MAX_CHARS:
        return Served(provider, request_model or response_model)
    return _cached(provider, request_model, response_model, endpoint, marks)


def _served_by(
    provider: str | None,
    request_model: str | None,
    response_model: str | None,
    endpoint: str | None,
    marks: tuple[str, ...],
) -> Served:
    known = _known(request_model) or _known(response_model)
    model = without_gateway(known) if known else None
    name = provider_named(provider) if provider else None
    if name and name.lower() not in _COPIED:
        return Served(_of_host(name) or name, model)
    shown = _shown(marks, endpoint)
    if name:
        return _behind_copied(name, model, _known(response_model), endpoint, shown)
    return _named_by_nobody(provider, model, endpoint, shown)


_cached = lru_cache(8192)(_served_by)


def _of_host(name: str) -> str | None:
    """The provider where a client names its server instead."""
    return provider_of_host(endpoint_of(name) or "") if "." in name else None


def _known(model: str | None) -> str | None:
    return model if model and model.strip().lower() not in _UNKNOWN else None


def _shown(marks: tuple[str, ...], endpoint: str | None) -> str | None:
    """What the record's shape, else its host says."""
    mark = next((name for name in map(provider_named, marks) if name), None)
    return mark or (provider_of_host(endpoint) if endpoint else None)


def _behind_copied(
    name: str, model: str | None, answered: str | None, endpoint: str | None, shown: str | None
) -> Served:
    """Who answers to a client of OpenAI's or Anthropic's API. A private server passes a model that one maker alone
    serves on to it, by whatever alias it was asked for.
    """
    own = name.lower()
    if shown:
        return Served(name if shown == own else shown, _routed(model, shown))
    routed = route_of(model) if model else None
    if routed and routed[0] != own:
        return Served(*routed)
    if endpoint and own == "openai" and is_public_server(endpoint) and not (model and is_openais_own(model)):
        return Served(endpoint.lower().partition(":")[0], model)
    maker = maker_of(answered or model or "") if endpoint and not is_public_server(endpoint) else None
    return Served(maker or name, model)


def _named_by_nobody(written: str | None, model: str | None, endpoint: str | None, shown: str | None) -> Served:
    if shown:
        return Served(shown, _routed(model, shown))
    if model and (routed := route_of(model)):
        return Served(*routed)
    maker = maker_of(model) if model else None
    host = endpoint.lower().partition(":")[0] if endpoint else None
    if maker or (host and endpoint and is_public_server(endpoint)):
        return Served(maker or host, model)
    return Served(host if not written or written.strip() in UNKNOWN else written, model)


def _routed(model: str | None, provider: str) -> str | None:
    """The model without a route to its provider."""
    routed = route_of(model) if model else None
    return routed[1] if routed and routed[0] == provider else model
