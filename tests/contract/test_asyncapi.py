"""What is sent on the public topics is what coagent/asyncapi.yaml says."""

from importlib.resources import files
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml

from coagent import __version__
from coagent.adapters.kafka.asyncapi import document
from coagent.adapters.kafka.cloudevents import PublicValue, encode_event
from coagent.domain.routing_policy import PolicyRule, RoutingPolicy
from tests.contract.samples import NOON, dismissed, durations, heartbeat, insight, prompts, rollup, shift

RULE = PolicyRule(
    id="o-1",
    strategy="cost",
    match=[{"provider": "openai"}],
    target={"model": "gpt-5-mini"},
    title="Use it less",
    approved_by="ann",
    approved_at=NOON,
    reason="",
)

SENT = [
    shift(),
    shift(status="recovered", signals=[], sequence=7),
    dismissed(),
    insight(kind="opportunity"),
    rollup(),
    RoutingPolicy(version=1, at=NOON, rules=[RULE]),
    heartbeat(),
    rollup(cost_usd=None, price_version=None, duration=durations(0.5), prompt_sketch=prompts("a")),
]


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    text = files("coagent").joinpath("asyncapi.yaml").read_text()
    return yaml.safe_load(text)


def test_the_file_is_what_the_types_say(written: dict[str, Any]) -> None:
    assert document(__version__) == written, "run tools/write_asyncapi.py"


@pytest.mark.parametrize("value", SENT, ids=lambda value: type(value).__name__)
def test_an_event_is_valid_under_the_file(written: dict[str, Any], value: PublicValue) -> None:
    record = encode_event(value)
    headers = {name: text.decode() for name, text in record.headers}
    [name] = [ref for ref in written["channels"][record.topic]["messages"] if ref == type(value).__name__]
    message = written["components"]["messages"][name]

    _validate(headers, message["headers"], written)
    _validate(msgspec.json.decode(record.value), message["payload"], written)


def test_an_event_with_a_missing_field_is_not(written: dict[str, Any]) -> None:
    data = msgspec.json.decode(encode_event(shift()).value)
    del data["cause"]
    with pytest.raises(jsonschema.ValidationError, match="'cause' is a required property"):
        _validate(data, {"$ref": "#/components/schemas/Shift"}, written)


def test_every_reference_leads_somewhere(written: dict[str, Any]) -> None:
    broken = [ref for ref in _references(written) if _resolve(ref, written) is None]
    assert [] == broken


def _validate(instance: Any, schema: dict[str, Any], root: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(
        {**schema, "components": root["components"]}, format_checker=jsonschema.FormatChecker()
    )
    validator.validate(instance)


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        found = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return found + [ref for value in node.values() for ref in _references(value)]
    return [ref for value in node for ref in _references(value)] if isinstance(node, list) else []


def _resolve(ref: str, root: dict[str, Any]) -> Any:
    node: Any = root
    for part in ref.removeprefix("#/").split("/"):
        node = node.get(part) if isinstance(node, dict) else None
    return node
