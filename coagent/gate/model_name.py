"""Names of models as code and configurations write them."""

import re
from typing import NamedTuple

from coagent.domain.provider_names import is_gateway, priced_provider

_FAMILIES = {
    "openai": r"gpt-?(?:\d|oss)[\w.:-]*|chatgpt-[\w.-]+|o[134](?:-(?:mini|pro|preview|deep-research))?|codex-[\w.-]+"
    r"|o[134](?:-[a-z]+)*-\d{4}-\d\d-\d\d|text-embedding-[\w.-]+|ft:gpt-[\w.:-]+",
    "anthropic": r"claude-[\w.@:-]+",
    "google": r"gemini-[\w.-]+|gemma-?\d[\w.:-]*",
    "mistral": r"(?:mistral|mixtral|ministral|magistral|codestral|devstral|pixtral)-[\w.:-]+",
    "cohere": r"command-(?:[ra][\w.-]*|light)",
    "deepseek": r"deepseek-[\w.:-]+",
    "x-ai": r"grok-[\w.-]+",
    "aws": r"nova-(?:micro|lite|pro|premier)[\w.:-]*|titan-[\w.:-]+",
    "": r"(?:meta-)?llama-?\d[\w.:-]*|qwen-?[\d.]*-?[\w.:-]+|kimi-[\w.-]+|glm-\d[\w.-]*|phi-?\d[\w.:-]*|sonar-[\w-]+",
}
_MAKERS = "anthropic|meta|amazon|mistral|cohere|ai21|deepseek|us|eu|apac|global"
_NAMED = re.compile(
    r"(?P<path>@?(?:[\w.-]+/){0,4})(?:(?P<vendor>[\w-]+):)??(?:(?:" + _MAKERS + r")\.){0,2}(?:"
    + "|".join(f"(?P<f{place}>{one})" for place, one in enumerate(_FAMILIES.values()))
    + ")",
    re.IGNORECASE,
)  # fmt: skip
_SNAPSHOT = re.compile(r"[-@]20\d\d-?\d\d-?\d\d(?:-v\d+)?(?::\d+)?$|-\d{4}(?:-preview)?$|-00\d$|-v\d+:\d+$")
_FLOATING = re.compile(r"[-@:]latest$")
_ROUTING = re.compile(r":(?:nitro|floor|free|exacto)$")
"""OpenRouter's suffixes for which provider serves the same model."""
_ARN = re.compile(r"^arn:[^/]+/")
_PLAUSIBLE = re.compile(r"@?[A-Za-z0-9][\w./:@-]{0,199}")
LONGEST = 200
"""Characters of a name: longer than any provider's."""
_CONSTANT = re.compile(r"(?:Chat)?Model_?(?=[A-Z])")


class ModelName(NamedTuple):
    """`provider` as the price table names it, None: not known. `base`: the name without a date or `latest`. `routing`:
    a suffix that chooses who serves it.
    """

    provider: str | None
    name: str
    base: str
    routing: str = ""

    @property
    def is_pinned(self) -> bool:
        """Whether it names one version for good."""
        return bool(_SNAPSHOT.search(self.name))

    @property
    def is_floating(self) -> bool:
        return bool(_FLOATING.search(self.name))


def is_model(text: str) -> bool:
    """Whether the whole text is a name of a model family that is known.

    >>> is_model("openai/gpt-4o"), is_model("anthropic.claude-3-haiku-20240307-v1:0"), is_model("auth.user")
    (True, True, False)
    >>> is_model("openai:gpt-4o"), is_model("role:gpt-4o")
    (True, False)
    """
    found = _NAMED.fullmatch(without_arn(text)) if len(text) <= LONGEST else None
    return found is not None and (found["vendor"] is None or _is_vendor(found["vendor"]))


def without_arn(text: str) -> str:
    """The model of a Bedrock ARN.

    >>> without_arn("arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0")
    'amazon.nova-lite-v1:0'
    """
    return _ARN.sub("", text)


def _is_vendor(text: str) -> bool:
    return priced_provider(text) is not None or is_gateway(text)


def is_plausible(text: str) -> bool:
    """Whether it may name a deployment."""
    return bool(_PLAUSIBLE.fullmatch(text))


def model_name(written: str, provider: str | None = None) -> ModelName:
    """By its own prefix, else by `provider` beside it, else by its family.

    >>> model_name("azure/gpt-4o-2024-08-06")
    ModelName(provider='azure', name='gpt-4o-2024-08-06', base='gpt-4o', routing='')
    >>> model_name("claude-3-5-sonnet-latest").base
    'claude-3-5-sonnet'
    >>> model_name("anthropic:claude-opus-4-8").provider, model_name("@prod/gpt-4o").name
    ('anthropic', 'gpt-4o')
    """
    text = _with_slash(without_arn(written))
    first, *rest = [one for one in text.split("/")[:-1] if not is_gateway(one)] or [""]
    known = priced_provider(first) if first else None
    path = rest if known else [first, *rest] if first else []
    name = "/".join([*path, text.rpartition("/")[2]])
    beside = priced_provider(provider) if provider else None
    routing = found[0] if (found := _ROUTING.search(name)) else ""
    base = _FLOATING.sub("", _SNAPSHOT.sub("", name.removesuffix(routing)))
    return ModelName(known or beside or _by_family(text), name, base, routing)


def _with_slash(written: str) -> str:
    """`vendor:model` as `vendor/model`, and without the name of an account (`@account/model`)."""
    text = written.partition("/")[2] if written.startswith("@") else written
    vendor, _, rest = text.partition(":")
    return f"{vendor}/{rest}" if _NAMED.fullmatch(rest) and _is_vendor(vendor) else text


def _by_family(written: str) -> str | None:
    found = _NAMED.fullmatch(written)
    if found is None:
        return None
    provider = next(one for place, one in enumerate(_FAMILIES) if found[f"f{place}"])
    return provider or None


def from_constant(name: str) -> str | None:
    """The model that an SDK's constant stands for; None where it is no model's.

    >>> from_constant("GPT4oMini"), from_constant("ModelClaude3_5SonnetLatest"), from_constant("GPT_4O_MINI")
    ('gpt-4o-mini', 'claude-3-5-sonnet-latest', 'gpt-4o-mini')
    >>> from_constant("ModelClaudeSonnet4_5"), from_constant("O3Mini")
    ('claude-sonnet-4-5', 'o3-mini')
    """
    text = _CONSTANT.sub("", name).replace("Dot", ".")
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text) if not text.isupper() else text
    text = re.sub(r"(?<=[A-Za-z]{3})(?=\d)", "-", text).replace("_", "-").lower()
    return text if is_model(text) else None
