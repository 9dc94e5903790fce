"""Servers that are slow, endless, huge, broken or something else: one deadline, little memory, always Transient."""

import asyncio
import gzip
import json
import logging
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic

import pytest

from coagent.adapters.llm.limits import ModelLimits
from coagent.adapters.llm.openai_compatible import OpenAiCompatibleModel
from coagent.domain.errors import Transient

SCHEMA = {"type": "object", "properties": {}, "required": []}
DEADLINE_S = 1.5
SLACK_S = 2.0
"""A machine that is busy with other things; an answer without a deadline would take minutes."""

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


def completion(content: str, **changes: object) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 40, "completion_tokens": 60, "total_tokens": 100}
    named = {"id": "c", "object": "chat.completion", "created": 1, "model": "tiny"}
    return json.dumps({**named, "choices": [choice], "usage": usage, **changes}).encode()


def head(length: int | None, status: str = "200 OK", kind: str = "application/json", more: str = "") -> bytes:
    measured = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
    return f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{more}{measured}\r\nconnection: close\r\n\r\n".encode()


def says(body: bytes, **options: str) -> Script:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head(len(body), **options) + body)
        await writer.drain()

    return script


async def silent(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(600)


async def trickle(writer: asyncio.StreamWriter) -> None:
    """A byte at a time: each read is quick, the whole never ends."""
    writer.write(head(1_000_000))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def trickled_head(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"H")
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(head(None))
    part = b" " * 65536
    while True:
        writer.write(b"10000\r\n" + part + b"\r\n")
        await writer.drain()


async def huge(writer: asyncio.StreamWriter) -> None:
    """A well-formed answer of 100 MB."""
    before, after = completion("@").split(b"@")
    writer.write(head(len(before) + 100_000_000 + len(after)) + before)
    for _ in range(1000):
        writer.write(b"x" * 100_000)
        await writer.drain()
    writer.write(after)


async def endless_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x-more: " + b"y" * 8000 + b"\r\n")
        await writer.drain()


async def breaks_off(writer: asyncio.StreamWriter) -> None:
    writer.write(head(1000) + b'{"id": "c", "choices": [')
    await writer.drain()


async def hangs_up(_: asyncio.StreamWriter) -> None:
    """At once."""


async def no_http(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xff 220 mail.example ESMTP\r\n")
    await writer.drain()


BOMB = gzip.compress(b" " * 50_000_000)
DEEP = "[" * 100_000 + "]" * 100_000
SERVERS: dict[str, Script] = {
    "silent": silent,
    "trickle": trickle,
    "trickled head": trickled_head,
    "endless": endless,
    "endless head": endless_head,
    "huge": huge,
    "bomb": says(BOMB, more="content-encoding: gzip\r\n"),
    "breaks off": breaks_off,
    "hangs up": hangs_up,
    "no http": no_http,
    "empty": says(b""),
    "nested answer": says(completion('{"a": ' + DEEP + "}")),
    "nested body": says(DEEP.encode()),
    "nested choice": says(b'{"choices": ' + DEEP.encode() + b"}"),
    "other json": says(b'{"hello": "world"}'),
    "a list": says(b"[1, 2]"),
    "null": says(b"null"),
    "a number": says(b"1e999"),
    "no choices": says(completion("{}", choices=[])),
    "null choices": says(completion("{}", choices=None)),
    "choice of a number": says(completion("{}", choices=[7])),
    "null message": says(completion("{}", choices=[{"index": 0, "message": None, "finish_reason": "stop"}])),
    "content of a number": says(completion(7)),
    "html": says(b"<html>Welcome</html>", kind="text/html"),
    "event stream": says(b"data: {}\n\ndata: [DONE]\n\n", kind="text/event-stream"),
    "no utf-8": says(completion("{}").replace(b"tiny", b"\xff\xfe")),
    "free text": says(completion("I am sorry, I cannot do that.")),
    "answer of a list": says(completion("[1]")),
    "cut answer": says(completion('{"headline": "c')),
    "an error of its own": says(b'{"error": {"message": "no"}}'),
    **{
        f"status {status.split()[0]}": says(b'{"error": {"message": "no", "code": 1}}', status=status)
        for status in ("400 A", "401 B", "403 C", "404 D", "408 E", "413 F", "422 G", "429 H", "500 I", "503 J")
    },
    "redirect": says(b"", status="302 Found", more="location: http://127.0.0.1:9/\r\n"),
    "no content": says(b"", status="204 No Content"),
}  # fmt: skip


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[tuple[str, list[float]]]:
    """The base URL, and when each request came."""
    seen: list[float] = []
    under_way: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way.add(asyncio.ensure_future(handle(reader, writer)))

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in request.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        seen.append(monotonic())
        try:
            await script(writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", seen
    finally:
        server.close()
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


def model(url: str, now_s: Callable[[], float] = monotonic, **limits: object) -> OpenAiCompatibleModel:
    return OpenAiCompatibleModel(url, "tiny", None, ModelLimits(**{"timeout_s": DEADLINE_S, **limits}), now_s)


@pytest.mark.parametrize("name", SERVERS)
async def test_is_transient_within_the_one_deadline_whatever_comes(name):
    async with serving(SERVERS[name]) as (url, seen):
        asked, began = model(url), monotonic()
        with pytest.raises(Transient) as caught:
            await asked.answer("s", "u", SCHEMA)
        assert monotonic() - began < DEADLINE_S + SLACK_S
        assert "tiny" in str(caught.value)
        assert len(seen) == 1


@pytest.mark.parametrize("name", ["endless", "huge", "bomb", "endless head", "nested body"])
async def test_memory_stays_bounded(name):
    async with serving(SERVERS[name]) as (url, _):
        asked = model(url)
        tracemalloc.start()
        with pytest.raises(Transient):
            await asked.answer("s", "u", SCHEMA)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 24_000_000


async def test_each_reason_is_logged_once_with_its_kind(caplog):
    async with serving(endless) as (url, _):
        with caplog.at_level(logging.WARNING), pytest.raises(Transient):
            await model(url).answer("s", "u", SCHEMA)
    assert [record.message for record in caplog.records] == [record.message for record in caplog.records[:1]]
    assert "more than 1,048,576 bytes" in caplog.text


async def test_a_server_that_keeps_failing_is_left_alone_and_then_tried_once(caplog):
    now = [100.0]
    scripts = [*[SERVERS["status 500"]] * 3, *[says(completion("{}"))] * 2]

    async def next_one(writer: asyncio.StreamWriter) -> None:
        await scripts.pop(0)(writer)

    async with serving(next_one) as (url, seen):
        asked = model(url, now_s=lambda: now[0], breaker_failures=3, breaker_open_s=30.0)
        for _ in range(5):
            with pytest.raises(Transient) as caught:
                await asked.answer("s", "u", SCHEMA)
        assert len(seen) == 3
        assert caught.value.retry_after_s == 30.0
        now[0] += 31
        assert (await asked.answer("s", "u", SCHEMA)).value == {}
        await asked.answer("s", "u", SCHEMA)
        assert len(seen) == 5
    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 3


async def test_while_half_open_one_question_tries_it_and_a_failure_leaves_it_alone_again():
    now = [100.0]
    async with serving(SERVERS["status 503"]) as (url, seen):
        asked = model(url, now_s=lambda: now[0], breaker_failures=1, breaker_open_s=30.0)
        with pytest.raises(Transient):
            await asked.answer("s", "u", SCHEMA)
        now[0] += 31
        ends = await asyncio.gather(*(asked.answer("s", "u", SCHEMA) for _ in range(8)), return_exceptions=True)
        assert all(isinstance(end, Transient) for end in ends)
        assert len(seen) == 2


async def test_a_refused_request_does_not_leave_the_server_alone():
    async with serving(SERVERS["status 400"]) as (url, seen):
        asked = model(url, breaker_failures=1)
        for _ in range(3):
            with pytest.raises(Transient):
                await asked.answer("s", "u", SCHEMA)
        assert len(seen) == 3


async def test_a_cut_answer_is_said_to_be_cut_and_is_no_failure_of_the_server():
    cut = [{"index": 0, "message": {"role": "assistant", "content": '{"a": '}, "finish_reason": "length"}]
    async with serving(says(completion("", choices=cut))) as (url, seen):
        asked = model(url, breaker_failures=1)
        for _ in range(2):
            with pytest.raises(Transient, match=r"cut off.*ANSWER_TOKENS"):
                await asked.answer("s", "u", SCHEMA)
        assert len(seen) == 2


async def test_tokens_are_returned_and_an_hours_budget_is_kept():
    now = [0.0]
    async with serving(says(completion("{}"))) as (url, seen):
        asked = model(url, now_s=lambda: now[0], tokens_per_hour=150)
        answer = await asked.answer("s", "u", SCHEMA)
        assert (answer.input_tokens, answer.output_tokens) == (40, 60)
        now[0] += 60
        await asked.answer("s", "u", SCHEMA)
        with pytest.raises(Transient, match="TOKENS_PER_HOUR"):
            await asked.answer("s", "u", SCHEMA)
        now[0] += 3541
        await asked.answer("s", "u", SCHEMA)
        assert len(seen) == 3


async def test_waiting_for_a_place_counts_and_is_no_failure_of_the_server():
    async with serving(silent) as (url, seen):
        asked, began = model(url, concurrency=2, breaker_failures=3), monotonic()
        ends = await asyncio.gather(*(asked.answer("s", "u", SCHEMA) for _ in range(6)), return_exceptions=True)
        assert monotonic() - began < DEADLINE_S + SLACK_S
        assert all(isinstance(end, Transient) for end in ends)
        assert len(seen) >= 2
        assert sum("busy with other questions" in str(end) for end in ends) == 4


async def test_cancelling_is_no_failure():
    async with serving(silent) as (url, _):
        asked = asyncio.create_task(model(url).answer("s", "u", SCHEMA))
        await asyncio.sleep(0.2)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
