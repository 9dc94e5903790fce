"""Inputs of real tools whose cost follows from tokens, model and tier: list prices of June 2026, by hand."""

import pytest

from .priced import cost


@pytest.mark.parametrize(
    ("provider", "model", "tier", "tokens", "wanted"),
    [
        # claude-sonnet-4-5: $3, cache read $0.30, cache write $3.75, $15
        ("anthropic", "claude-sonnet-4-5", None,
         {"input_tokens": 130_213, "output_tokens": 400, "cached_input_tokens": 128_955, "cache_write_tokens": 1253},
         5 * 3e-6 + 128_955 * 0.3e-6 + 1253 * 3.75e-6 + 400 * 15e-6),
        ("anthropic", "claude-sonnet-4-5-20250929", None,
         {"input_tokens": 12_000, "output_tokens": 300, "cached_input_tokens": 10_000}, 0.0135),
        ("openai", "gpt-4o-mini", None, {"input_tokens": 100, "output_tokens": 50}, 0.000045),
        ("openai", "gpt-4o", None, {"input_tokens": 16, "output_tokens": 28}, 0.00032),
        ("openai", "gpt-5.1", None, {"input_tokens": 1000, "output_tokens": 200}, 0.00325),
        ("openai.chat", "gpt-4o-mini", None,
         {"input_tokens": 1200, "output_tokens": 100, "cached_input_tokens": 1024}, 0.0001632),
        ("gateway", "anthropic/claude-sonnet-4.5", None, {"input_tokens": 1000, "output_tokens": 100}, 0.0045),
        ("gcp.gemini", "gemini-2.5-pro", None,
         {"input_tokens": 264, "output_tokens": 1093, "reasoning_tokens": 989}, 0.01126),
        ("az.ai.inference", "gpt-4o", None, {"input_tokens": 1000, "output_tokens": 100}, 0.0035),
        ("deepseek", "deepseek-chat", None, {"input_tokens": 1000, "output_tokens": 100}, 0.00038),
        ("openai", "gpt-4o", None, {"input_tokens": 100_000, "output_tokens": 2000}, 0.27),
        ("groq", "llama-3.3-70b-versatile", None, {"input_tokens": 1000, "output_tokens": 100}, 0.000669),
        # gpt-audio-mini: text $0.60 and $2.40, audio out $20
        ("openai", "gpt-audio-mini", None,
         {"input_tokens": 15, "output_tokens": 47, "output_audio_tokens": 34, "input_audio_tokens": 0},
         15 * 0.6e-6 + 13 * 2.4e-6 + 34 * 20e-6),
        ("openai", "gpt-4o-2024-08-06", "batch", {"input_tokens": 1000, "output_tokens": 100}, 0.00175),
        ("openai", "gpt-5-2025-08-07", "flex",
         {"input_tokens": 1000, "output_tokens": 200, "cached_input_tokens": 512, "reasoning_tokens": 128}, 0.002674),
        ("aws.bedrock", "anthropic.claude-3-haiku-20240307-v1:0", None,
         {"input_tokens": 35, "output_tokens": 446}, 0.00056625),
        ("openai", "gpt-4o", None, {"input_tokens": 1000, "output_tokens": 100, "cached_input_tokens": 800}, 0.0025),
    ],
)  # fmt: skip
def test_the_cost_is_the_one_by_hand(provider, model, tier, tokens, wanted):
    assert cost(provider, model, tier, **tokens) == pytest.approx(wanted, rel=1e-6)
