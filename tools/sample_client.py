"""One streamed chat completion over HTTP, measured from the client's side."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sample_traffic import Prompt

TEMPERATURE = 0.7


class ServerError(Exception):
    """A server that cannot be used; the text says what to do."""


@dataclass(frozen=True)
class Labels:
    """What the client declares about every request of a recording."""

    request_model: str
    provider: str = "local-vllm"
    endpoint: str = "llm.internal"
    operation: str = "chat"
    tenant: str = "sample"
    app_version: str = "1.0.0"


@dataclass
class Answer:
    """What came back so far; the text itself is only counted."""

    started: float
    first_s: float | None = None
    chars: int = 0
    logprobs: list[float] = field(default_factory=list)
    finish_reason: str | None = None
    usage: dict[str, int] = field(default_factory=dict)

    def add(self, chunk: dict[str, Any]) -> None:
        """Take in one server-sent chunk."""
        self.usage = chunk.get("usage") or self.usage
        for choice in chunk["choices"]:
            self.add_choice(choice)

    def add_choice(self, choice: dict[str, Any]) -> None:
        """Take in the new tokens of one chunk."""
        tokens = (choice.get("logprobs") or {}).get("content") or []
        if tokens and self.first_s is None:
            self.first_s = perf_counter() - self.started
        self.chars += len(choice["delta"].get("content") or "")
        self.logprobs += [token["logprob"] for token in tokens]
        self.finish_reason = choice.get("finish_reason") or self.finish_reason


async def check(http: httpx.AsyncClient, url: str, model: str) -> None:
    """Raise ServerError unless the server at `url` answers and serves `model`."""
    try:
        reply = (await http.get(f"{url}/v1/models")).raise_for_status()
    except httpx.HTTPError as error:
        raise ServerError(f"no OpenAI-compatible server at {url} ({error!r}): start it first") from error
    served = [entry["id"] for entry in reply.json()["data"]]
    if model not in served:
        raise ServerError(f"{url} serves {served}, not {model!r}: start it with --served-model-name {model}")


async def send(http: httpx.AsyncClient, url: str, labels: Labels, prompt: Prompt, request_id: str) -> dict[str, Any]:
    """Send one request and return its canonical record, without content; a failure is a record too."""
    time, answer = datetime.now(UTC), Answer(perf_counter())
    try:
        async for chunk in chunks(http, url, body(labels.request_model, prompt)):
            answer.add(chunk)
        outcome = {"status": "ok"}
    except httpx.HTTPError as error:
        outcome = {"status": "error", "error_type": type(error).__name__}
    duration_s = perf_counter() - answer.started
    head = {"request_id": request_id, "time": time.isoformat(timespec="microseconds").replace("+00:00", "Z")}
    return head | asdict(labels) | asked(prompt) | measured(answer, duration_s) | outcome


async def chunks(http: httpx.AsyncClient, url: str, request: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    """The chunks of a streamed chat completion."""
    async with http.stream("POST", f"{url}/v1/chat/completions", json=request) as reply:
        reply.raise_for_status()
        async for line in reply.aiter_lines():
            if line.startswith("data: {"):
                yield json.loads(line.removeprefix("data: "))


def body(model: str, prompt: Prompt) -> dict[str, Any]:
    """The request as the OpenAI API has it."""
    return {
        "model": model,
        "messages": [{"role": "user", "content": prompt.text}],
        "temperature": TEMPERATURE,
        "max_tokens": prompt.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
        "logprobs": True,
    }


def asked(prompt: Prompt) -> dict[str, Any]:
    """The fields that the client chose."""
    return {
        "task": "helpdesk",
        "prompt_template": prompt.task,
        "stream": True,
        "temperature": TEMPERATURE,
        "max_tokens": prompt.max_tokens,
        "input_chars": len(prompt.text),
    }


def measured(answer: Answer, duration_s: float) -> dict[str, Any]:
    """The fields that the answer gives; what it does not say is left out."""
    mean_logprob = sum(answer.logprobs) / len(answer.logprobs) if answer.logprobs else None
    fields = {
        "input_tokens": answer.usage.get("prompt_tokens"),
        "output_tokens": answer.usage.get("completion_tokens"),
        "output_chars": answer.chars if answer.usage else None,
        "time_to_first_token_s": rounded(answer.first_s),
        "duration_s": rounded(duration_s),
        "finish_reason": answer.finish_reason,
        "mean_logprob": rounded(mean_logprob),
    }
    return {name: value for name, value in fields.items() if value is not None}


def rounded(value: float | None) -> float | None:
    """Six decimals, as far as a clock is worth."""
    return None if value is None else round(value, 6)
