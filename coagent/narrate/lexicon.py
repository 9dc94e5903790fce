"""Words that claim something checkable: each needs a fact that says it."""

import re

VENDORS = frozenset(
    {
        "openai", "anthropic", "claude", "gpt", "chatgpt", "google", "gemini", "gemma", "vertex", "azure",
        "microsoft", "aws", "amazon", "bedrock", "mistral", "mixtral", "llama", "cohere", "deepseek", "qwen",
        "alibaba", "groq", "fireworks", "xai", "grok", "nvidia", "nemotron", "databricks", "anyscale",
        "huggingface", "cerebras", "sambanova", "openrouter", "vllm", "sglang", "tensorrt", "ollama", "litellm",
        "moonshot", "kimi", "zhipu", "glm", "codestral", "sonnet", "opus", "haiku",
    }
)  # fmt: skip
"""Names of providers, model families and servers that a model knows from its training."""

CLAIMS = re.compile(
    r"\b(?:quanti[sz]\w*|distill\w*|fine-?tun\w*|downgrad\w*|upgrad\w*|overload\w*|capacity|outages?|incidents?"
    r"|rate.limit\w*|throttl\w*|polic(?:y|ies)|deploy\w*|roll(?:ed)?.?back|regress\w*|bugs?|attack\w*|breach\w*"
    r"|compromis\w*|leak\w*|password\w*|credential\w*|api.keys?|secrets?|invoices?|refund\w*|recovered|resolved|fixed"
    r"|accepted|false.alarm\w*)\b"
)
"""Causes, states and threats; in lower case."""

DIRECTIONS = {
    "up": re.compile(
        r"\b(?:ro[s]e|risen|ris(?:e|es|ing)|increas\w+|gr[eo]wn?|grows|growing|higher|climb\w*|jump\w*|longer|slower"
        r"|(?:went|is|are|goes|moved) up)\b"
    ),
    "down": re.compile(
        r"\b(?:fell|falls?|fallen|falling|drop\w*|decreas\w+|declin\w+|lower|shrank|shrunk|shorter|faster|fewer"
        r"|reduc\w+|(?:went|is|are|goes|moved) down)\b"
    ),
}
"""Which way a clause says that its signal went; in lower case."""

OUTSIDE = re.compile(r"https?:\S*|www\.\S+|\S+@\S+|(?<!\w)@\w+|<[A-Za-z!/]|\]\(|\b[A-Za-z][\w-]*\.[A-Za-z]{2,}\b")
"""Links, addresses, mentions and mark-up: a draft has no business with them."""

ABBREVIATIONS = frozenset({"e.g", "i.e", "a.m", "p.m"})
CAPITALIZED = frozenset({
    "utc", "sql", "postgres", "kafka", "usd", "cliff", "cliff's", "i", "llm", "api", "q", "p", "ok", "coagent",
    "july", "may",
})  # fmt: skip
"""Words that may be written with a capital within a sentence."""
