"""ports.ChatModel on any server that speaks OpenAI's chat completions, such as vLLM.

Neither prompts, answers nor the key are ever logged or put into an error.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import msgspec
import openai
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from coagent.adapters.llm.bounded_client import BoundedClient, Unreadable
from coagent.adapters.llm.circuit_breaker import CircuitBreaker
from coagent.adapters.llm.limits import ModelLimits
from coagent.adapters.llm.token_budget import TokenBudget
from coagent.domain.errors import Transient
from coagent.domain.shown_url import shown_url
from coagent.ports import ChatAnswer

NO_KEY = SecretStr("none")
"""Sent where the server wants no key: the client insists on one and would else look for another service's key."""

ABOUT_THE_REQUEST = frozenset({400, 413, 422})
"""The server refuses this request alone: it is there for the next one."""

CUT_OFF = (openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError)

log = logging.getLogger(__name__)


class OpenAiCompatibleModel:
    """`base_url` ends in `/v1`. Nothing is tried twice; a server that keeps failing is left alone for a while."""

    def __init__(
        self,
        base_url: str,
        name: str,
        api_key: SecretStr | None,
        limits: ModelLimits,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shown_url = shown_url(base_url)
        self._name = name
        self._timeout_s = limits.timeout_s
        self._places = asyncio.Semaphore(limits.concurrency)
        self._breaker = CircuitBreaker(limits.breaker_failures, limits.breaker_open_s, now_s)
        self._budget = TokenBudget(limits.tokens_per_hour, now_s)
        self._chat = ChatOpenAI(
            base_url=base_url,
            model=name,
            api_key=api_key or NO_KEY,
            timeout=limits.timeout_s,
            max_retries=0,
            temperature=0,
            max_completion_tokens=limits.answer_tokens,
            use_responses_api=False,
            cache=False,
            http_async_client=BoundedClient(),
        )

    @property
    def name(self) -> str:
        return self._name

    async def answer(self, system: str, user: str, schema: dict[str, Any]) -> ChatAnswer:
        """One answer. Raises Transient, whose reason is logged once: not again for each request that is not sent."""
        called_s, asked_s = time.monotonic(), float("inf")
        try:
            async with asyncio.timeout(self._timeout_s), self._places:
                self._check_free()
                asked_s = time.monotonic()
                message = await self._ask(system, user, schema)
        except TimeoutError:
            raise self._late(asked_s - called_s) from None
        return ChatAnswer(self._decoded(message), *_tokens(message))

    def _check_free(self) -> None:
        wait_s = self._breaker.wait_s()
        if wait_s is not None:
            raise self._trouble("failed several times in a row and is left alone", wait_s)
        wait_s = self._budget.wait_s()
        if wait_s is not None:
            raise self._trouble("has used up COAGENT_MODEL__TOKENS_PER_HOUR", wait_s)

    async def _ask(self, system: str, user: str, schema: dict[str, Any]) -> BaseMessage:
        try:
            message = await self._answering(schema).ainvoke([("system", system), ("user", user)])
        except Exception as error:  # noqa: BLE001  whatever a broken server makes the client raise: people do not wait for it
            raise self._refused(error) from None  # the cause may quote the prompt
        self._budget.spend(sum(count or 0 for count in _tokens(message)))
        self._answered()
        return message

    def _answering(self, schema: dict[str, Any]) -> Runnable[Any, BaseMessage]:
        named = {"name": "answer", "schema": schema, "strict": True}
        return self._chat.bind(response_format={"type": "json_schema", "json_schema": named})

    def _decoded(self, message: BaseMessage) -> dict[str, Any]:
        try:
            return msgspec.json.decode(str(message.text), type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):
            raise self._logged("answered with something that is no JSON object") from None

    def _refused(self, error: Exception) -> Transient:
        if isinstance(error, CUT_OFF):
            self._answered()
            return self._logged("gave an answer that was cut off: raise COAGENT_MODEL__ANSWER_TOKENS if it often does")
        what = f"failed ({_kind(error)})"
        if getattr(error, "status_code", None) in ABOUT_THE_REQUEST:
            self._answered()
            return self._logged(what)
        return self._failed(what)

    def _late(self, waited_s: float) -> Transient:
        """A server that had less than half of the time, for others were asked first, has not failed."""
        if waited_s > self._timeout_s / 2:
            return self._logged(f"was busy with other questions for {self._timeout_s:g} s")
        return self._failed(f"gave no answer within {self._timeout_s:g} s")

    def _answered(self) -> None:
        if self._breaker.succeeded():
            log.info("the model %r at %s answers again", self._name, self._shown_url)

    def _failed(self, what: str) -> Transient:
        opened = self._breaker.failed()
        return self._logged(f"{what}, and is now left alone for a while" if opened else what)

    def _logged(self, what: str) -> Transient:
        trouble = self._trouble(what)
        log.warning("%s", trouble)
        return trouble

    def _trouble(self, what: str, retry_after_s: float | None = None) -> Transient:
        text = f"the model {self._name!r} at {self._shown_url} {what}: see `coagent doctor`"
        return Transient(text, retry_after_s=retry_after_s)


def _tokens(message: BaseMessage) -> tuple[int | None, int | None]:
    """Of the prompt and of the answer."""
    usage = getattr(message, "usage_metadata", None) or {}
    return usage.get("input_tokens"), usage.get("output_tokens")


def _kind(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    if status:
        return f"HTTP {status}"
    ours = next((one for one in (error, error.__cause__) if isinstance(one, Unreadable)), None)
    return str(ours) if ours else type(error).__name__
