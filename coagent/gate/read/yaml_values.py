"""What single values, lists and variables in YAML set."""

import re
from collections.abc import Iterator, Mapping, Sequence

import yaml

from coagent.domain.provider_names import priced_provider
from coagent.gate.model_name import is_model, is_plausible
from coagent.gate.read.arguments import argument_settings, is_command
from coagent.gate.read.grouping import SEPARATOR
from coagent.gate.read.setting import (
    CACHE_MARKER,
    FALLBACKS,
    MODEL,
    MODELS,
    SERVICE_TIER,
    VARIABLE,
    VERSION,
    Setting,
    canonical,
    folded,
    is_deployed_as,
    may_name_model,
    names_deployment,
    names_route,
)
from coagent.gate.read.yaml_walk import MOST_TEXT, Around, Leaf, Walk, add

ENVOY_HEADER = "x-ai-eg-model"
_ASSIGNED = re.compile(r"([A-Z][A-Z0-9_]+)=(.*)")


def leaf_setting(walk: Walk, leaf: Leaf, here: Around, leaves: Mapping[str, Leaf]) -> None:
    name = canonical(leaf.key)
    if here.key == "model" and leaf.key == "version":
        name = VERSION
    if here.key == "model" and leaf.key == "name" and (leaves.keys() & {"provider", "format", "version"}):
        name = MODEL
    if leaf.key == "name" and is_deployed_as(here.key, leaf.value):
        name = SERVICE_TIER
    if name is None and may_name_model(leaf.key) and not names_route(leaf.key) and is_model(leaf.value):
        name = MODEL
    if leaf.key.isupper() and len(leaf.key) > 1:
        environment(walk, leaf, here)
    elif folded(here.key) == "modelgroupalias":
        add(walk, MODEL, leaf, here._replace(route=leaf.key))
    elif name == MODEL:
        _model(walk, leaf, here)
    elif name == "reasoning_effort" and leaf.key == "effort" and here.key not in ("reasoning", "output_config"):
        return
    elif name not in (None, FALLBACKS, MODELS):
        add(walk, str(name), leaf, here)


def _model(walk: Walk, leaf: Leaf, here: Around) -> None:
    is_gateways = "litellm_params" in here.owner or here.key in ("override_params", "model")
    if not is_plausible(leaf.value) or not (is_model(leaf.value) or is_gateways or names_deployment(leaf.key)):
        return
    prefix = here.provider if here.provider and priced_provider(here.provider) and "/" not in leaf.value else None
    add(walk, MODEL, leaf._replace(value=f"{prefix}/{leaf.value}" if prefix else leaf.value), here)


def variable(walk: Walk, leaves: Mapping[str, Leaf], here: Around) -> None:
    """`name: SUMMARY_MODEL` beside `value: gpt-5`, as containers take them; and Envoy's header for the model."""
    name, value = leaves.get("name"), leaves.get("value")
    if name is None or value is None:
        return
    if name.value.lower() == ENVOY_HEADER:
        add(walk, MODEL, value, here)
    if name.value.isupper():
        environment(walk, value._replace(key=name.value), here)


def environment(walk: Walk, leaf: Leaf, here: Around) -> None:
    """One variable of an environment."""
    name = canonical(leaf.key)
    add(walk, f"{VARIABLE}:{leaf.key}", leaf, here)
    if may_name_model(leaf.key) or name == MODEL:
        if is_model(leaf.value):
            add(walk, MODEL, leaf, here)
    elif name not in (None, MODELS, FALLBACKS, CACHE_MARKER):
        add(walk, str(name), leaf, here)


def words_in(walk: Walk, items: Sequence[yaml.ScalarNode], around: Around) -> None:
    """Of a list: variables of an environment, and the words of a command."""
    given = [one for item in items for one in _lines(walk, item)]
    for text, line in given:
        if assigned := _ASSIGNED.fullmatch(text):
            environment(walk, Leaf(assigned[1], assigned[2], line), around)
    if is_command(around.key) or any(text.startswith("--") for text, _ in given):
        words = [(word, line) for text, line in given for word in text.split()]
        at = Setting("", "", walk.path, 0, around.owner, around.group, None, around.route, around.task)
        walk.settings += argument_settings(words, at)


def _lines(walk: Walk, item: yaml.ScalarNode) -> Iterator[tuple[str, int]]:
    """A block's text begins on the line after its mark."""
    first = walk.above + item.start_mark.line + (2 if item.style in ("|", ">") else 1)
    yield from ((text.partition(" #")[0], number) for number, text in enumerate(item.value.splitlines(), first))


def fallbacks(walk: Walk, value: yaml.Node, inner: Around, line: int) -> None:
    """LiteLLM's list of `{name: [names]}`, or a plain list of models, in their order."""
    plain = []
    for item in value.value if isinstance(value, yaml.SequenceNode) else [value]:
        if isinstance(item, yaml.ScalarNode):
            plain.append(item.value[:MOST_TEXT])
        elif isinstance(item, yaml.MappingNode):
            for key, names in item.value:
                order, place = _order(names), walk.above + key.start_mark.line + 1
                if order:
                    add(walk, FALLBACKS, Leaf(key.value, order, place), _routed(inner, key.value))
    if plain:
        add(walk, FALLBACKS, Leaf("", SEPARATOR.join(plain), line), inner)


def _routed(inner: Around, name: str) -> Around:
    return inner._replace(route=str(name)[:MOST_TEXT], owner=f"{inner.owner}[{name}]")


def _order(node: yaml.Node) -> str:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return SEPARATOR.join(str(one.value)[:MOST_TEXT] for one in items if isinstance(one, yaml.ScalarNode))
