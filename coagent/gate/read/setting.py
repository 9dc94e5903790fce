"""One setting of calls of models, as a file has it, and which names of settings are read."""

import re
from typing import NamedTuple

MODEL, CACHE_MARKER, FALLBACKS = "model", "cache_marker", "fallbacks"
MODELS, VERSION = "models", "version"
"""Until it is known what they belong to: a list of models, and the version of a model named beside it."""
VARIABLE = "variable"
"""An environment variable that names a model."""

NAMES = {
    MODEL: "model model_id llm_model chat_model engine deployment_id deployment_name azure_deployment "
    "azure_deployment_id azure_deployment_name model_name_override default_model embedding_model response_model "
    "model_override",
    "max_tokens": "max_tokens max_completion_tokens max_output_tokens max_tokens_to_sample num_predict max_new_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "reasoning_effort": "reasoning_effort effort",
    "thinking_budget": "budget_tokens thinking_budget max_thinking_tokens thinking_tokens",
    "service_tier": "service_tier processing_tier",
    "n": "n num_completions candidate_count num_generations",
    "stream": "stream streaming",
    "timeout": "timeout request_timeout stream_timeout timeout_ms read_timeout",
    "max_retries": "max_retries num_retries retries max_attempts attempts",
    "batch": "batch use_batch batch_mode",
    CACHE_MARKER: "cache_control cache_point prompt_cache_key prompt_cache_retention cached_content",
    FALLBACKS: "fallbacks context_window_fallbacks content_policy_fallbacks default_fallbacks fallback_models",
    "weight": "weight",
    "quantization": "quantization quantize",
}
"""Canonical name to the spellings of APIs, SDKs and gateways."""
_UNSETTLED = {MODELS: "models", VERSION: "model_version"}
_BY_SPELLING = {
    one.replace("_", ""): name for name, spellings in (NAMES | _UNSETTLED).items() for one in spellings.split()
}
AMBIGUOUS = frozenset(
    {"n", "timeout", "max_retries", "batch", "stream", "temperature", "weight", "top_p", "quantization"}
)
"""Names that other software uses too: they count only beside a model or what else shows a call of one."""
CONTEXT = frozenset({"messages", "prompt", "systemprompt", "tools", "toolchoice", "responseformat", "litellmparams"})
"""Spellings that show a call of a model."""
SERVICE_TIER = "service_tier"
SIGNS = frozenset({"max_tokens", "reasoning_effort", "thinking_budget"})
"""Settings that nothing but a call of a model has."""
_IN_VARIABLES = SIGNS | {SERVICE_TIER}
_DEPLOYMENTS = ("azuredeployment", "modelnameoverride")
_ROUTES = frozenset({"modelname", "servedmodelname", "basemodel", "alias", "id", "title", "description", "displayname"})
_PRICE = re.compile(r"per(?:1?[km]|million|thousand)?(?:input|output|prompt|completion)?tok")
_ENDS_IN_MODEL = re.compile(r"(?:^|[a-z0-9_])(?:model|model_?name|model_?id|llm)s?$", re.IGNORECASE)
_SKU = re.compile(r"(?:(?:Global|DataZone)?(?:Standard|Batch|ProvisionedManaged)|DeveloperTier)$")
"""learn.microsoft.com "Deployment types for Azure AI Foundry Models"."""
_NOT_WORD = re.compile(r"[^a-z0-9]")


class Setting(NamedTuple):
    """`owner`: where in the file's structure, "" in code; `group`: the call or mapping that it belongs to; `beside`:
    the model of that call; `variable`: the environment variable of which this is the default.
    """

    name: str
    value: str
    file: str
    line: int
    owner: str = ""
    group: int = 0
    beside: str | None = None
    route: str | None = None
    task: str | None = None
    variable: str | None = None


def canonical(key: str) -> str | None:
    """None where it is no setting of a call.

    >>> canonical("maxOutputTokens"), canonical("max_completion_tokens"), canonical("color")
    ('max_tokens', 'max_tokens', None)
    >>> canonical("SUMMARY_MAX_TOKENS"), canonical("HTTP_TIMEOUT")
    ('max_tokens', None)
    """
    return _BY_SPELLING.get(folded(key)) or (_of_variable(key) if key.isupper() else None)


def _of_variable(key: str) -> str | None:
    """By its last two words or more."""
    words = key.lower().split("_")
    endings = ("".join(words[start:]) for start in range(1, len(words) - 1))
    return next((name for one in endings if (name := _BY_SPELLING.get(one)) in _IN_VARIABLES), None)


def folded(key: str) -> str:
    """Lower case without separators."""
    return _NOT_WORD.sub("", key.lower())


def may_name_model(key: str) -> bool:
    """Whether its value is a model if it looks like one.

    >>> may_name_model("SUMMARY_MODEL"), may_name_model("chatModel"), may_name_model("remodel")
    (True, True, True)
    """
    return bool(_ENDS_IN_MODEL.search(key))


def names_deployment(key: str) -> bool:
    """Whether its value is a model, whatever it looks like."""
    return folded(key).startswith(_DEPLOYMENTS)


def names_route(key: str) -> bool:
    """Whether its value is what a company calls a model, not the model that is called."""
    return folded(key) in _ROUTES


def is_deployed_as(key: str, value: str) -> bool:
    """Whether `name` in the mapping of that key says how Azure deploys a model: what a service tier is elsewhere.

    >>> is_deployed_as("sku", "GlobalBatch"), is_deployed_as("sku", "Standard_LRS"), is_deployed_as("vm", "Standard")
    (True, False, False)
    """
    return folded(key) == "sku" and bool(_SKU.match(value))


def is_price(key: str) -> bool:
    """Whether its value is a price of tokens, so that what stands beside it is a table of prices.

    >>> is_price("input_usd_per_mtok"), is_price("output_cost_per_token"), is_price("max_tokens")
    (True, True, False)
    """
    return bool(_PRICE.search(folded(key)))


def plain_value(text: str) -> str:
    """Numbers and booleans in one spelling.

    >>> plain_value("4_000"), plain_value("True"), plain_value("0.20")
    ('4000', 'true', '0.2')
    """
    stripped = text.strip()
    if re.fullmatch(r"-?\d[\d_]*(\.\d+)?([eE][+-]?\d+)?", stripped):
        return f"{float(stripped.replace('_', '')):.12g}"
    return stripped.lower() if stripped.lower() in ("true", "false", "null", "none") else stripped
