"""The customer's own prompts, whose checks say whether a change matters. Their content stays in their file."""

import math
import re
from collections.abc import Sequence
from typing import Any

import jsonschema
import msgspec
import numpy as np
import yaml
from referencing import Registry
from referencing.exceptions import Unresolvable
from scipy import stats

from coagent.domain.errors import Fatal
from coagent.domain.probe import CanaryCount
from coagent.domain.probe_call import Answer, Ask

CERTAIN = 0.01
"""Chance of so many more failures where nothing changed, below which a change matters: convention."""
ENOUGH = 20
"""Checks before and now, below which no failure more says little."""


class Similar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer's embedding by `model` has at least this cosine with that of `text`."""

    text: str
    model: str
    at_least: float = 0.8


class Canary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is given must hold: the answer is `exact` (but for space around it), each tool call is of `tools` with
    arguments that are valid under its schema and there is one at least, the answer is `similar`.
    """

    name: str
    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]] | None = None
    max_tokens: int = 64
    exact: str | None = None
    similar: Similar | None = None

    @property
    def ask(self) -> Ask:
        return Ask(place=self.name, messages=self.messages, tools=self.tools, max_tokens=self.max_tokens)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    canaries: list[Canary]


def read_canaries(text: str, path: str) -> list[Canary]:
    """Raises Fatal, which quotes names of fields and canaries, and nothing else of the file."""
    try:
        found = msgspec.convert(yaml.safe_load(text), _File).canaries
    except msgspec.ValidationError as error:
        raise Fatal(f"{path}: {error}. See examples/canaries.yaml") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise Fatal(f"{path} is no YAML, or a date in it is none: see examples/canaries.yaml") from None
    idle = [one.name for one in found if one.exact is None and one.similar is None and not one.tools]
    if idle or len({one.name for one in found}) < len(found):
        raise Fatal(f"{path}: every canary needs its own name, and exact, similar or tools to check")
    _check_schemas(found, path)
    return found


def _check_schemas(found: list[Canary], path: str) -> None:
    for one in found:
        try:
            for schema in _schemas(one.tools or []).values():
                jsonschema.Draft202012Validator.check_schema(schema)
        except (jsonschema.SchemaError, KeyError, TypeError, AttributeError):
            raise Fatal(f"{path}: the tools of {one.name!r} are no functions with a JSON schema") from None


def passes(canary: Canary, answer: Answer, cosine: float | None) -> bool | None:
    """None: nothing to check, for the call failed or the embedding did."""
    if answer.text is None or (canary.similar is not None and cosine is None):
        return None
    is_exact = canary.exact is None or answer.text.strip() == canary.exact.strip()
    is_similar = canary.similar is None or (cosine is not None and cosine >= canary.similar.at_least)
    return is_exact and is_similar and (not canary.tools or _tools_valid(canary.tools, answer.tool_calls))


def cosine(one: Sequence[float] | None, other: Sequence[float] | None) -> float | None:
    """0 where either has no length; None where one failed or they are no vectors of one space.

    >>> cosine([1, 0], [2, 0]), cosine([1], [0]), cosine([1], [1, 2])
    (1.0, 0.0, None)
    """
    if one is None or other is None or len(one) != len(other):
        return None
    lengths = math.hypot(*one) * math.hypot(*other)
    return math.fsum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0


def canary_count(now: dict[str, bool], before: tuple[int, int]) -> CanaryCount | None:
    """`now`: by name whether it passed; `before`: passed and checked in the batches before. None: none was checked."""
    if not now:
        return None
    passed, checked = sum(now.values()), len(now)
    failed = sorted(name for name, is_passed in now.items() if not is_passed)
    return CanaryCount(
        passed=passed,
        checked=checked,
        passed_before=before[0],
        checked_before=before[1],
        failed=failed,
        matters=_matters(passed, checked, *before),
    )


def _matters(passed: int, checked: int, passed_before: int, checked_before: int) -> bool | None:
    """Fisher's exact test, one-sided."""
    table = np.array([[passed, checked - passed], [passed_before, checked_before - passed_before]])
    if checked_before and stats.fisher_exact(table, alternative="less").pvalue < CERTAIN:
        return True
    is_enough = min(checked, checked_before) >= ENOUGH and passed * checked_before >= passed_before * checked
    return False if is_enough else None


def _tools_valid(tools: list[dict[str, Any]], calls: list[tuple[str, str]]) -> bool:
    schemas = _schemas(tools)
    return bool(calls) and all(name in schemas and _valid(schemas[name], arguments) for name, arguments in calls)


def _schemas(tools: list[dict[str, Any]]) -> dict[str, Any]:
    return {one["function"]["name"]: one["function"].get("parameters", {}) for one in tools}


def _valid(schema: dict[str, Any], arguments: str) -> bool:
    """False where the schema itself cannot be used: a reference that leads nowhere, a pattern that is none. Nothing is
    fetched.
    """
    try:
        jsonschema.Draft202012Validator(schema, registry=Registry()).validate(msgspec.json.decode(arguments))
    except (msgspec.DecodeError, jsonschema.ValidationError, Unresolvable, re.error, RecursionError):
        return False
    return True
