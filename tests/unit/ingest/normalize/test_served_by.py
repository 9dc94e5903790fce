import pytest

from coagent.ingest.normalize.hosts import provider_of_host
from coagent.ingest.normalize.served_by import served_by

from .readings import read

BEDROCK = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"


def served(provider=None, model=None, host=None, marks=(), answered=None):
    return tuple(served_by(provider, model, answered, host, marks))


@pytest.mark.parametrize(
    "provider",
    [
        "openai", "OpenAI", "anthropic", "azure", "azure.ai.openai", "aws.bedrock", "bedrock", "AWS", "gcp.gemini",
        "gcp.vertex_ai", "vertex_ai", "gemini", "google", "mistral_ai", "x_ai", "xai", "groq", "together_ai",
        "openrouter", "deepseek", "hosted_vllm", "ollama", "my-own-provider", "Ollama", "google-vertex",
        "google-gla", "azure_openai", "TogetherAI",
    ],
)  # fmt: skip
@pytest.mark.parametrize("model", ["gpt-4o", "azure/gpt-4o", "meta-llama/Llama-3.1-8B-Instruct"])
def test_a_provider_stays_as_it_is_written(provider, model):
    expected = ("azure", "gpt-4o") if provider in {"openai", "OpenAI", "anthropic"} and "/gpt" in model else None
    assert served(provider, model) == (expected or (provider, model))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("openai.chat", "openai"),
        ("openai.responses", "openai"),
        ("anthropic.messages", "anthropic"),
        ("google.generative-ai", "google"),
        ("google.vertex.chat", "gcp.vertex_ai"),
        ("vertex.anthropic.messages", "gcp.vertex_ai"),
        ("amazon-bedrock", "aws.bedrock"),
        ("azure-openai.chat", "azure"),
        ("azure.responses", "azure"),
        ("az.ai.inference", "azure.ai.inference"),
        ("az.ai.openai", "azure.ai.openai"),
        ("mistral.chat", "mistral"),
        ("xai.chat", "xai"),
        ("groq.transcription", "groq"),
        ("ChatOpenAI", "openai"),
        ("openai-chat", "openai"),
    ],
)
def test_names_of_sdk_parts_are_their_provider(written, expected):
    assert served(written, "some-model") == (expected, "some-model")


@pytest.mark.parametrize(
    "gateway",
    ["gateway", "langchain", "litellm", "spring-ai", "vercel", "_OTHER", "Langchain", "gcp.vertex.agent", None],
)
@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("anthropic/claude-sonnet-4.5", ("anthropic", "claude-sonnet-4.5")),
        ("azure/gpt-4o", ("azure", "gpt-4o")),
        (f"bedrock/{BEDROCK}", ("bedrock", BEDROCK)),
        (f"bedrock/converse/{BEDROCK}", ("bedrock", BEDROCK)),
        (f"bedrock/us-east-1/{BEDROCK}", ("bedrock", BEDROCK)),
        (BEDROCK, ("aws.bedrock", BEDROCK)),
        ("anthropic.claude-3-haiku-20240307-v1:0", ("aws.bedrock", "anthropic.claude-3-haiku-20240307-v1:0")),
        ("vertex_ai/gemini-2.5-pro", ("vertex_ai", "gemini-2.5-pro")),
        ("gemini/gemini-2.5-pro", ("gemini", "gemini-2.5-pro")),
        ("openrouter/anthropic/claude-3.5-sonnet", ("openrouter", "anthropic/claude-3.5-sonnet")),
        ("together_ai/meta-llama/Llama-3.3-70B", ("together_ai", "meta-llama/Llama-3.3-70B")),
        ("litellm_proxy/azure/gpt-4o", ("azure", "gpt-4o")),
        ("models/gemini-2.5-flash", ("gcp.gemini", "models/gemini-2.5-flash")),
        ("claude-sonnet-4-5@20250929", ("gcp.vertex_ai", "claude-sonnet-4-5@20250929")),
        ("gpt-4o", ("openai", "gpt-4o")),
        ("o3-mini", ("openai", "o3-mini")),
        ("chatgpt-4o-latest", ("openai", "chatgpt-4o-latest")),
        ("ft:gpt-4o-2024-08-06:org::abc", ("openai", "ft:gpt-4o-2024-08-06:org::abc")),
        ("text-embedding-3-small", ("openai", "text-embedding-3-small")),
        ("claude-sonnet-4-5", ("anthropic", "claude-sonnet-4-5")),
        ("gemini-2.5-pro", ("gcp.gemini", "gemini-2.5-pro")),
        ("grok-4", ("x_ai", "grok-4")),
    ],
)
def test_behind_a_gateway_or_framework_the_model_says_who_serves(gateway, model, expected):
    assert served(gateway, model) == expected


@pytest.mark.parametrize(
    "model",
    ["llama-3.3-70b", "openai/gpt-oss-120b", "gpt-oss-20b", "mistralai/Mistral-7B-v0.1", "google/gemma-3-27b-it"],
)
def test_a_model_that_many_serve_names_nobody(model):
    assert served(None, model) == (None, model)
    assert served("langchain", model) == ("langchain", model)
    assert served("openai", model, "10.0.0.7:8000") == ("openai", model)


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("api.openai.com", "openai"),
        ("eu.api.openai.com", "openai"),
        ("my-name.openai.azure.com", "azure"),
        ("my-name.cognitiveservices.azure.com", "azure"),
        ("my-name.services.ai.azure.com:443", "azure"),
        ("bedrock-runtime.us-east-1.amazonaws.com", "aws.bedrock"),
        ("us-east5-aiplatform.googleapis.com", "gcp.vertex_ai"),
        ("aiplatform.googleapis.com", "gcp.vertex_ai"),
        ("generativelanguage.googleapis.com", "gcp.gemini"),
        ("api.deepseek.com", "deepseek"),
        ("api.groq.com", "groq"),
        ("openrouter.ai", "openrouter"),
        ("API.MISTRAL.AI", "mistral_ai"),
        ("api.together.xyz", "together_ai"),
        ("api.fireworks.ai", "fireworks_ai"),
        ("api.x.ai", "x_ai"),
        ("api.perplexity.ai", "perplexity"),
        ("api.cohere.com", "cohere"),
        ("dashscope-intl.aliyuncs.com", "dashscope"),
        ("localhost:11434", "ollama"),
    ],
)
def test_openai_with_another_host_is_that_host(host, provider):
    assert provider_of_host(host) == provider
    assert served("openai", "some-model", host) == (provider, "some-model")
    assert served(None, "some-model", host) == (provider, "some-model")
    assert served("langchain", "some-model", host) == (provider, "some-model")


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8000",
        "127.0.0.1:4000",
        "10.1.2.3",
        "litellm:4000",
        "llm.svc.cluster.local",
        "oai.helicone.ai",
        "ai-gateway.vercel.sh",
    ],
)
def test_a_private_host_or_a_gateway_says_nothing(host):
    assert served("openai", "my-model", host) == ("openai", "my-model")
    assert served("openai", "anthropic/claude-sonnet-4.5", host) == ("anthropic", "claude-sonnet-4.5")
    assert served("vllm", "my-model", host) == ("vllm", "my-model")
    assert served("openai", "claude-sonnet-4-5", host) == ("anthropic", "claude-sonnet-4-5")
    assert served("openai", "gpt-4o", host) == ("openai", "gpt-4o")


def test_behind_a_private_server_the_model_that_answered_says_who_made_it():
    fields = {"provider": "openai", "request_model": "fast", "endpoint": "litellm:4000"}
    request, _ = read(fields | {"response_model": "claude-sonnet-4-5-20250929"})
    assert (request.provider, request.request_model) == ("anthropic", "fast")
    request, _ = read(fields | {"response_model": "llama-3.3-70b"})
    assert (request.provider, request.request_model) == ("openai", "fast")


def test_an_unknown_host_has_its_own_name_but_for_openais_own_models():
    assert served("openai", "my-model", "llm.example.com:8443") == ("llm.example.com", "my-model")
    assert served("openai", "gpt-4o", "llm.example.com") == ("openai", "gpt-4o")
    assert served("anthropic", "claude-sonnet-4-5", "llm.example.com") == ("anthropic", "claude-sonnet-4-5")


def test_marks_come_before_the_host_and_give_way_to_a_provider_that_is_named():
    assert served("openai", "llama", "localhost", ("groq",)) == ("groq", "llama")
    assert served(None, "anthropic/claude-sonnet-4.5", "api.groq.com", ("openrouter", "groq"))[0] == "openrouter"
    assert served("azure", "gpt-4o", None, ("openrouter",)) == ("azure", "gpt-4o")


def test_another_hosts_route_is_taken_from_the_models_name():
    assert served("openai", "groq/llama-3", "api.groq.com") == ("groq", "llama-3")
    assert served("openai", "openai/gpt-oss-120b", "api.groq.com") == ("groq", "openai/gpt-oss-120b")


@pytest.mark.parametrize("written", [None, "", "null", "unknown", "None"])
def test_the_model_that_answered_stands_for_one_that_was_not_asked_for_by_name(written):
    request, reasons = read({"request_model": written, "response_model": "gpt-4o-2024-08-06"})
    assert (request.request_model, request.response_model, reasons) == ("gpt-4o-2024-08-06", "gpt-4o-2024-08-06", [])


def test_the_endpoint_is_evidence_too():
    assert read({"endpoint": "api.deepseek.com"})[0].provider == "deepseek"
    request, _ = read({}, host="https://user:secret@my.openai.azure.com/openai/v1")
    assert (request.provider, request.endpoint) == ("azure", "my.openai.azure.com")


def test_names_without_end_are_not_kept():
    assert served("openai", "x" * 10_000_000) == ("openai", "x" * 10_000_000)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("api.openai.com", "openai"),
        ("https://api.groq.com/openai/v1", "groq"),
        ("my-resource.openai.azure.com", "azure"),
        ("llm.example.com", "llm.example.com"),
    ],
)
def test_a_provider_that_is_written_as_its_server_is_its_provider(written, expected):
    assert served(written, "gpt-4o") == (expected, "gpt-4o")


@pytest.mark.parametrize("provider", ["litellm_proxy", "litellm", "openai", None])
def test_a_gateway_s_prefix_is_no_part_of_the_model(provider):
    assert served(provider, "litellm_proxy/gpt-4o") == ("openai", "gpt-4o")
