"""Parameters of a request, by the names that clients of all APIs give them."""

from typing import Any

from coagent.ingest.formats.export_row import ExportRow

_NAMES = {
    "temperature": ("temperature",),
    "top_p": ("top_p", "topP", "p"),
    "seed": ("seed",),
    "stream": ("stream",),
    "max_tokens": ("max_completion_tokens", "max_output_tokens", "max_tokens", "maxOutputTokens", "maxTokens"),
}


def parameters_of(asked: ExportRow) -> dict[str, Any]:
    """Canonical fields; None for what is not there."""
    return {field: asked.first(*names) for field, names in _NAMES.items()}
