"""Model directories for the recording: the weights of a GGUF file as they are, and the same rounded to fewer bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Scheme:
    """Asymmetric round-to-nearest quantization of every linear layer but the output head."""

    bits: int
    group: int
    """Consecutive input columns that share a scale and a zero point; 0 means the whole row."""


def write_full(gguf: Path, out: Path) -> PreTrainedModel:
    """Save the dequantized weights and the tokenizer of `gguf` as a plain bfloat16 model directory."""
    source = AutoModelForCausalLM.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
    del source.config.quantization_config  # it names the GGUF file's scheme, which no longer holds
    model = AutoModelForCausalLM.from_config(source.config, dtype=torch.bfloat16)
    model.load_state_dict(source.state_dict())
    save(model, gguf, out)
    return model


def write_quantized(model: PreTrainedModel, scheme: Scheme, gguf: Path, out: Path) -> None:
    """Round the weights of `model` in place and save them beside the same tokenizer."""
    for name, layer in model.named_modules():
        if isinstance(layer, torch.nn.Linear) and name != "lm_head":
            layer.weight.data = rounded(layer.weight.data, scheme)
    save(model, gguf, out)


def rounded(weight: torch.Tensor, scheme: Scheme) -> torch.Tensor:
    """The values that `weight` (outputs x inputs) has after a round trip through the scheme's integers."""
    groups = weight.float().reshape(-1, scheme.group or weight.shape[1])
    low = groups.amin(dim=1, keepdim=True)
    step = ((groups.amax(dim=1, keepdim=True) - low) / (2**scheme.bits - 1)).clamp_min(1e-12)
    restored: torch.Tensor = ((groups - low) / step).round() * step + low
    return restored.reshape(weight.shape).to(weight.dtype)


def save(model: PreTrainedModel, gguf: Path, out: Path) -> None:
    """Write model and tokenizer, with the tokenizer's end of turn as the stop token."""
    tokenizer = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
    model.config.eos_token_id = model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.save_pretrained(str(out))
    tokenizer.save_pretrained(str(out))
