"""ports.ChatModel on any server that speaks OpenAI's chat completions, such as vLLM.

Neither prompts, answers nor the key are ever logged or put into an error.
"""

import asyncio
import re
from typing import Any

import msgspec
import openai
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from coagent.domain.errors import Transient

ANSWER_TOKENS = 1024
NO_KEY = SecretStr("none")
"""Sent where the server wants no key: the client insists on one and would else look for another service's key."""

_BROKEN = (openai.OpenAIError, ValueError, TypeError, LookupError, AttributeError)
"""What the client raises where the server is away, refuses, or answers in no OpenAI shape."""


class OpenAiCompatibleModel:
    """`base_url` ends in `/v1`. `timeout_s` bounds an answer from request to its last byte; nothing is tried twice."""

    def __init__(self, base_url: str, name: str, api_key: SecretStr | None, timeout_s: float) -> None:
        self._told_url = re.sub(r"//[^/]*@", "//***@", base_url)
        self._name = name
        self._timeout_s = timeout_s
        self._chat = ChatOpenAI(
            base_url=base_url,
            model=name,
            api_key=api_key or NO_KEY,
            timeout=timeout_s,
            max_retries=0,
            temperature=0,
            max_completion_tokens=ANSWER_TOKENS,
            use_responses_api=False,
            cache=False,
        )

    @property
    def name(self) -> str:
        return self._name

    async def answer(self, system: str, user: str, schema: dict[str, Any]) -> dict[str, Any]:
        """One answer, a JSON object with all that the schema requires. Raises Transient."""
        try:
            async with asyncio.timeout(self._timeout_s):
                message = await self._answering(schema).ainvoke([("system", system), ("user", user)])
        except TimeoutError as error:
            raise self._trouble(f"gave no answer within {self._timeout_s:g} s") from error
        except _BROKEN as error:
            raise self._trouble(f"failed ({_kind(error)})") from None  # the cause may quote the prompt
        return self._decoded(message, schema)

    def _answering(self, schema: dict[str, Any]) -> Runnable[Any, BaseMessage]:
        named = {"name": "answer", "schema": schema, "strict": True}
        return self._chat.bind(response_format={"type": "json_schema", "json_schema": named})

    def _decoded(self, message: BaseMessage, schema: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = msgspec.json.decode(str(message.text), type=dict[str, Any])
        except msgspec.DecodeError:
            raise self._trouble("answered with something that is no JSON object") from None
        missing = [name for name in schema.get("required", []) if name not in answer]
        if missing:
            raise self._trouble(f"left out {', '.join(missing)}: it must support response_format json_schema")
        return answer

    def _trouble(self, what: str) -> Transient:
        return Transient(f"the model {self._name!r} at {self._told_url} {what}: see `coagent doctor`")


def _kind(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    return f"HTTP {status}" if status else type(error).__name__
