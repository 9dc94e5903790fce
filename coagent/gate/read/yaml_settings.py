"""Settings in YAML and JSON: LiteLLM's config.yaml, Portkey's configs, Kong's ai-proxy, Envoy AI Gateway's routes,
Helicone's routers, Bifrost's providers, requests as OpenRouter and the providers take them, Kubernetes manifests with
the commands and files in them, and files of a company's own that name things the same way.

Sources: docs.litellm.ai "Config.yaml"; portkey.ai "Configs"; developer.konghq.com "AI Proxy" and "AI Proxy Advanced";
aigateway.envoyproxy.io, API reference of AIGatewayRoute; openrouter.ai, API reference; docs.helicone.ai "AI Gateway";
Bifrost's "Provider configuration"; docs.vllm.ai "Using Kubernetes".

The tree of nodes is walked, nothing is constructed: each value keeps its line, and aliases that multiply are bounded.
"""

import re
from collections.abc import Iterator

import yaml

from coagent.gate.model_name import is_model
from coagent.gate.read.arguments import is_command
from coagent.gate.read.grouping import SEPARATOR, with_models
from coagent.gate.read.setting import AMBIGUOUS, CACHE_MARKER, FALLBACKS, MODELS, Setting, canonical, is_price
from coagent.gate.read.yaml_values import fallbacks, leaf_setting, variable, words_in
from coagent.gate.read.yaml_walk import MOST_NODES, MOST_TEXT, Around, Leaf, Walk, add, text_of

MOST_CHARS = 1 << 20
DEEPEST = 60
NAMING = ("model_name", "route", "alias", "name", "id", "slug")
"""Keys by which an element of a list is known when it moves."""
_FILE = re.compile(r"\.(ya?ml|json)$", re.IGNORECASE)


class Unreadable(Exception):
    """Why, for people."""


def yaml_settings(text: str, path: str) -> list[Setting]:
    """Raises Unreadable."""
    if len(text) > MOST_CHARS:
        raise Unreadable(f"it is longer than {MOST_CHARS >> 20} MiB")
    if path.lower().endswith((".json", ".jsonc", ".json5")):
        text = text.replace("\t", " ")
    walk = Walk(path)
    _text_in(walk, text, Around())
    found = with_models(walk.settings, walk.parents)
    return [one for one in found if one.name not in AMBIGUOUS or one.beside or "litellm_settings" in one.owner]


def _text_in(walk: Walk, text: str, around: Around) -> None:
    try:
        for number, root in enumerate(yaml.compose_all(text, Loader=yaml.SafeLoader)):
            if root is not None:
                _node(walk, root, around._replace(owner=f"{around.owner}{number}" if number else around.owner))
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        why = f"line {walk.above + mark.line + 1}: {getattr(wrong, 'problem', '')}" if mark else "it is no YAML"
        raise Unreadable(why) from wrong
    except RecursionError as deep:
        raise Unreadable("it is nested too deeply") from deep


def _node(walk: Walk, node: yaml.Node, around: Around) -> None:
    walk.left -= 1
    if walk.left < 0 or around.depth > DEEPEST:
        raise Unreadable(f"it has more than {MOST_NODES:,} values, or is nested more than {DEEPEST} deep")
    if isinstance(node, yaml.MappingNode):
        _mapping(walk, node, around)
    elif isinstance(node, yaml.SequenceNode):
        words_in(walk, [one for one in node.value if isinstance(one, yaml.ScalarNode)], around)
        for place, item in enumerate(node.value):
            name = _naming(item)
            owner = f"{around.owner}[{name if name is not None else place}]"
            _node(walk, item, around._replace(owner=owner, depth=around.depth + 1))


def _mapping(walk: Walk, node: yaml.MappingNode, around: Around) -> None:
    leaves = {
        key.value: Leaf(key.value, value.value, walk.above + value.start_mark.line + 1) for key, value in _scalars(node)
    }
    if any(map(is_price, leaves)) and "litellm_params" not in around.owner:
        return
    walk.parents.append(around.group)
    here = around._replace(
        group=len(walk.parents) - 1,
        route=text_of(leaves, "model_name") or around.route,
        provider=text_of(leaves, "custom_llm_provider") or text_of(leaves, "provider") or around.provider,
        task=text_of(leaves, "task") or around.task,
        depth=around.depth + 1,
    )
    variable(walk, leaves, here)
    for leaf in leaves.values():
        leaf_setting(walk, leaf, here, leaves)
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        if not isinstance(value, yaml.ScalarNode):
            _branch(walk, key, value, here)
        elif is_command(key.value):
            words_in(walk, [value], here._replace(key=key.value))
        elif value.style in ("|", ">") and _FILE.search(key.value):
            _file(walk, key.value, value, here)


def _file(walk: Walk, name: str, node: yaml.ScalarNode, here: Around) -> None:
    """A file inside another, such as a ConfigMap's."""
    above, walk.above = walk.above, walk.above + node.start_mark.line + 1
    _text_in(walk, node.value, here._replace(owner=f"{here.owner}.{name}:", key="", depth=here.depth + 1))
    walk.above = above


def _branch(walk: Walk, key: yaml.ScalarNode, value: yaml.Node, here: Around) -> None:
    name, line = canonical(key.value), walk.above + key.start_mark.line + 1
    owner = f"{here.owner}.{key.value}" if here.owner else key.value
    inner = here._replace(owner=owner, key=key.value)
    if name == FALLBACKS:
        fallbacks(walk, value, inner, line)
    elif name == MODELS and isinstance(value, yaml.SequenceNode):
        _models(walk, value, inner, line)
    elif name == CACHE_MARKER:
        add(walk, CACHE_MARKER, Leaf(key.value, "set", line), here)
    else:
        _node(walk, value, inner)


def _models(walk: Walk, value: yaml.SequenceNode, inner: Around, line: int) -> None:
    """A list of names; of mappings each says its own."""
    names = [one.value[:MOST_TEXT] for one in value.value if isinstance(one, yaml.ScalarNode) and is_model(one.value)]
    if names:
        add(walk, MODELS, Leaf("", SEPARATOR.join(names), line), inner)
    else:
        _node(walk, value, inner)


def _scalars(node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.ScalarNode]]:
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode):
            yield key, value


def _naming(item: yaml.Node) -> str | None:
    if not isinstance(item, yaml.MappingNode):
        return None
    known = {key.value: value.value for key, value in _scalars(item)}
    return next((known[one][:MOST_TEXT] for one in NAMING if one in known), None)
