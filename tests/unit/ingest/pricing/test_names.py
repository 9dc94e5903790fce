"""Providers and models as producers spell them. Costs by hand, of 1,000 tokens in and 100 out, June 2026."""

import pytest
from genai_prices.data_snapshot import get_snapshot

from coagent.domain.provider_names import GATEWAYS, PRICED, folded_name, is_gateway, priced_provider

from .priced import cost

TOKENS = {"input_tokens": 1000, "output_tokens": 100}


@pytest.mark.parametrize(
    ("wanted", "spellings"),
    [
        ("openai", "openai|OPENAI|OpenAI|openai.chat|openai.responses|text-completion-openai|openai_agents"),
        ("azure", ("azure|azure.ai.openai|azure.ai.inference|az.ai.openai|az.ai.inference|azure_ai|azure_text|"
                  "Azure OpenAI|azure-openai.chat|AzureOpenAI|azure_openai_eastus")),
        ("aws", "aws.bedrock|bedrock|bedrock_converse|amazon-bedrock|Amazon Bedrock|AWS|aws_bedrock|anthropic_bedrock"),
        ("google", ("gcp.gemini|gcp.vertex_ai|gcp.gen_ai|vertex_ai|vertex_ai_beta|gemini|Google AI Studio|google_genai|"
                   "google_vertexai|google.generative-ai|google.vertex.chat|Google|vertex_ai-anthropic_models")),
        ("anthropic", "anthropic|Anthropic|anthropic.messages|anthropic_text|claude"),
        ("mistral", "mistral_ai|mistral|mistralai|mistral.chat|Mistral"),
        ("x-ai", "x_ai|xai|xAI|xai.chat|x-ai"),
        ("together", "together_ai|together|togetherai|Together|TOGETHER"),
        ("fireworks", "fireworks_ai|fireworks|Fireworks"),
        ("cohere", "cohere|cohere_chat"),
        ("deepseek", "deepseek|DeepSeek"),
        ("moonshotai", "moonshot|moonshot_ai|Moonshot AI"),
        ("openrouter", "openrouter|OpenRouter|openrouter.chat"),
        ("groq", "groq|Groq|groq.chat"),
        (None, ("openai_like|openai-compatible.chat|custom_openai|vllm|ollama|langchain|litellm|gateway|ibm.watsonx.ai|"
               "huggingface_groq|openai.example.com|aws.sagemaker|api.openai.evil.com|my-company|openai-proxy||.")),
    ],
)  # fmt: skip
def test_spellings_of_a_provider(wanted, spellings):
    assert {one: priced_provider(one) for one in spellings.split("|")} == dict.fromkeys(spellings.split("|"), wanted)


def test_the_table_of_spellings_names_what_the_price_table_has():
    assert set(PRICED.values()) <= {provider.id for provider in get_snapshot().providers}
    assert all(folded_name(one) == one for one in [*PRICED, *GATEWAYS])
    assert not GATEWAYS & set(PRICED)


def test_gateways_are_no_providers():
    assert is_gateway("gateway")
    assert is_gateway("litellm_proxy")
    assert not is_gateway("openrouter")
    assert not is_gateway("vllm")


@pytest.mark.parametrize(
    ("provider", "model", "wanted"),
    [
        ("openai", "openai/gpt-4o", 0.0035),
        ("azure.ai.openai", "azure.ai.openai/gpt-4o", 0.0035),
        ("azure", "azure/gpt-4o", 0.0035),
        ("azure", "azure/global-standard/gpt-4o", 0.0035),
        ("gateway", "anthropic/claude-sonnet-4.5", 0.0045),
        ("litellm", "bedrock/anthropic.claude-3-haiku-20240307-v1:0", 0.000375),
        ("litellm_proxy", "openrouter/openai/gpt-4o", 0.0035),
        ("anthropic", "anthropic/claude-sonnet-4-5-20250929", 0.0045),
        ("vertex_ai", "claude-sonnet-4-5@20250929", 0.0045),
        ("vertex_ai", "publishers/anthropic/models/claude-sonnet-4-5", 0.0045),
        ("gcp.gemini", "models/gemini-2.5-flash", 0.00055),
        ("gcp.vertex_ai", "projects/p/locations/us-central1/publishers/google/models/gemini-2.5-flash", 0.00055),
        ("gemini", "gemini/gemini-2.5-flash", 0.00055),
        ("bedrock", "bedrock/converse/anthropic.claude-3-haiku-20240307-v1:0", 0.000375),
        ("bedrock", "us-east-1/anthropic.claude-3-haiku-20240307-v1:0", 0.000375),
        ("aws.bedrock", "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0", 0.000375),
        ("groq", "groq/llama-3.3-70b-versatile", 0.000669),
        ("openrouter", "openrouter/anthropic/claude-sonnet-4.5", 0.0045),
        ("openai", "ft:gpt-4o-mini-2024-07-18:org::id", 0.00042),
        ("openrouter", "deepseek/deepseek-r1:free", 0),
    ],
)
def test_spellings_of_a_model(provider, model, wanted):
    assert cost(provider, model, **TOKENS) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("vllm", "openai/gpt-oss-20b"),
        ("ollama", "llama3"),
        ("openai", "anthropic/claude-sonnet-4.5"),
        ("openai", "ft:gpt-4.1-mini-2025-04-14:org::id"),
        ("openai", "my-gpt-4o"),
        ("azure", "azure/eu/gpt-4o"),
        ("gateway", "claude-sonnet-4-5"),
        ("gateway", "my-company/gpt-4o"),
        ("gateway.example.com", "anthropic/claude-sonnet-4.5"),
        ("openai_like", "gpt-4o"),
        ("aws.bedrock", "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc"),
        ("gcp.vertex_ai", "projects/p/locations/l/endpoints/1"),
        ("aws.bedrock", "gpt-4o"),
        ("(other)", "(other)"),
        ("/", "/"),
    ],
)
def test_what_nothing_documents_has_no_price(provider, model):
    assert cost(provider, model, **TOKENS) is None


def test_a_deployment_is_priced_by_the_model_that_answered():
    assert cost("azure.ai.openai", "prod-chat", response_model="gpt-4o-2024-08-06", **TOKENS) == pytest.approx(0.0035)
    arn = "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc"
    found = cost("bedrock", arn, response_model="anthropic.claude-3-haiku-20240307-v1:0", **TOKENS)
    assert found == pytest.approx(0.000375)
