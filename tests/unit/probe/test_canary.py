"""Files that are wrong in ways which no schema of the file shows."""

from typing import Any

import pytest

from coagent.domain.errors import Fatal
from coagent.domain.probe_call import Answer
from coagent.probe.canary import Canary, passes, read_canaries


@pytest.mark.parametrize("broken", ["canaries: 2024-13-45", "canaries: [", "[" * 5000])
def test_what_is_no_yaml_is_said(broken: str):
    with pytest.raises(Fatal, match="is no YAML"):
        read_canaries(broken, "own.yaml")


def test_only_names_are_quoted():
    with pytest.raises(Fatal) as problem:
        read_canaries("canaries: [{name: n, messages: [{content: secret}], colour: secret}]", "own.yaml")
    assert "colour" in str(problem.value)
    assert "secret" not in str(problem.value)


@pytest.mark.parametrize("schema", [{"$ref": "#/$defs/none"}, {"$ref": "http://127.0.0.1:9/x"}, {"pattern": "("}])
def test_a_schema_that_cannot_be_used_is_not_passed(schema: dict[str, Any]):
    tools = [{"type": "function", "function": {"name": "f", "parameters": schema}}]
    canary = Canary(name="one", messages=[], tools=tools)
    assert passes(canary, Answer(text="", tool_calls=[("f", '"x"')]), None) is False
