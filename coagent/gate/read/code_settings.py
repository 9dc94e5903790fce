"""Settings in program text: `model="…"`, `"model": "…"`, `maxTokens: 500`, `.model("…")`, defaults of environment
variables, and any string that is a model's name and nothing else.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from coagent.gate.model_name import from_constant, is_model, is_plausible
from coagent.gate.read.code_tokens import Token
from coagent.gate.read.grouping import SEPARATOR, with_models
from coagent.gate.read.setting import (
    AMBIGUOUS,
    CACHE_MARKER,
    CONTEXT,
    FALLBACKS,
    MODEL,
    MODELS,
    SERVICE_TIER,
    VERSION,
    Setting,
    canonical,
    folded,
    is_deployed_as,
    is_price,
    may_name_model,
    plain_value,
)

_CLIENTS = re.compile(
    r"(?i)openai|anthropic|litellm|completion|generate_?text|stream_?text|generate_?object|generate_?content|"
    r"chat_?model|init_chat|converse|bedrock|gemini|mistral|llm|create_message|responses"
)
"""Callees that call a model or make a client that does."""
_COMPARING = frozenset({"==", "!=", "in", "case", "is", "when"})
_LOOKING = frozenset(
    {"startswith", "endswith", "includes", "equals", "contains", "match", "indexof", "replace", "split"}
) | {
    *(
        "hasprefix",
        "contains",
        "assertequal",
        "assertequals",
        "expect",
        "tobe",
        "print",
        "log",
        "info",
        "debug",
        "error",
    )
}
"""Callees to which a model's name is given to look at it, not to call it."""
_VARIABLES = frozenset({"getenv", "environ", "env", "lookupenv", "get_env", "getenvordefault"})
_OPENING, _CLOSING = "([{", ")]}"
_ENDS = frozenset({",", ";", *_CLOSING})
MOST_TEXT = 200


@dataclass(slots=True)
class _Group:
    """What stands between two brackets. `key`: what it is the value or the block of."""

    number: int
    parent: int
    callee: str
    opening: str
    key: str = ""
    is_compared: bool = False
    is_priced: bool = False
    keys: set[str] = field(default_factory=set)


class _Reader:
    def __init__(self, found: Sequence[Token], path: str) -> None:
        self._tokens, self._path = found, path
        self._groups = [_Group(0, 0, "", "")]
        self._open = [0]
        self._settings: list[Setting] = []
        self._task: dict[int, str] = {}
        self._done = 0

    def read(self) -> list[Setting]:
        for place in range(len(self._tokens)):
            self._step(place)
        kept = [one for one in self._settings if not self._groups[one.group].is_priced]
        kept = [one for one in kept if one.name not in AMBIGUOUS or self._is_call(one.group)]
        return [one._replace(task=self._near(one.group, self._task)) for one in kept]

    def parents(self) -> list[int]:
        return [one.parent for one in self._groups]

    def _step(self, place: int) -> None:
        token = self._tokens[place]
        if token.kind == "mark" and token.text in _OPENING:
            self._enter(place)
        elif token.kind == "mark" and token.text in _CLOSING:
            self._open = self._open[:-1] or [0]
        elif token.kind in ("name", "text") and self._key(place):
            return
        elif token.kind == "text" and place >= self._done and self._is_model_alone(place):
            self._add(MODEL, token.text, place)

    def _enter(self, place: int) -> None:
        before = self._tokens[place - 1] if place else None
        callee = before.text if before and before.kind == "name" else ""
        is_compared = callee in _COMPARING or bool(before and before.text in _COMPARING)
        is_value = place > 1 and self._tokens[place - 1].text in ("=", ":", "=>", ":=")
        key = self._tokens[place - 2].text if is_value else callee
        group = _Group(len(self._groups), self._open[-1], callee, self._tokens[place].text, folded(key), is_compared)
        self._groups.append(group)
        self._open.append(group.number)

    def _key(self, place: int) -> bool:
        """Whether a setting or a sign of a call begins here."""
        token, start = self._tokens[place], self._value_at(place)
        if start is None or len(token.text) > MOST_TEXT:
            return False
        group = self._groups[self._open[-1]]
        group.keys.add(folded(token.text))
        group.is_priced |= is_price(token.text)
        if folded(token.text) in ("task", "taskname") and self._tokens[start].kind == "text":
            self._task[self._open[-1]] = self._tokens[start].text[:MOST_TEXT]
        name = canonical(token.text)
        if group.key == "model" and token.text in ("name", "version"):
            name = MODEL if token.text == "name" else VERSION
        if token.text == "name" and is_deployed_as(group.key, self._tokens[start].text):
            name = SERVICE_TIER
        if name is None and may_name_model(token.text):
            name = MODELS if self._texts(start, 1) == ["["] else None
            return self._several(MODELS, place, start) if name else self._one(MODEL, place, start, is_sure=False)
        if name in (FALLBACKS, CACHE_MARKER, MODELS):
            return self._several(name, place, start)
        return name is not None and self._one(name, place, start, is_sure=name == MODEL)

    def _value_at(self, place: int) -> int | None:
        """Where the value of a key begins: after `=`, `:`, `:=`, `=>`, a type, or as the argument of `.key(`."""
        after = self._texts(place + 1, 4)
        if after[:1] == ["("] and place and self._tokens[place - 1].text == "." and self._tokens[place].kind == "name":
            return place + 2
        if after[:1] not in (["="], [":"], [":="], ["=>"]):
            return None
        if after[0] == ":" and self._tokens[place].kind == "name":
            for length in (2, 3):  # `model: str = "…"`
                if after[length : length + 1] == ["="]:
                    return place + length + 2
        return place + 2 if place + 2 < len(self._tokens) else None

    def _texts(self, start: int, count: int) -> list[str]:
        return [one.text if one.kind == "mark" else "" for one in self._tokens[start : start + count]]

    def _one(self, name: str, place: int, start: int, *, is_sure: bool) -> bool:
        expression = list(self._expression(start))
        value, variable = _value(expression, name)
        if value is None or (name == VERSION and not is_plausible(value)):
            return False
        if name == MODEL and (_says_itself(expression) or not self._may_be_model(value, is_sure=is_sure)):
            return False
        self._done = max(self._done, start + len(expression))
        self._add(name, value, place, variable)
        return True

    def _may_be_model(self, value: str, *, is_sure: bool) -> bool:
        return is_model(value) or (is_sure and is_plausible(value) and self._is_call(self._open[-1], but=MODEL))

    def _several(self, name: str, place: int, start: int) -> bool:
        """A list of models, in its order; a marker is one whatever is in it."""
        expression = list(self._expression(start))
        texts = [one.text[:MOST_TEXT] for one in expression if one.kind == "text"]
        if name != CACHE_MARKER:
            wanted = is_plausible if name == FALLBACKS else is_model
            texts = [one for one in texts if wanted(one)]
        if texts or name == CACHE_MARKER:
            self._done = max(self._done, start + len(expression))
            self._add(name, (texts[-1] if texts else "set") if name == CACHE_MARKER else SEPARATOR.join(texts), place)
        return bool(texts)

    def _expression(self, start: int) -> Iterator[Token]:
        """To the comma, bracket or new line that ends it."""
        depth, line = 0, self._tokens[start].line if start < len(self._tokens) else 0
        for token in self._tokens[start : start + 60]:
            if token.kind == "mark":
                if depth == 0 and token.text in _ENDS:
                    return
                depth += (token.text in _OPENING) - (token.text in _CLOSING)
            elif depth == 0 and token.line > line and token.kind == "name":
                return
            line = token.line
            yield token

    def _is_model_alone(self, place: int) -> bool:
        """No key of a mapping, not compared, not looked at."""
        token, before, after = (
            self._tokens[place],
            self._tokens[place - 1] if place else None,
            self._texts(place + 1, 1),
        )
        group = self._groups[self._open[-1]]
        if not is_model(token.text) or (before and before.text in _COMPARING) or group.is_compared:
            return False
        if after in (["=="], ["!="]) or group.callee.lower() in _LOOKING:
            return False
        return not (after == [":"] and group.opening in ("{", ""))

    def _add(self, name: str, value: str, place: int, variable: str | None = None) -> None:
        line = self._tokens[place].line
        plain = value if name in (MODEL, MODELS, FALLBACKS, VERSION) else plain_value(value)
        self._settings.append(Setting(name, plain, self._path, line, group=self._open[-1], variable=variable))
        self._groups[self._open[-1]].keys.add(name)

    def _is_call(self, number: int, but: str = "") -> bool:
        """Whether this group or one around it shows a call of a model."""
        signs = (CONTEXT | {MODEL, "max_tokens", "maxtokens", "reasoning_effort"}) - {but}
        while True:
            group = self._groups[number]
            if (group.keys - {but}) & signs or _CLIENTS.search(group.callee):
                return True
            if number == 0 or group.parent == 0:
                return False
            number = group.parent

    def _near(self, number: int, known: dict[int, str]) -> str | None:
        while number and number not in known:
            number = self._groups[number].parent
        return known.get(number)


def _says_itself(expression: list[Token]) -> bool:
    """Whether a call in it names its model."""
    pairs = pairwise(expression)
    return any(canonical(one.text) == MODEL and after.text in ("=", ":") for one, after in pairs)


def _value(expression: list[Token], name: str) -> tuple[str | None, str | None]:
    """The literal, and the environment variable of which it is the default."""
    variable = None
    texts = [one.text for one in expression if one.kind == "text"]
    names = [one.text for one in expression if one.kind == "name"]
    if any(one.lower() in _VARIABLES for one in names):
        variable = next(iter(texts[:-1] or [one for one in names if one.isupper()]), None)
    if name == MODEL:
        found = [one for one in texts if one != variable and len(one) <= MOST_TEXT] or [
            model for one in names if (model := from_constant(one))
        ]
        return (found[-1] if found else None), variable
    signed = zip(["", *(one.text for one in expression)], expression, strict=False)
    numbers = [one.text if before != "-" else f"-{one.text}" for before, one in signed if one.kind == "number"]
    plain = numbers + [one.text for one in expression if one.text.lower() in ("true", "false")]
    return next(iter(plain + [one for one in texts if one != variable]), None), variable


def code_settings(found: Sequence[Token], path: str) -> list[Setting]:
    """In their order, each with the model of its call where there is one."""
    reader = _Reader(found, path)
    return with_models(reader.read(), reader.parents())
