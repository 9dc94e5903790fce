"""Changes in the shapes that gateways, SDKs and deployments document, with what they change. Written down before the
readers were tried on them.

Shapes after the public documents of Kong AI Gateway, Envoy AI Gateway, LiteLLM, Portkey, Helicone, Bifrost, OpenRouter,
vLLM, LangChain, LlamaIndex, OpenAI, Anthropic, Amazon Bedrock, Terraform's azurerm and aws providers, Kubernetes.
"""

from dataclasses import dataclass, field

from tests.unit.gate.cases import Changed, Files


@dataclass(frozen=True)
class Shape:
    """One file; `edits` turn it into the new one. `bare`: what a bare diff shows, None: the same."""

    name: str
    path: str
    text: str
    edits: tuple[tuple[str, str], ...]
    changes: list[Changed] = field(default_factory=list)
    bare: list[Changed] | None = None

    def sides(self) -> tuple[Files, Files]:
        after = self.text
        for old, new in self.edits:
            assert after.count(old) == 1, (self.name, old, after.count(old))
            after = after.replace(old, new)
        return {self.path: self.text}, {self.path: after}


def swapped(before: str, after: str) -> Changed:
    return ("model_swapped", "model", before, after)


def set_to(name: str, before: str | None, after: str | None) -> Changed:
    return ("parameter_changed", name, before, after)


KONG_ADVANCED = """_format_version: "3.0"
plugins:
- name: ai-proxy-advanced
  config:
    balancer:
      algorithm: round-robin
      retries: 3
    targets:
    - model:
        name: gpt-4o
        provider: openai
        options:
          max_tokens: 512
          temperature: 1.0
      route_type: llm/v1/chat
      weight: 70
    - model:
        name: gpt-4o-mini
        provider: openai
        options:
          max_tokens: 512
          temperature: 1.0
      route_type: llm/v1/chat
      weight: 30
"""
KONG_AZURE = """_format_version: "3.0"
services:
- name: answers
  routes:
  - name: chat
    paths: [/chat]
    plugins:
    - name: ai-proxy
      config:
        route_type: llm/v1/chat
        auth: {azure_use_managed_identity: true}
        model:
          provider: azure
          options:
            azure_instance: eu-prod
            azure_deployment_id: eu-gpt-4o
            azure_api_version: "2024-10-21"
"""
ENVOY_MATCH = """apiVersion: aigateway.envoyproxy.io/v1beta1
kind: AIGatewayRoute
metadata:
  name: chat
spec:
  parentRefs:
    - {name: gateway, kind: Gateway, group: gateway.networking.k8s.io}
  rules:
    - matches:
        - headers:
            - type: Exact
              name: x-ai-eg-model
              value: gpt-4o-mini
      backendRefs:
        - name: openai
          priority: 0
        - name: azure
          priority: 1
  llmRequestCosts:
    - {metadataKey: total, type: TotalToken}
"""
ENVOY_OVERRIDE = """apiVersion: aigateway.envoyproxy.io/v1beta1
kind: AIGatewayRoute
metadata: {name: sonnet}
spec:
  rules:
    - matches:
        - headers:
            - {type: Exact, name: x-ai-eg-model, value: claude-sonnet}
      backendRefs:
        - name: bedrock
          modelNameOverride: us.anthropic.claude-3-5-sonnet-20241022-v2:0
          weight: 90
        - name: anthropic
          modelNameOverride: claude-3-5-sonnet-20241022
          weight: 10
"""
LITELLM_ROUTER = """model_list:
  - model_name: gpt-4o
    litellm_params:
      model: azure/gpt-4o-eu
      api_base: https://eu.openai.azure.com/
      api_key: os.environ/AZURE_API_KEY_EU
      rpm: 600
    model_info:
      base_model: azure/gpt-4o
  - model_name: fast
    litellm_params: {model: gemini/gemini-2.5-flash, api_key: os.environ/GEMINI_API_KEY}
litellm_settings:
  num_retries: 5
  request_timeout: 600
  context_window_fallbacks: [{"gpt-4o": ["gpt-4.1"]}]
router_settings:
  routing_strategy: usage-based-routing-v2
  model_group_alias: {"cheap": "fast"}
"""
LITELLM_PRICED = """model_list:
  - model_name: local
    litellm_params:
      model: openai/qwen2.5-72b-instruct
      api_base: http://vllm:8000/v1
      input_cost_per_token: 0.0000004
      output_cost_per_token: 0.0000008
    model_info:
      max_input_tokens: 32768
"""
PORTKEY_WEIGHTS = """{
  "strategy": {"mode": "loadbalance"},
  "retry": {"attempts": 3, "on_status_codes": [429]},
  "targets": [
    {
      "virtual_key": "openai-prod",
      "weight": 0.75,
      "override_params": {"model": "gpt-4o"}
    },
    {
      "virtual_key": "anthropic-prod",
      "weight": 0.25,
      "override_params": {"model": "claude-sonnet-4-6", "max_tokens": 1024}
    }
  ]
}
"""
PORTKEY_CATALOG = """{
  "strategy": {"mode": "fallback", "on_status_codes": [429, 503]},
  "targets": [
    {"override_params": {"model": "@openai-prod/gpt-4o"}},
    {"override_params": {"model": "@bedrock-prod/us.anthropic.claude-sonnet-4-5-20250929-v1:0"}}
  ]
}
"""
HELICONE = """routers:
  production:
    load-balance:
      chat:
        strategy: model-latency
        models:
          - openai/gpt-4o-mini
          - anthropic/claude-haiku-4-5
    retries: {enabled: true, strategy: exponential}
"""
HELICONE_WEIGHTED = """routers:
  canary:
    load-balance:
      chat:
        strategy: model-weighted
        models:
          - model: openai/gpt-4o
            weight: 0.95
          - model: openai/gpt-5.1
            weight: 0.05
"""
BIFROST = """{
  "providers": {
    "openai": {
      "keys": [
        {"value": "env.OPENAI_API_KEY", "models": ["gpt-4o-mini", "gpt-4o"], "weight": 1.0}
      ],
      "network_config": {"default_request_timeout_in_seconds": 30}
    }
  }
}
"""
OPENROUTER_PYTHON = """from openai import OpenAI

client = OpenAI(base_url="https://openrouter.ai/api/v1")


def answer(question):
    return client.chat.completions.create(
        model="anthropic/claude-sonnet-4.5",
        messages=[{"role": "user", "content": question}],
        max_tokens=500,
        extra_body={
            "models": ["openai/gpt-4o", "google/gemini-2.5-flash"],
            "provider": {"order": ["Anthropic", "Amazon Bedrock"], "allow_fallbacks": True},
        },
    )
"""
OPENROUTER_FETCH = """const response = await fetch("https://openrouter.ai/api/v1/chat/completions", {
  method: "POST",
  headers: { Authorization: `Bearer ${key}` },
  body: JSON.stringify({
    model: "deepseek/deepseek-chat-v3.1:nitro",
    messages,
    provider: { sort: "throughput" },
  }),
});
"""
VLLM_ARGS = """apiVersion: apps/v1
kind: Deployment
metadata: {name: vllm}
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args:
            - --model
            - meta-llama/Llama-3.1-70B-Instruct
            - --served-model-name=chat
            - --max-model-len=8192
            - --tensor-parallel-size=4
          resources:
            limits: {nvidia.com/gpu: "4"}
"""
VLLM_SHELL = """#!/bin/sh
exec vllm serve Qwen/Qwen2.5-32B-Instruct \\
  --max-model-len 16384 \\
  --gpu-memory-utilization 0.9
"""
COMPOSE = """services:
  api:
    image: acme/api:1.4
    environment:
      - LOG_LEVEL=info
      - SUMMARY_MODEL=gpt-4o
      - SUMMARY_MAX_TOKENS=800
    ports: ["8000:8000"]
"""
CONFIG_MAP = """apiVersion: v1
kind: ConfigMap
metadata:
  name: litellm
data:
  config.yaml: |
    model_list:
      - model_name: chat
        litellm_params:
          model: openai/gpt-4o
          api_key: os.environ/OPENAI_API_KEY
    litellm_settings:
      drop_params: true
"""
LANGCHAIN = """from langchain.chat_models import init_chat_model
from langchain_openai import ChatOpenAI

router = init_chat_model("anthropic:claude-haiku-4-5", temperature=0)
writer = ChatOpenAI(model="gpt-4o", temperature=0.2, max_tokens=900, timeout=30)
"""
LANGCHAIN_FALLBACKS = """from langchain_anthropic import ChatAnthropic
from langchain_openai import ChatOpenAI

chain = prompt | ChatOpenAI(model="gpt-4o").with_fallbacks([ChatAnthropic(model="claude-sonnet-4-6")])
"""
LLAMA_INDEX = """from llama_index.core import Settings
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.anthropic import Anthropic

Settings.llm = Anthropic(model="claude-sonnet-4-6", max_tokens=1024)
Settings.embed_model = OpenAIEmbedding(model="text-embedding-3-small", dimensions=512)
Settings.chunk_size = 512
"""
RESPONSES = """async def plan(client, goal):
    return await client.responses.create(
        model="gpt-5.1",
        input=goal,
        reasoning={"effort": "low", "summary": "auto"},
        max_output_tokens=2000,
        service_tier="flex",
    )
"""
THINKING = """message = client.messages.create(
    model="claude-opus-4-8",
    max_tokens=20000,
    thinking={"type": "enabled", "budget_tokens": 2048},
    messages=history,
)
"""
CACHE_TTL = """const message = await anthropic.messages.create({
  model: "claude-opus-4-8",
  max_tokens: 1024,
  system: [{ type: "text", text: handbook, cache_control: { type: "ephemeral", ttl: "5m" } }],
  messages,
});
"""
AZURERM = """resource "azurerm_cognitive_deployment" "chat" {
  name                 = "chat"
  cognitive_account_id = azurerm_cognitive_account.this.id
  model {
    format  = "OpenAI"
    name    = "gpt-4o"
    version = "2024-08-06"
  }
  sku {
    name     = "GlobalStandard"
    capacity = 150
  }
}
"""
INFERENCE_PROFILE = """resource "aws_bedrock_inference_profile" "support" {
  name = "support"
  model_source {
    copy_from = "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-5-sonnet-20241022-v2:0"
  }
  tags = { team = "support" }
}
"""
BEDROCK_CONVERSE = """response = bedrock.converse(
    modelId="arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
    messages=messages,
    inferenceConfig={"maxTokens": 512, "temperature": 0.2},
)
"""
DOTENV = """# answers
OPENAI_API_BASE=https://api.openai.com/v1
OPENAI_MODEL="gpt-4o"
LLM_MAX_TOKENS=1024
LLM_TEMPERATURE=0.2
"""
GEMINI = """const result = await ai.models.generateContent({
  model: "gemini-2.5-flash",
  contents: question,
  config: { maxOutputTokens: 800, thinkingConfig: { thinkingBudget: 0 } },
});
"""
PYDANTIC_AI = """from pydantic_ai import Agent

agent = Agent("openai:gpt-4o", system_prompt=RULES, model_settings={"max_tokens": 600})
"""
TOML = """[llm]
provider = "anthropic"
model = "claude-sonnet-4-6"
max_tokens = 1500

[llm.fallback]
model = "claude-haiku-4-5"
"""
TF_VARIABLE = """variable "chat_model" {
  type        = string
  description = "The model that answers"
  default     = "gpt-4o"
}
"""
OWN_PRICES = """prices:
  - {provider: openai, model: gpt-4o, input_usd_per_mtok: 2.0, output_usd_per_mtok: 8.0}
"""
PRICE_MAP = """{
  "gpt-4o": {"max_tokens": 16384, "input_cost_per_token": 0.0000025, "litellm_provider": "openai", "mode": "chat"}
}
"""
API_SCHEMA = """openapi: 3.1.0
components:
  schemas:
    ChatRequest:
      properties:
        model:
          type: string
          enum: [gpt-4o, gpt-4o-mini]
        max_tokens: {type: integer, maximum: 4096}
        fallbacks:
          items: {minItems: 1}
"""

SHAPES = [
    Shape(
        "Kong ai-proxy-advanced, one target of two",
        "kong.yaml",
        KONG_ADVANCED,
        (("name: gpt-4o-mini", "name: gpt-5-mini"),),
        [swapped("openai/gpt-4o-mini", "openai/gpt-5-mini")],
        bare=[swapped("gpt-4o-mini", "gpt-5-mini")],
    ),
    Shape(
        "Kong ai-proxy-advanced, weights",
        "deck/kong.yaml",
        KONG_ADVANCED,
        (("weight: 70", "weight: 20"), ("weight: 30", "weight: 80")),
        [set_to("weight", "70", "20"), set_to("weight", "30", "80")],
    ),
    Shape(
        "Kong ai-proxy on an Azure deployment",
        "kong.yaml",
        KONG_AZURE,
        (("azure_deployment_id: eu-gpt-4o", "azure_deployment_id: eu-gpt-4o-mini"),),
        [swapped("azure/eu-gpt-4o", "azure/eu-gpt-4o-mini")],
        bare=[swapped("eu-gpt-4o", "eu-gpt-4o-mini")],
    ),
    Shape(
        "Envoy AI Gateway, the matched model",
        "route.yaml",
        ENVOY_MATCH,
        (("value: gpt-4o-mini", "value: gpt-4o"),),
        [swapped("gpt-4o-mini", "gpt-4o")],
    ),
    Shape(
        "Envoy AI Gateway, an override on Bedrock",
        "k8s/route.yaml",
        ENVOY_OVERRIDE,
        (("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),),
        [swapped("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "us.anthropic.claude-sonnet-4-5-20250929-v1:0")],
    ),
    Shape(
        "LiteLLM, another Azure deployment of the same route",
        "litellm/config.yaml",
        LITELLM_ROUTER,
        (("azure/gpt-4o-eu", "azure/gpt-4o-ca"), ("rpm: 600", "rpm: 900")),
        [swapped("azure/gpt-4o-eu", "azure/gpt-4o-ca")],
    ),
    Shape(
        "LiteLLM, alias, retries and fallbacks",
        "litellm/config.yaml",
        LITELLM_ROUTER,
        (
            ('{"cheap": "fast"}', '{"cheap": "gpt-4o"}'),
            ("num_retries: 5", "num_retries: 2"),
            ('["gpt-4.1"]', '["gpt-4.1", "gemini/gemini-2.5-pro"]'),
        ),
        [
            swapped("fast", "gpt-4o"),
            set_to("max_retries", "5", "2"),
            ("fallback_changed", "fallbacks", "gpt-4.1", "gpt-4.1 > gemini/gemini-2.5-pro"),
        ],
        bare=[
            ("model_added", "model", None, "gpt-4o"),  # that "fast" is one of a route is not in the hunk
            set_to("max_retries", "5", "2"),
            ("fallback_changed", "fallbacks", "gpt-4.1", "gpt-4.1 > gemini/gemini-2.5-pro"),
        ],
    ),
    Shape(
        "LiteLLM, prices of an own model",
        "litellm.yaml",
        LITELLM_PRICED,
        (("0.0000004", "0.0000002"), ("max_input_tokens: 32768", "max_input_tokens: 65536")),
    ),
    Shape(
        "Portkey, weights and one target",
        "portkey.json",
        PORTKEY_WEIGHTS,
        (("0.75", "0.5"), ('"weight": 0.25', '"weight": 0.5'), ("claude-sonnet-4-6", "claude-opus-4-8")),
        [
            swapped("claude-sonnet-4-6", "claude-opus-4-8"),
            set_to("weight", "0.75", "0.5"),
            set_to("weight", "0.25", "0.5"),
        ],
    ),
    Shape(
        "Portkey, models of its catalogue",
        "config/portkey.json",
        PORTKEY_CATALOG,
        (("@openai-prod/gpt-4o", "@openai-prod/gpt-4o-mini"),),
        [swapped("@openai-prod/gpt-4o", "@openai-prod/gpt-4o-mini")],
    ),
    Shape(
        "Helicone, models balanced by latency",
        "ai-gateway.yaml",
        HELICONE,
        (("- anthropic/claude-haiku-4-5", "- google/gemini-2.5-flash"),),
        [swapped("anthropic/claude-haiku-4-5", "google/gemini-2.5-flash")],
    ),
    Shape(
        "Helicone, models balanced by weight",
        "ai-gateway.yaml",
        HELICONE_WEIGHTED,
        (("0.95", "0.5"), ("0.05", "0.5")),
        [set_to("weight", "0.95", "0.5"), set_to("weight", "0.05", "0.5")],
    ),
    Shape(
        "Bifrost, one more model of a key",
        "config.json",
        BIFROST,
        (('["gpt-4o-mini", "gpt-4o"]', '["gpt-4o", "gpt-4o-mini", "gpt-4-turbo"]'),),
        [("model_added", "model", None, "gpt-4-turbo")],
    ),
    Shape(
        "OpenRouter, order of fallbacks",
        "app/answer.py",
        OPENROUTER_PYTHON,
        (('["openai/gpt-4o", "google/gemini-2.5-flash"]', '["google/gemini-2.5-flash", "openai/gpt-4o"]'),),
        [
            (
                "fallback_changed",
                "fallbacks",
                "openai/gpt-4o > google/gemini-2.5-flash",
                "google/gemini-2.5-flash > openai/gpt-4o",
            )
        ],
        bare=[],  # the model that they follow is not in the hunk: a list of models alone has no order
    ),
    Shape(
        "OpenRouter, from the fastest provider to the cheapest",
        "web/answer.ts",
        OPENROUTER_FETCH,
        (("v3.1:nitro", "v3.1:floor"), ('"throughput"', '"price"')),
        [
            (
                "provider_changed",
                "model",
                "deepseek/deepseek-chat-v3.1:nitro",
                "deepseek/deepseek-chat-v3.1:floor",
            )
        ],
    ),
    Shape(
        "vLLM, arguments of a container",
        "k8s/vllm.yaml",
        VLLM_ARGS,
        (("Llama-3.1-70B-Instruct", "Llama-3.1-8B-Instruct"), ("--tensor-parallel-size=4", "--tensor-parallel-size=1")),
        [swapped("meta-llama/Llama-3.1-70B-Instruct", "meta-llama/Llama-3.1-8B-Instruct")],
    ),
    Shape(
        "vLLM, a shell script that quantizes",
        "serve.sh",
        VLLM_SHELL,
        (("--max-model-len 16384", "--quantization fp8 --max-model-len 16384"),),
        [set_to("quantization", None, "fp8")],
    ),
    Shape(
        "vLLM, a shell script with another model",
        "serve.sh",
        VLLM_SHELL,
        (("Qwen/Qwen2.5-32B-Instruct", "Qwen/Qwen3-8B"),),
        [swapped("Qwen/Qwen2.5-32B-Instruct", "Qwen/Qwen3-8B")],
    ),
    Shape(
        "Compose, environment as a list",
        "compose.yaml",
        COMPOSE,
        (("SUMMARY_MODEL=gpt-4o", "SUMMARY_MODEL=gpt-4o-mini"), ("_TOKENS=800", "_TOKENS=1600"), ("1.4", "1.5")),
        [swapped("gpt-4o", "gpt-4o-mini"), set_to("max_tokens", "800", "1600")],
    ),
    Shape(
        "Kubernetes, a configuration inside a ConfigMap",
        "k8s/litellm.yaml",
        CONFIG_MAP,
        (("openai/gpt-4o", "openai/gpt-4o-mini"),),
        [swapped("openai/gpt-4o", "openai/gpt-4o-mini")],
    ),
    Shape(
        "LangChain, a provider before the model",
        "app/chains.py",
        LANGCHAIN,
        (("anthropic:claude-haiku-4-5", "openai:gpt-4o-mini"), ("max_tokens=900", "max_tokens=1200")),
        [swapped("anthropic:claude-haiku-4-5", "openai:gpt-4o-mini"), set_to("max_tokens", "900", "1200")],
    ),
    Shape(
        "LangChain, the fallback alone",
        "app/chain.py",
        LANGCHAIN_FALLBACKS,
        (("claude-sonnet-4-6", "claude-haiku-4-5"),),
        [swapped("claude-sonnet-4-6", "claude-haiku-4-5")],
    ),
    Shape(
        "LlamaIndex, the embedding",
        "app/index.py",
        LLAMA_INDEX,
        (("text-embedding-3-small", "text-embedding-3-large"), ("dimensions=512", "dimensions=1024")),
        [swapped("text-embedding-3-small", "text-embedding-3-large")],
    ),
    Shape(
        "OpenAI's Responses, effort raised and tier gone",
        "app/plan.py",
        RESPONSES,
        (('"effort": "low"', '"effort": "high"'), ('        service_tier="flex",\n', "")),
        [set_to("reasoning_effort", "low", "high"), set_to("service_tier", "flex", None)],
    ),
    Shape(
        "Anthropic, a larger budget to think",
        "app/think.py",
        THINKING,
        (('"budget_tokens": 2048', '"budget_tokens": 16_000'),),
        [set_to("thinking_budget", "2048", "16000")],
    ),
    Shape(
        "Anthropic, a cache that lives longer",
        "web/chat.ts",
        CACHE_TTL,
        (('ttl: "5m"', 'ttl: "1h"'),),
        [set_to("cache_marker", "5m", "1h")],
    ),
    Shape(
        "Terraform, an Azure deployment of another model",
        "infra/openai.tf",
        AZURERM,
        (('"gpt-4o"', '"gpt-4o-mini"'), ('"2024-08-06"', '"2024-07-18"')),
        [swapped("gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18")],
    ),
    Shape(
        "Terraform, an Azure deployment of a newer version",
        "infra/openai.tf",
        AZURERM,
        (('"2024-08-06"', '"2024-11-20"'),),
        [swapped("gpt-4o-2024-08-06", "gpt-4o-2024-11-20")],
    ),
    Shape(
        "Terraform, an Azure deployment by the batch",
        "infra/openai.tf",
        AZURERM,
        (('"GlobalStandard"', '"GlobalBatch"'),),
        [set_to("service_tier", "GlobalStandard", "GlobalBatch")],
    ),
    Shape(
        "Terraform, a storage account's kind",
        "infra/storage.tf",
        """resource "azurerm_managed_disk" "data" {
  sku {
    name = "Standard_LRS"
  }
}
""",
        (("Standard_LRS", "Premium_LRS"),),
        [],
    ),
    Shape(
        "Terraform, a Bedrock inference profile",
        "infra/bedrock.tf",
        INFERENCE_PROFILE,
        (("anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic.claude-sonnet-4-5-20250929-v1:0"),),
        [swapped("anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic.claude-sonnet-4-5-20250929-v1:0")],
    ),
    Shape(
        "Bedrock's Converse with a profile's ARN",
        "app/bedrock.py",
        BEDROCK_CONVERSE,
        (
            ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "eu.anthropic.claude-haiku-4-5-20251001-v1:0"),
            ("512", "700"),
        ),
        [
            swapped("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "eu.anthropic.claude-haiku-4-5-20251001-v1:0"),
            set_to("max_tokens", "512", "700"),
        ],
    ),
    Shape(
        "Environment file with a prefix before each name",
        ".env",
        DOTENV,
        (('"gpt-4o"', '"gpt-4.1"'), ("LLM_MAX_TOKENS=1024", "LLM_MAX_TOKENS=4096")),
        [swapped("gpt-4o", "gpt-4.1"), set_to("max_tokens", "1024", "4096")],
    ),
    Shape(
        "Gemini, thinking switched on",
        "web/gemini.ts",
        GEMINI,
        (("thinkingBudget: 0", "thinkingBudget: -1"), ("maxOutputTokens: 800", "maxOutputTokens: 1600")),
        [set_to("thinking_budget", "0", "-1"), set_to("max_tokens", "800", "1600")],
    ),
    Shape(
        "Pydantic AI, a provider before the model",
        "app/agent.py",
        PYDANTIC_AI,
        (("openai:gpt-4o", "openai:gpt-5.1"), ('"max_tokens": 600', '"max_tokens": 900')),
        [swapped("openai:gpt-4o", "openai:gpt-5.1"), set_to("max_tokens", "600", "900")],
    ),
    Shape(
        "TOML, a fallback's own table",
        "settings.toml",
        TOML,
        (("claude-haiku-4-5", "claude-sonnet-4-5"), ("max_tokens = 1500", "max_tokens = 3000")),
        [swapped("claude-haiku-4-5", "claude-sonnet-4-5"), set_to("max_tokens", "1500", "3000")],
    ),
    Shape(
        "Terraform, the default of a variable",
        "infra/variables.tf",
        TF_VARIABLE,
        (('"gpt-4o"', '"gpt-4o-mini"'),),
        [swapped("gpt-4o", "gpt-4o-mini")],
    ),
    Shape(
        "A table of prices in YAML",
        "prices.yaml",
        OWN_PRICES,
        (("model: gpt-4o,", "model: gpt-4.1,"), ("2.0", "1.9")),
    ),
    Shape(
        "A table of prices in JSON",
        "model_prices.json",
        PRICE_MAP,
        (('"gpt-4o"', '"gpt-4-turbo"'), ("16384", "4096")),
    ),
    Shape(
        "A schema of an API that lists models",
        "openapi.yaml",
        API_SCHEMA,
        (
            ("[gpt-4o, gpt-4o-mini]", "[gpt-4o, gpt-4o-mini, gpt-4-turbo]"),
            ("maximum: 4096", "maximum: 8192"),
            ("minItems: 1", "minItems: 2"),
        ),
    ),
]
