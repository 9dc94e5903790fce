"""Pull requests of real shapes with what they change and how they are judged on `company.COMPANY` by
`company.POLICY`. Each is read twice: from a bare diff and from the repository.
"""

from dataclasses import dataclass, field

Files = dict[str, str | bytes]
Changed = tuple[str, str, str | None, str | None]
"""Kind, name, before, after."""


@dataclass(frozen=True)
class Case:
    """`rules`: all that say warn or fail. `bare_*`: where a bare diff shows less. `steady`: files on both sides."""

    name: str
    before: Files
    after: Files
    changes: list[Changed] = field(default_factory=list)
    outcome: str = "pass"
    rules: list[str] = field(default_factory=list)
    steady: Files = field(default_factory=dict)
    bare_changes: list[Changed] | None = None
    bare_outcome: str | None = None
    is_trap: bool = False


def python(model: str = "gpt-4o", **parameters: object) -> str:
    """A call as applications write it."""
    written = "".join(f"        {name}={value!r},\n" for name, value in parameters.items())
    return f'''"""Summaries of tickets."""

import openai

client = openai.OpenAI()


def summarize(text: str) -> str:
    response = client.chat.completions.create(
        model="{model}",
        messages=[{{"role": "user", "content": text}}],
{written}    )
    return response.choices[0].message.content
'''


def litellm(*models: tuple[str, str], more: str = "", **parameters: object) -> str:
    extra = "".join(f"      {name}: {value}\n" for name, value in parameters.items())
    entries = "".join(
        f"  - model_name: {name}\n    litellm_params:\n      model: {model}\n"
        f"      api_key: os.environ/OPENAI_API_KEY\n{extra}"
        for name, model in models
    )
    return f"model_list:\n{entries}{more}"


CHAT = """import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic();

export async function chat(question: string) {
  return client.messages.create({
    model: "claude-opus-4-8",
    max_tokens: 1024,
    system: [{ type: "text", text: RULES, cache_control: { type: "ephemeral" } }],
    messages: [{ role: "user", content: question }],
  });
}
"""
FALLBACKS = """router_settings:
  num_retries: 2
  fallbacks:
    - gpt-4o: [%s]
"""
PORTKEY = """{
  "strategy": {"mode": "fallback"},
  "targets": [
    {"provider": "openai", "override_params": {"model": "%s"}}
  ]
}
"""
KONG = """plugins:
  - name: ai-proxy
    config:
      route_type: llm/v1/chat
      model:
        provider: openai
        name: gpt-4o
        options:
          max_tokens: %d
"""
ENVOY = """kind: AIGatewayRoute
spec:
  rules:
    - backendRefs:
        - name: openai
          modelNameOverride: %s
"""
WEIGHTS = """targets:
  - {provider: openai, model: gpt-4o, weight: %d}
  - {provider: openai, model: gpt-4o-mini, weight: %d}
"""
PRICES = """PRICES = {
    "gpt-4o": 2.5,
}
"""
LOOKED_AT = """if model == "gpt-4-turbo":
    log("gpt-4-turbo")
"""

CASES = [
    Case(
        "cheaper model, measured",
        {"app/summary.py": python("gpt-4o")},
        {"app/summary.py": python("gpt-4o-mini")},
        [("model_swapped", "model", "gpt-4o", "gpt-4o-mini")],
        "pass",
    ),
    Case(
        "cheaper list price, longer answers",
        {"app/summary.py": python("gpt-4o")},
        {"app/summary.py": python("gpt-5-mini")},
        [("model_swapped", "model", "gpt-4o", "gpt-5-mini")],
        "fail",
        ["added_cost", "latency_p95", "latency_p95", "retirement"],
        is_trap=True,
    ),
    Case(
        "a model that was shut down",
        {"app/summary.py": python("gpt-4o")},
        {"app/summary.py": python("gpt-4-turbo")},
        [("model_swapped", "model", "gpt-4o", "gpt-4-turbo")],
        "fail",
        ["added_cost", "cannot_tell", "retirement"],
        is_trap=True,
    ),
    Case(
        "raised max_tokens in code",
        {"app/summary.py": python("gpt-4o", max_tokens=500)},
        {"app/summary.py": python("gpt-4o", max_tokens=4000)},
        [("parameter_changed", "max_tokens", "500", "4000")],
        "warn",
        ["added_cost", "raised_max_tokens"],
        is_trap=True,
    ),
    Case(
        "lowered max_tokens",
        {"app/summary.py": python("gpt-4o", max_tokens=4000)},
        {"app/summary.py": python("gpt-4o", max_tokens=500)},
        [("parameter_changed", "max_tokens", "4000", "500")],
        "warn",
        ["cannot_tell"],
    ),
    Case(
        "removed cache marker",
        {"web/chat.ts": CHAT},
        {"web/chat.ts": CHAT.replace(', cache_control: { type: "ephemeral" }', "")},
        [("cache_marker_removed", "cache_marker", "ephemeral", None)],
        "fail",
        ["added_cost", "removed_cache_marker"],
        is_trap=True,
    ),
    Case(
        "model in a comment",
        {"app/summary.py": python("gpt-4o")},
        {"app/summary.py": python("gpt-4o").replace("client = ", '# was model="gpt-4-turbo" before\nclient = ')},
        is_trap=True,
    ),
    Case(
        "model in a docstring",
        {"app/summary.py": python("gpt-4o")},
        {"app/summary.py": python("gpt-4o").replace("Summaries of tickets.", 'Summaries with model="gpt-4-turbo".')},
        is_trap=True,
    ),
    Case(
        "model in a test fixture",
        {"tests/test_summary.py": python("gpt-4o"), "web/chat.test.ts": CHAT},
        {
            "tests/test_summary.py": python("gpt-4-turbo"),
            "web/chat.test.ts": CHAT.replace("claude-opus-4-8", "claude-opus-4"),
        },
        is_trap=True,
    ),
    Case(
        "file renamed only",
        {"app/summary.py": python("gpt-4o", max_tokens=500)},
        {"app/jobs/summary.py": python("gpt-4o", max_tokens=500)},
        is_trap=True,
    ),
    Case(
        "variable renamed",
        {"app/summary.py": python("gpt-4o")},
        {"app/summary.py": python("gpt-4o").replace("response", "answer")},
        is_trap=True,
    ),
    Case(
        "call moved to another file",
        {"app/summary.py": python("gpt-4o", temperature=0.2), "app/chat.py": "import os\n"},
        {"app/summary.py": '"""Moved."""\n', "app/chat.py": "import os\n" + python("gpt-4o", temperature=0.2)},
        is_trap=True,
    ),
    Case(
        "blocks of a gateway in another order",
        {"litellm.yaml": litellm(("smart", "openai/gpt-4o"), ("cheap", "openai/gpt-4o-mini"))},
        {"litellm.yaml": litellm(("cheap", "openai/gpt-4o-mini"), ("smart", "openai/gpt-4o"))},
        is_trap=True,
    ),
    Case(
        "two routes swap their models",
        {"litellm.yaml": litellm(("smart", "openai/gpt-4o"), ("cheap", "openai/gpt-4o-mini"))},
        {"litellm.yaml": litellm(("smart", "openai/gpt-4o-mini"), ("cheap", "openai/gpt-4o"))},
        [
            ("model_swapped", "model", "openai/gpt-4o", "openai/gpt-4o-mini"),
            ("model_swapped", "model", "openai/gpt-4o-mini", "openai/gpt-4o"),
        ],
        bare_changes=[],
        is_trap=True,
    ),
    Case(
        "a route renamed only",
        {"litellm.yaml": litellm(("smart", "openai/gpt-4o"), ("cheap", "openai/gpt-4o-mini"))},
        {"litellm.yaml": litellm(("best", "openai/gpt-4o"), ("cheap", "openai/gpt-4o-mini"))},
        is_trap=True,
    ),
    Case(
        "same model by another provider",
        {"litellm.yaml": litellm(("gpt-4o", "openai/gpt-4o"))},
        {"litellm.yaml": litellm(("gpt-4o", "azure/gpt-4o"))},
        [("provider_changed", "model", "openai/gpt-4o", "azure/gpt-4o")],
        "fail",
        ["added_cost"],
        is_trap=True,
    ),
    Case(
        "alias to a pinned version",
        {"app/summary.py": python("gpt-5.1")},
        {"app/summary.py": python("gpt-5.1-2025-11-13")},
        [("alias_pinned", "model", "gpt-5.1", "gpt-5.1-2025-11-13")],
        is_trap=True,
    ),
    Case(
        "pinned version to an alias",
        {"app/summary.py": python("gpt-5.1-2025-11-13")},
        {"app/summary.py": python("gpt-5.1")},
        [("alias_unpinned", "model", "gpt-5.1-2025-11-13", "gpt-5.1")],
        "warn",
        ["unpinned_alias"],
        is_trap=True,
    ),
    Case(
        "latest",
        {"app/chat.py": python("claude-opus-4-8")},
        {"app/chat.py": python("claude-sonnet-4-6-latest")},
        [("model_swapped", "model", "claude-opus-4-8", "claude-sonnet-4-6-latest")],
        "warn",
        ["cannot_tell", "unpinned_alias"],
    ),
    Case(
        "reasoning effort raised",
        {"app/labels.py": python("gpt-5.1", reasoning_effort="low")},
        {"app/labels.py": python("gpt-5.1", reasoning_effort="high")},
        [("parameter_changed", "reasoning_effort", "low", "high")],
        "warn",
        ["cannot_tell", "raised_effort"],
        is_trap=True,
    ),
    Case(
        "order of fallbacks swapped",
        {"litellm.yaml": litellm(("gpt-4o", "openai/gpt-4o"), more=FALLBACKS % "gpt-4o-mini, claude-opus-4-8")},
        {"litellm.yaml": litellm(("gpt-4o", "openai/gpt-4o"), more=FALLBACKS % "claude-opus-4-8, gpt-4o-mini")},
        [("fallback_changed", "fallbacks", "gpt-4o-mini > claude-opus-4-8", "claude-opus-4-8 > gpt-4o-mini")],
        "fail",
        ["added_cost"],
        is_trap=True,
    ),
    Case(
        "tier from batch to default",
        {"app/labels.py": python("gpt-5.1", service_tier="batch")},
        {"app/labels.py": python("gpt-5.1", service_tier="default")},
        [("parameter_changed", "service_tier", "batch", "default")],
        "fail",
        ["added_cost"],
        is_trap=True,
    ),
    Case(
        "one answer to four",
        {"app/summary.py": python("gpt-4o", n=1)},
        {"app/summary.py": python("gpt-4o", n=4)},
        [("parameter_changed", "n", "1", "4")],
        "fail",
        ["added_cost"],
        is_trap=True,
    ),
    Case(
        "a default that an environment overrides elsewhere",
        {"app/config.py": 'import os\n\nMODEL = os.getenv("SUMMARY_MODEL", "gpt-4o")\n'},
        {"app/config.py": 'import os\n\nMODEL = os.getenv("SUMMARY_MODEL", "gpt-5-mini")\n'},
        [],
        steady={"deploy/values.yaml": "env:\n  - name: SUMMARY_MODEL\n    value: gpt-4o-mini\n"},
        bare_changes=[("model_swapped", "model", "gpt-4o", "gpt-5-mini")],
        bare_outcome="fail",
        is_trap=True,
    ),
    Case(
        "a default that nothing overrides",
        {"app/config.ts": 'export const model = process.env.SUMMARY_MODEL ?? "gpt-4o";\n'},
        {"app/config.ts": 'export const model = process.env.SUMMARY_MODEL ?? "gpt-4o-mini";\n'},
        [("model_swapped", "model", "gpt-4o", "gpt-4o-mini")],
    ),
    Case(
        "environment file",
        {".env.production": "SUMMARY_MODEL=gpt-4o\nLOG_LEVEL=info\n"},
        {".env.production": "SUMMARY_MODEL=gpt-4o-mini\nLOG_LEVEL=debug\n"},
        [("model_swapped", "model", "gpt-4o", "gpt-4o-mini")],
    ),
    Case(
        "a huge diff around one line",
        {"app/summary.py": python("gpt-4o"), "data/rows.json": '{"rows": [1]}\n'},
        {
            "app/summary.py": python("gpt-4o-mini"),
            "data/rows.json": '{"rows": [' + ",\n".join(map(str, range(300_000))) + "]}\n",
        },
        [("model_swapped", "model", "gpt-4o", "gpt-4o-mini")],
        "warn",
        ["not_read"],
        is_trap=True,
    ),
    Case(
        "a binary file",
        {"app/summary.py": python("gpt-4o"), "model.bin": b"\0\1\2"},
        {"app/summary.py": python("gpt-4o-mini"), "model.bin": b"\0\1\3"},
        [("model_swapped", "model", "gpt-4o", "gpt-4o-mini")],
        "warn",
        ["not_read"],
        is_trap=True,
    ),
    Case(
        "malicious names",
        {"app/$(touch pwned) <img src=x>.py": python("gpt-4o")},
        {"app/$(touch pwned) <img src=x>.py": python("gpt-4-turbo")},
        [("model_swapped", "model", "gpt-4o", "gpt-4-turbo")],
        "fail",
        ["added_cost", "cannot_tell", "retirement"],
        is_trap=True,
    ),
    Case(
        "worse success rate",
        {"app/chat.py": python("claude-opus-4-8")},
        {"app/chat.py": python("claude-sonnet-4-6")},
        [("model_swapped", "model", "claude-opus-4-8", "claude-sonnet-4-6")],
        "fail",
        ["success"],
    ),
    Case(
        "Go constants",
        {"llm/chat.go": "req := openai.ChatCompletionRequest{\n\tModel: openai.GPT4o,\n\tMaxTokens: 500,\n}\n"},
        {"llm/chat.go": "req := openai.ChatCompletionRequest{\n\tModel: openai.GPT4oMini,\n\tMaxTokens: 500,\n}\n"},
        [("model_swapped", "model", "gpt-4o", "gpt-4o-mini")],
    ),
    Case(
        "Java builder",
        {"src/main/java/Chat.java": 'var p = Params.builder().model("gpt-4o").maxCompletionTokens(400L).build();\n'},
        {"src/main/java/Chat.java": 'var p = Params.builder().model("gpt-4o").maxCompletionTokens(800L).build();\n'},
        [("parameter_changed", "max_tokens", "400", "800")],
        "warn",
        ["raised_max_tokens"],
    ),
    Case(
        "Vercel AI SDK",
        {"web/api.ts": 'const r = await generateText({ model: openai("gpt-4o"), maxTokens: 300, prompt });\n'},
        {"web/api.ts": 'const r = await generateText({ model: openai("gpt-4o-mini"), maxTokens: 300, prompt });\n'},
        [("model_swapped", "model", "gpt-4o", "gpt-4o-mini")],
    ),
    Case(
        "Portkey's targets",
        {"portkey.json": PORTKEY % "gpt-4o"},
        {"portkey.json": PORTKEY % "gpt-4o-mini"},
        [("model_swapped", "model", "openai/gpt-4o", "openai/gpt-4o-mini")],
        bare_changes=[("model_swapped", "model", "gpt-4o", "gpt-4o-mini")],
    ),
    Case(
        "Kong's ai-proxy",
        {"kong.yaml": KONG % 512},
        {"kong.yaml": KONG % 600},
        [("parameter_changed", "max_tokens", "512", "600")],
        "warn",
        ["raised_max_tokens"],
    ),
    Case(
        "weights of two targets",
        {"routes.yaml": WEIGHTS % (90, 10)},
        {"routes.yaml": WEIGHTS % (20, 80)},
        [("parameter_changed", "weight", "90", "20"), ("parameter_changed", "weight", "10", "80")],
        "warn",
        ["cannot_tell", "cannot_tell"],
    ),
    Case(
        "Envoy AI Gateway's override",
        {"route.yaml": ENVOY % "gpt-4o"},
        {"route.yaml": ENVOY % "gpt-4o-mini"},
        [("model_swapped", "model", "gpt-4o", "gpt-4o-mini")],
    ),
    Case(
        "a new call",
        {"app/__init__.py": "\n"},
        {"app/__init__.py": "\n", "app/summary.py": python("gpt-5.1", max_tokens=300)},
        [("model_added", "model", None, "gpt-5.1"), ("parameter_changed", "max_tokens", None, "300")],
        "warn",
        ["cannot_tell", "cannot_tell"],
    ),
    Case(
        "a model nobody measured",
        {"app/chat.py": python("claude-sonnet-4-6")},
        {"app/chat.py": python("mistral-large-2411")},
        [("model_swapped", "model", "claude-sonnet-4-6", "mistral-large-2411")],
        "warn",
        ["cannot_tell"],
    ),
    Case(
        "prices of a table, comparisons and logs",
        {"app/prices.py": PRICES},
        {"app/prices.py": PRICES.replace("}", '    "gpt-4-turbo": 10,\n}') + LOOKED_AT},
        is_trap=True,
    ),
    Case(
        "timeouts of other software",
        {
            "app/http.py": "import httpx\n\nhttpx.get(url, timeout=5)\n",
            "compose.yaml": "services:\n  web:\n    timeout: 5\n",
        },
        {
            "app/http.py": "import httpx\n\nhttpx.get(url, timeout=9)\n",
            "compose.yaml": "services:\n  web:\n    timeout: 9\n",
        },
        is_trap=True,
    ),
]
