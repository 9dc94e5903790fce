"""What is asked of an endpoint, and what came back."""

from decimal import Decimal
from typing import Any

import msgspec


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One call at temperature 0. `place` names the prompt within its stage; `messages` are set for a canary alone."""

    place: str
    text: str = ""
    max_tokens: int = 1
    top_log_probabilities: int = 0
    messages: list[dict[str, Any]] | None = None
    tools: list[dict[str, Any]] | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`text` None: the call failed, and is no sample. Counts and cost are None where the server does not say."""

    text: str | None
    response_model: str | None = None
    system_fingerprint: str | None = None
    prompt_tokens: int | None = None
    output_tokens: int | None = None
    billed_usd: Decimal | None = None
    log_probabilities: dict[str, float] | None = None
    tool_calls: list[tuple[str, str]] = []
    refuses_log_probabilities: bool = False
