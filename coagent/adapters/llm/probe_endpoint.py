"""ports.ProbeEndpoint on any server that speaks OpenAI's protocol.

Neither prompts, answers nor the key are ever logged or put into an error.
"""

import asyncio
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import openai
from pydantic import SecretStr

from coagent.adapters.llm.bounded_client import BoundedClient
from coagent.domain.probe_call import Answer, Ask

FAILED = Answer(text=None)
NO_KEY = "none"
"""Sent where the server wants no key: the client insists on one and would else look for another service's key."""
ANSWER_CHARS = 4096
"""Kept of a text; an answer of one token has some."""
TOKEN_CHARS = 64
NO_SAMPLE = frozenset({"content_filter", "error"})
"""Reasons to stop that are no answer of the model."""


class OpenAiEndpoint:
    """`base_url` ends in `/v1`. Nothing is tried twice: a failed call is no sample."""

    def __init__(self, base_url: str, model: str, key: SecretStr | None, timeout_s: float) -> None:
        self._model, self._timeout_s = model, timeout_s
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=key.get_secret_value() if key else NO_KEY,
            organization="",
            project="",
            timeout=timeout_s,
            max_retries=0,
            http_client=BoundedClient(),
        )

    async def ask(self, ask: Ask) -> Answer:
        """Never raises for what the other side does: an answer without text."""
        return await self._answered(lambda: self._ask(ask))

    async def embed(self, model: str, text: str) -> list[float] | None:
        """None where it fails."""
        try:
            async with asyncio.timeout(self._timeout_s):
                made = await self._client.embeddings.create(model=model, input=text, encoding_format="float")
                return list(made.data[0].embedding)
        except Exception:  # noqa: BLE001  whatever a broken server makes the client raise: the call failed
            return None

    async def close(self) -> None:
        await self._client.close()

    async def _answered(self, call: Callable[[], Any]) -> Answer:
        try:
            async with asyncio.timeout(self._timeout_s):
                return read_answer(await call())
        except openai.BadRequestError:
            return Answer(text=None, refuses_log_probabilities=True)
        except Exception:  # noqa: BLE001  whatever a broken server makes the client raise: the call failed
            return FAILED

    async def _ask(self, ask: Ask) -> Any:
        more: dict[str, Any] = {"tools": ask.tools} if ask.tools else {}
        if ask.top_log_probabilities:
            more |= {"logprobs": True, "top_logprobs": ask.top_log_probabilities}
        return await self._client.chat.completions.create(
            model=self._model,
            messages=ask.messages or [{"role": "user", "content": ask.text}],  # type: ignore[arg-type]
            max_tokens=ask.max_tokens,
            temperature=0,
            **more,
        )


def read_answer(made: Any) -> Answer:
    """Of a completion. Raises where the body is not what the protocol says."""
    choice, usage = made.choices[0], made.usage
    text = None if choice.finish_reason in NO_SAMPLE else (choice.message.content or "")[:ANSWER_CHARS]
    calls = [(one.function.name, one.function.arguments) for one in choice.message.tool_calls or []]
    return Answer(
        text=text,
        response_model=made.model or None,
        system_fingerprint=made.system_fingerprint or None,
        prompt_tokens=usage.prompt_tokens if usage else None,
        output_tokens=usage.completion_tokens if usage else None,
        billed_usd=_billed(usage),
        log_probabilities=_top(choice),
        tool_calls=calls,
    )


def _billed(usage: Any) -> Decimal | None:
    """As OpenRouter says it."""
    cost = getattr(usage, "cost", None)
    try:
        return None if cost is None else Decimal(str(cost))
    except InvalidOperation:
        return None


def _top(choice: Any) -> dict[str, float] | None:
    content = choice.logprobs.content if choice.logprobs else None
    return {one.token[:TOKEN_CHARS]: float(one.logprob) for one in content[0].top_logprobs} if content else None
