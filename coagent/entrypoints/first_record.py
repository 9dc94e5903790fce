"""What the first record of a topic is taken for: so that people see at once whether it is what they meant to send."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import numpy as np

from coagent.bootstrap.formats import pinned_topics
from coagent.domain.batch import Batch, Source
from coagent.domain.rejected import DeadLetter
from coagent.domain.vocabulary import signal_name
from coagent.entrypoints.terminal.reason_words import reason_words
from coagent.entrypoints.terminal.wording import plain
from coagent.ingest.formats.detect_format import detect_format
from coagent.ingest.refused import Refused
from coagent.settings import Settings

WANTED = {
    "task": ("task",),
    "tokens in": ("input_tokens",),
    "tokens out": ("output_tokens",),
    "duration": ("duration_s",),
    signal_name("time_to_first_token_s"): ("time_to_first_token_s",),
    "status": ("status", "http_status", "error_type"),
    "finish reason": ("finish_reason",),
    "served model": ("response_model",),
}
"""What detection lives on, and the columns that any one of gives it."""


@dataclass(frozen=True, slots=True)
class FirstRecord:
    """`requests` of 0 means that it was not read, for `reasons`. `cost_usd` is None where it is unknown."""

    topic: str
    format: str
    requests: int
    provider: str = ""
    model: str = ""
    task: str | None = None
    tenant: str | None = None
    cost_usd: float | None = None
    lacks: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        """In one sentence; nothing in it acts on a terminal."""
        if not self.requests:
            return f"{plain(self.topic)}: {self.format}, no request in it: {'; '.join(self.reasons)}"
        many = f"{self.requests} requests, the first: " if self.requests > 1 else ""
        reported = [f"{many}{plain(self.provider)}/{plain(self.model)}"]
        reported += [f"{name} {plain(text)}" for name in ("task", "tenant") if (text := getattr(self, name))]
        reported.append("cost unknown" if self.cost_usd is None else f"cost ${self.cost_usd:.6f}")
        lacks = f". It lacks: {', '.join(self.lacks)}" if self.lacks else ". It lacks nothing"
        return f"{plain(self.topic)}: {self.format}, {', '.join(reported)}{lacks}"


def first_record(settings: Settings, topic: str, value: bytes) -> FirstRecord:
    """As `coagent ingest` would read it. `value`: the message's bytes."""
    from coagent.bootstrap.ingest import analysis_ingest_step  # noqa: PLC0415  a compiler, which `coagent up` needs for this alone

    step, now_s = analysis_ingest_step(settings), time.time()
    step.feed(Source("", topic, 0), [(0, value)], now_s)
    batches, letters = step.take(now_s, everything=True), step.take_dead_letters()
    kind = _format(settings, topic, value)
    if not batches:
        others = [reason.reason for one in step.intake() for reason in one.reasons]
        return FirstRecord(topic, kind, 0, reasons=tuple(_reasons(letters)) or tuple(map(_worded, others)))
    return _taken_for(topic, kind, batches)


def _taken_for(topic: str, kind: str, batches: list[Batch]) -> FirstRecord:
    first = batches[0]
    known = {name for name in first.numbers if np.isfinite(_numbers(first, name)[0])} | set(first.texts)
    cost = next((_numbers(first, name)[0] for name in ("cost_usd", "list_cost_usd") if name in known), None)
    return FirstRecord(
        topic,
        kind,
        requests=sum(batch.rows for batch in batches),
        provider=first.segment.provider,
        model=first.segment.request_model,
        task=_text(first, "task"),
        tenant=_text(first, "tenant"),
        cost_usd=None if cost is None else float(cost),
        lacks=tuple(name for name, columns in WANTED.items() if not known & set(columns)),
    )


def _numbers(batch: Batch, name: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.frombuffer(batch.numbers[name], "<f8")


def _text(batch: Batch, name: str) -> str | None:
    column = batch.texts.get(name)
    code = int(np.frombuffer(column.codes, "<i4")[0]) if column else -1
    return column.values[code] if column and code >= 0 else None


def _format(settings: Settings, topic: str, value: bytes) -> str:
    if topic in settings.ingest.mappings:
        return f"read by {settings.ingest.mappings[topic]}"
    if topic in pinned_topics(settings):
        return f"{settings.ingest.formats[topic]} (pinned)"
    try:
        return detect_format(value)
    except Refused:
        return "no format that is read"


def _reasons(letters: list[DeadLetter]) -> Iterator[str]:
    return (f"{plain(one.reason)}: {plain(one.detail)}" for one in letters)


def _worded(reason: str) -> str:
    words = reason_words(reason)
    return f"{plain(reason)} ({words})" if words else plain(reason)


def example(now: str) -> bytes:
    """A record to try with, of that time (RFC 3339)."""
    record = {
        "time": now,
        "provider": "openai",
        "request_model": "gpt-5-mini",
        "task": "summary",
        "input_tokens": 812,
        "output_tokens": 96,
        "duration_s": 1.9,
    }
    return msgspec.json.encode(record)
