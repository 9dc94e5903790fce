"""Further changes of documented shapes, written down when the readers knew those of `shapes`."""

from tests.unit.gate.shapes import Shape, set_to, swapped

LATER_SHAPES = [
    Shape(
        "Kong ai-proxy-advanced on Bedrock, with an alias",
        "kong.yml",
        """plugins:
- name: ai-proxy-advanced
  config:
    targets:
    - model:
        provider: bedrock
        name: us.amazon.nova-pro-v1:0
        model_alias: smart
        options: {max_tokens: 1024, bedrock: {aws_region: us-east-1}}
      route_type: llm/v1/chat
""",
        (("us.amazon.nova-pro-v1:0", "us.amazon.nova-lite-v1:0"),),
        [swapped("bedrock/us.amazon.nova-pro-v1:0", "bedrock/us.amazon.nova-lite-v1:0")],
        bare=[swapped("us.amazon.nova-pro-v1:0", "us.amazon.nova-lite-v1:0")],
    ),
    Shape(
        "LiteLLM, budget to think and fallbacks by route",
        "config.yaml",
        """model_list:
  - model_name: claude
    litellm_params:
      model: bedrock/us.anthropic.claude-opus-4-8-v1:0
      thinking: {type: enabled, budget_tokens: 1024}
      max_tokens: 4096
      aws_region_name: us-west-2
router_settings:
  fallbacks: [{"claude": ["gpt"]}]
  allowed_fails: 3
""",
        (("budget_tokens: 1024", "budget_tokens: 8192"), ('["gpt"]', '["gpt", "gemini"]')),
        [set_to("thinking_budget", "1024", "8192"), ("fallback_changed", "fallbacks", "gpt", "gpt > gemini")],
    ),
    Shape(
        "GitHub's prompt file",
        "prompts/triage.prompt.yml",
        """name: Triage
model: openai/gpt-4o-mini
modelParameters:
  temperature: 0.2
  maxCompletionTokens: 300
messages:
  - {role: system, content: "You triage issues."}
""",
        (("openai/gpt-4o-mini", "openai/gpt-4.1-mini"), ("maxCompletionTokens: 300", "maxCompletionTokens: 900")),
        [swapped("openai/gpt-4o-mini", "openai/gpt-4.1-mini"), set_to("max_tokens", "300", "900")],
    ),
    Shape(
        "vLLM, the command of an image",
        "Dockerfile",
        """FROM vllm/vllm-openai:v0.11.0
ENV HF_HOME=/models
CMD ["--model", "Qwen/Qwen3-8B", "--max-model-len", "8192"]
""",
        (("Qwen/Qwen3-8B", "Qwen/Qwen3-32B"),),
        [swapped("Qwen/Qwen3-8B", "Qwen/Qwen3-32B")],
    ),
    Shape(
        "values of a Helm chart",
        "charts/app/values.yaml",
        """app:
  llm:
    provider: anthropic
    model: claude-sonnet-4-6
    maxTokens: 1000
  resources: {limits: {cpu: "1"}}
""",
        (("claude-sonnet-4-6", "claude-opus-4-8"), ("maxTokens: 1000", "maxTokens: 2000")),
        [swapped("anthropic/claude-sonnet-4-6", "anthropic/claude-opus-4-8"), set_to("max_tokens", "1000", "2000")],
        bare=[swapped("claude-sonnet-4-6", "claude-opus-4-8"), set_to("max_tokens", "1000", "2000")],
    ),
    Shape(
        "Bicep, an Azure deployment of a newer version",
        "infra/main.bicep",
        """resource deployment 'Microsoft.CognitiveServices/accounts/deployments@2024-10-01' = {
  name: 'chat'
  sku: { name: 'Standard', capacity: 50 }
  properties: {
    model: {
      format: 'OpenAI'
      name: 'gpt-4o'
      version: '2024-08-06'
    }
  }
}
""",
        (("'2024-08-06'", "'2024-11-20'"),),
        [swapped("gpt-4o-2024-08-06", "gpt-4o-2024-11-20")],
    ),
    Shape(
        "ARM template, an Azure deployment with capacity of its own",
        "infra/azuredeploy.json",
        """{"resources": [{"type": "Microsoft.CognitiveServices/accounts/deployments", "name": "acct/chat",
  "sku": {"name": "Standard", "capacity": 50},
  "properties": {"model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-08-06"}}}]}
""",
        (('"Standard"', '"ProvisionedManaged"'),),
        [set_to("service_tier", "Standard", "ProvisionedManaged")],
        bare=[],
    ),
    Shape(
        "ARM template, an Azure deployment of a newer version",
        "infra/azuredeploy.json",
        """{"resources": [{"type": "Microsoft.CognitiveServices/accounts/deployments", "name": "acct/chat",
  "properties": {"model": {"format": "OpenAI", "name": "gpt-4o",
    "version": "2024-08-06"}}}]}
""",
        (('"2024-08-06"', '"2024-11-20"'),),
        [swapped("gpt-4o-2024-08-06", "gpt-4o-2024-11-20")],
        bare=[],
    ),
    Shape(
        "Semantic Kernel in C#",
        "src/Chat.cs",
        """var builder = Kernel.CreateBuilder();
builder.AddOpenAIChatCompletion("gpt-4o", apiKey);
var settings = new OpenAIPromptExecutionSettings { MaxTokens = 500, Temperature = 0.1 };
""",
        (('"gpt-4o"', '"gpt-4o-mini"'), ("MaxTokens = 500", "MaxTokens = 800")),
        [swapped("gpt-4o", "gpt-4o-mini"), set_to("max_tokens", "500", "800")],
    ),
    Shape(
        "async-openai in Rust",
        "src/llm.rs",
        """let request = CreateChatCompletionRequestArgs::default()
    .model("gpt-4o")
    .max_tokens(512u32)
    .messages(messages)
    .build()?;
""",
        (('"gpt-4o"', '"gpt-4.1"'), ("512u32", "1024u32")),
        [swapped("gpt-4o", "gpt-4.1"), set_to("max_tokens", "512", "1024")],
    ),
    Shape(
        "ruby-openai",
        "app/models/chat.rb",
        """response = client.chat(
  parameters: {
    model: "gpt-4o",
    messages: messages,
    max_tokens: 300,
  }
)
""",
        (('"gpt-4o"', '"gpt-4o-mini"'),),
        [swapped("gpt-4o", "gpt-4o-mini")],
    ),
    Shape(
        "Anthropic's constants in Go",
        "chat.go",
        """message, err := client.Messages.New(ctx, anthropic.MessageNewParams{
	Model:     anthropic.ModelClaudeSonnet4_5,
	MaxTokens: 1024,
	Messages:  messages,
})
""",
        (("ModelClaudeSonnet4_5", "ModelClaudeOpus4_5"),),
        [swapped("claude-sonnet-4-5", "claude-opus-4-5")],
    ),
    Shape(
        "DSPy",
        "app/dsp.py",
        """import dspy
lm = dspy.LM("openai/gpt-4o-mini", max_tokens=1000, cache=False)
dspy.configure(lm=lm)
""",
        (("openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"),),
        [swapped("openai/gpt-4o-mini", "anthropic/claude-haiku-4-5")],
    ),
    Shape(
        "CrewAI's agents",
        "config/agents.yaml",
        """researcher:
  role: Researcher
  llm: openai/gpt-4o
writer:
  role: Writer
  llm: anthropic/claude-sonnet-4-6
""",
        (("openai/gpt-4o", "openai/gpt-5.1"),),
        [swapped("openai/gpt-4o", "openai/gpt-5.1")],
    ),
    Shape(
        "Kubernetes, environment of a container",
        "deploy.yaml",
        """spec:
  containers:
    - name: api
      env:
        - name: OPENAI_API_KEY
          valueFrom: {secretKeyRef: {name: openai, key: key}}
        - name: LLM_MODEL
          value: gpt-4o
        - name: LLM_MAX_OUTPUT_TOKENS
          value: "500"
""",
        (("value: gpt-4o", "value: gpt-4.1"), ('"500"', '"900"')),
        [swapped("gpt-4o", "gpt-4.1"), set_to("max_tokens", "500", "900")],
    ),
    Shape(
        "Vertex AI in Python",
        "v.py",
        """settings = GenerationConfig(max_output_tokens=256, temperature=0)
model = GenerativeModel("gemini-1.5-pro-002", generation_config=settings)
""",
        (("gemini-1.5-pro-002", "gemini-2.5-pro"), ("256", "512")),
        [swapped("gemini-1.5-pro-002", "gemini-2.5-pro"), set_to("max_tokens", "256", "512")],
    ),
    Shape(
        "Vercel's gateway in TypeScript",
        "a.ts",
        """const { text } = await generateText({ model: "anthropic/claude-sonnet-4.5", prompt, maxOutputTokens: 400,
  providerOptions: { gateway: { order: ["bedrock", "anthropic"] } } });
""",
        (("anthropic/claude-sonnet-4.5", "openai/gpt-5.1"),),
        [swapped("anthropic/claude-sonnet-4.5", "openai/gpt-5.1")],
    ),
    Shape(
        "results of an evaluation",
        "results.json",
        """{"rows": [{"prompt": "hi", "model": "gpt-4o", "score": 0.8}]}
""",
        (("0.8", "0.9"),),
        [],
    ),
    Shape(
        "images and commands of other software",
        "compose.yml",
        """services:
  ollama:
    image: ollama/ollama:0.3
    command: serve
  db:
    image: postgres:16
    command: ["--max_connections=200"]
""",
        (("200", "300"),),
        [],
    ),
    Shape(
        "two calls that swap what they may answer",
        "app/calls.py",
        """import litellm


def answered(text):
    short = litellm.completion(model="gpt-4o", messages=text, max_tokens=200)
    long = litellm.completion(model="gpt-4o-mini", messages=text, max_tokens=900)
    return short, long
""",
        (
            ("max_tokens=200", "max_tokens=901"),
            ("max_tokens=900", "max_tokens=200"),
            ("max_tokens=901", "max_tokens=900"),
        ),
        [set_to("max_tokens", "200", "900"), set_to("max_tokens", "900", "200")],
    ),
    Shape(
        "two calls that swap their models, and what each model may answer with them",
        "app/calls.py",
        """import litellm


def answered(text):
    short = litellm.completion(model="gpt-4o", messages=text, max_tokens=200)
    long = litellm.completion(model="gpt-4o-mini", messages=text, max_tokens=900)
    return short, long
""",
        (
            ('model="gpt-4o", messages=text, max_tokens=200', "ONE"),
            ('model="gpt-4o-mini", messages=text, max_tokens=900', 'model="gpt-4o", messages=text, max_tokens=200'),
            ("ONE", 'model="gpt-4o-mini", messages=text, max_tokens=900'),
        ),
        [],
    ),
    Shape(
        "Ollama in a shell script",
        "run.sh",
        """#!/bin/bash
ollama run llama3.1:8b "$PROMPT"
""",
        (("llama3.1:8b", "llama3.1:70b"),),
        [swapped("llama3.1:8b", "llama3.1:70b")],
    ),
    Shape(
        "a workflow's command",
        ".github/workflows/eval.yml",
        """jobs:
  eval:
    runs-on: ubuntu-latest
    env:
      EVAL_MODEL: gpt-4o
    steps:
      - run: python eval.py --model gpt-4o-mini --max-tokens 200
""",
        (("gpt-4o-mini --max-tokens 200", "gpt-4.1-mini --max-tokens 300"),),
        [swapped("gpt-4o-mini", "gpt-4.1-mini"), set_to("max_tokens", "200", "300")],
    ),
]
