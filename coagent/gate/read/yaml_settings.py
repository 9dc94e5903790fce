"""Settings in YAML and JSON: LiteLLM's config.yaml, Portkey's configs, Kong's ai-proxy, Envoy AI Gateway's routes,
requests as OpenRouter and the providers take them, Kubernetes manifests, and files of a company's own that name things
the same way.

Sources: docs.litellm.ai "Config.yaml"; portkey.ai "Configs"; developer.konghq.com "AI Proxy" and "AI Proxy Advanced";
aigateway.envoyproxy.io, API reference of AIGatewayRoute; openrouter.ai, API reference.

The tree of nodes is walked, nothing is constructed: each value keeps its line, and aliases that multiply are bounded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import yaml

from coagent.domain.provider_names import priced_provider
from coagent.gate.model_name import is_model, is_plausible
from coagent.gate.read.code_settings import with_models
from coagent.gate.read.setting import (
    AMBIGUOUS,
    CACHE_MARKER,
    FALLBACKS,
    MODEL,
    VARIABLE,
    Setting,
    canonical,
    folded,
    may_name_model,
    plain_value,
)

MOST_CHARS = 1 << 20
MOST_NODES = 50_000
DEEPEST = 60
NAMING = ("model_name", "route", "alias", "name", "id", "slug")
"""Keys by which an element of a list is known when it moves."""
ENVOY_HEADER = "x-ai-eg-model"
MOST_TEXT = 200


class Unreadable(Exception):
    """Why, for people."""


class _Leaf(NamedTuple):
    key: str
    value: str
    line: int


@dataclass(slots=True)
class _Walk:
    path: str
    settings: list[Setting] = field(default_factory=list)
    parents: list[int] = field(default_factory=lambda: [0])
    left: int = MOST_NODES


class _Around(NamedTuple):
    """What the mappings around say. `owner`: the path to here."""

    owner: str = ""
    group: int = 0
    key: str = ""
    route: str | None = None
    provider: str | None = None
    task: str | None = None
    depth: int = 0


def yaml_settings(text: str, path: str) -> list[Setting]:
    """Raises Unreadable."""
    if len(text) > MOST_CHARS:
        raise Unreadable(f"it is longer than {MOST_CHARS >> 20} MiB")
    if path.lower().endswith((".json", ".jsonc", ".json5")):
        text = text.replace("\t", " ")
    walk = _Walk(path)
    try:
        for number, root in enumerate(yaml.compose_all(text, Loader=yaml.SafeLoader)):
            if root is not None:
                _node(walk, root, _Around(owner=f"{number}" if number else ""))
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        raise Unreadable(
            f"line {mark.line + 1}: {getattr(wrong, 'problem', '')}" if mark else "it is no YAML"
        ) from wrong
    except RecursionError as deep:
        raise Unreadable("it is nested too deeply") from deep
    found = with_models(walk.settings, walk.parents)
    return [one for one in found if one.name not in AMBIGUOUS or one.beside or "litellm_settings" in one.owner]


def _node(walk: _Walk, node: yaml.Node, around: _Around) -> None:
    walk.left -= 1
    if walk.left < 0 or around.depth > DEEPEST:
        raise Unreadable(f"it has more than {MOST_NODES:,} values, or is nested more than {DEEPEST} deep")
    if isinstance(node, yaml.MappingNode):
        _mapping(walk, node, around)
    elif isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            name = _naming(item)
            owner = f"{around.owner}[{name if name is not None else place}]"
            _node(walk, item, around._replace(owner=owner, depth=around.depth + 1))


def _mapping(walk: _Walk, node: yaml.MappingNode, around: _Around) -> None:
    leaves = {key.value: _Leaf(key.value, value.value, value.start_mark.line + 1) for key, value in _scalars(node)}
    walk.parents.append(around.group)
    here = around._replace(
        group=len(walk.parents) - 1,
        route=_text(leaves, "model_name") or around.route,
        provider=_text(leaves, "custom_llm_provider") or _text(leaves, "provider") or around.provider,
        task=_text(leaves, "task") or around.task,
        depth=around.depth + 1,
    )
    _variable(walk, leaves, here)
    for leaf in leaves.values():
        _leaf(walk, leaf, here, leaves)
    for key, value in node.value:
        if not isinstance(value, yaml.ScalarNode) and isinstance(key, yaml.ScalarNode):
            _branch(walk, key, value, here)


def _scalars(node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.ScalarNode]]:
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode):
            yield key, value


def _text(leaves: Mapping[str, _Leaf], key: str) -> str | None:
    return leaves[key].value[:MOST_TEXT] if key in leaves else None


def _variable(walk: _Walk, leaves: Mapping[str, _Leaf], here: _Around) -> None:
    """`name: SUMMARY_MODEL` beside `value: gpt-5`, as containers take them; and Envoy's header for the model."""
    name, value = leaves.get("name"), leaves.get("value")
    if name is None or value is None:
        return
    if name.value.lower() == ENVOY_HEADER or (
        name.value.isupper() and may_name_model(name.value) and is_model(value.value)
    ):
        _add(walk, MODEL, value, here, variable=None)
    if name.value.isupper():
        _add(walk, f"{VARIABLE}:{name.value}", value, here)


def _leaf(walk: _Walk, leaf: _Leaf, here: _Around, leaves: Mapping[str, _Leaf]) -> None:
    name = canonical(leaf.key)
    if leaf.key.isupper() and len(leaf.key) > 1:
        _add(walk, f"{VARIABLE}:{leaf.key}", leaf, here)
    if leaf.key == "name" and here.key == "model" and "provider" in leaves:  # Kong's ai-proxy
        name = MODEL
    if name is None and may_name_model(leaf.key) and leaf.key != "model_name" and is_model(leaf.value):
        name = MODEL
    if folded(here.key) == "modelgroupalias":
        _add(walk, MODEL, leaf, here._replace(route=leaf.key))
    elif name == MODEL:
        _model(walk, leaf, here)
    elif name == "reasoning_effort" and leaf.key == "effort" and here.key not in ("reasoning", "output_config"):
        return
    elif name not in (None, FALLBACKS):
        _add(walk, str(name), leaf, here)


def _model(walk: _Walk, leaf: _Leaf, here: _Around) -> None:
    is_gateways = "litellm_params" in here.owner or here.key in ("override_params", "model")
    if not is_plausible(leaf.value) or not (is_model(leaf.value) or is_gateways or leaf.key == "modelNameOverride"):
        return
    prefix = here.provider if here.provider and priced_provider(here.provider) and "/" not in leaf.value else None
    _add(walk, MODEL, leaf._replace(value=f"{prefix}/{leaf.value}" if prefix else leaf.value), here)


def _branch(walk: _Walk, key: yaml.ScalarNode, value: yaml.Node, here: _Around) -> None:
    name, line = canonical(key.value), key.start_mark.line + 1
    owner = f"{here.owner}.{key.value}" if here.owner else key.value
    inner = here._replace(owner=owner, key=key.value)
    if name == FALLBACKS or (name is None and folded(key.value) == "models" and isinstance(value, yaml.SequenceNode)):
        _fallbacks(walk, value, inner, line, is_sure=name == FALLBACKS)
    elif name == CACHE_MARKER:
        _add(walk, CACHE_MARKER, _Leaf(key.value, "set", line), here)
    else:
        _node(walk, value, inner)


def _fallbacks(walk: _Walk, value: yaml.Node, inner: _Around, line: int, *, is_sure: bool) -> None:
    """LiteLLM's list of `{name: [names]}`, or a plain list of models, in their order."""
    plain = []
    for item in value.value if isinstance(value, yaml.SequenceNode) else [value]:
        if isinstance(item, yaml.ScalarNode):
            plain.append(item.value[:MOST_TEXT])
        elif isinstance(item, yaml.MappingNode):
            for key, names in item.value:
                _add(
                    walk, FALLBACKS, _Leaf(key.value, _order(names), key.start_mark.line + 1), _routed(inner, key.value)
                )
    if plain and (is_sure or all(map(is_model, plain))):
        _add(walk, FALLBACKS, _Leaf("", " > ".join(plain), line), inner)


def _routed(inner: _Around, name: str) -> _Around:
    return inner._replace(route=str(name)[:MOST_TEXT], owner=f"{inner.owner}[{name}]")


def _order(node: yaml.Node) -> str:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return " > ".join(str(one.value)[:MOST_TEXT] for one in items if isinstance(one, yaml.ScalarNode))


def _naming(item: yaml.Node) -> str | None:
    if not isinstance(item, yaml.MappingNode):
        return None
    known = {key.value: value.value for key, value in _scalars(item)}
    return next((known[one][:MOST_TEXT] for one in NAMING if one in known), None)


def _add(walk: _Walk, name: str, leaf: _Leaf, here: _Around, variable: str | None = None) -> None:
    value = leaf.value[:MOST_TEXT] if name in (MODEL, FALLBACKS) else plain_value(leaf.value[:MOST_TEXT])
    owner = f"{here.owner}.{leaf.key}" if leaf.key else here.owner
    walk.settings.append(
        Setting(name, value, walk.path, leaf.line, owner, here.group, None, here.route, here.task, variable)
    )
