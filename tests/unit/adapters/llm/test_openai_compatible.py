"""Against a real HTTP server that holds the caller to OpenAI's protocol, as vLLM does."""

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jsonschema
import pytest
from pydantic import SecretStr

from coagent.adapters.llm.limits import ModelLimits
from coagent.adapters.llm.openai_compatible import OpenAiCompatibleModel
from coagent.domain.errors import Transient
from coagent.ports import ChatAnswer

REQUEST = {
    "type": "object",
    "required": ["model", "messages", "response_format"],
    "properties": {
        "model": {"const": "tiny"},
        "stream": {"const": False},
        "max_tokens": {"type": "integer"},
        "max_completion_tokens": {"type": "integer"},
        "temperature": {"type": "number"},
        "messages": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["role", "content"],
                "properties": {"role": {"enum": ["system", "user"]}, "content": {"type": "string"}},
            },
            "minItems": 2,
        },
        "response_format": {
            "type": "object",
            "required": ["type", "json_schema"],
            "properties": {
                "type": {"const": "json_schema"},
                "json_schema": {
                    "type": "object",
                    "required": ["name", "schema"],
                    "properties": {"name": {"type": "string"}, "schema": {"type": "object"}, "strict": {"const": True}},
                    "additionalProperties": False,
                },
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "text": {"type": "string"}},
    "required": ["title", "text"],
    "additionalProperties": False,
}
ANSWER = {"title": "A title", "text": "A text"}


class Server(ThreadingHTTPServer):
    """`content` is what the model says; `status`, `delay_s` and `body` make it misbehave."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = json.dumps(ANSWER)
        self.status, self.delay_s, self.body = 200, 0.0, None
        self.seen: list[tuple[str, str, dict]] = []
        self.going = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.seen.append((self.path, self.headers["authorization"], request))
        self.server.going.wait(self.server.delay_s)
        try:
            jsonschema.validate(request, REQUEST)
            jsonschema.Draft202012Validator.check_schema(request["response_format"]["json_schema"]["schema"])
        except jsonschema.ValidationError as wrong:
            self._send(400, {"error": {"message": wrong.message, "type": "BadRequestError", "code": 400}})
        else:
            self._send(self.server.status, self.server.body or self._completion())

    def _completion(self) -> dict:
        message = {"role": "assistant", "content": self.server.content}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        named = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "tiny"}
        return {**named, "choices": [choice], "usage": usage}

    def _send(self, status: int, body: dict) -> None:
        encoded = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.going.set()
    server.shutdown()
    server.server_close()
    thread.join()


def model(server: Server, timeout_s: float = 10.0, key: str | None = None) -> OpenAiCompatibleModel:
    return OpenAiCompatibleModel(server.base_url, "tiny", SecretStr(key) if key else None, ModelLimits(timeout_s))


async def test_asks_for_the_schema_and_returns_the_object(server):
    assert ChatAnswer(ANSWER, 1, 1) == await model(server).answer("be short", "the facts", SCHEMA)
    path, _, request = server.seen[0]
    assert "/v1/chat/completions" == path
    assert SCHEMA == request["response_format"]["json_schema"]["schema"]
    assert ["be short", "the facts"] == [message["content"] for message in request["messages"]]


async def test_sends_the_key_it_was_given_and_no_other(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    await model(server).answer("s", "u", SCHEMA)
    await model(server, key="ours").answer("s", "u", SCHEMA)
    assert ["Bearer none", "Bearer ours"] == [key for _, key, _ in server.seen]


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
async def test_a_refusal_is_transient_and_tried_once(server, status):
    server.status, server.body = status, {"error": {"message": "the secret prompt", "type": "x", "code": status}}
    with pytest.raises(Transient, match=f"HTTP {status}.*coagent doctor"):
        await model(server).answer("s", "u", SCHEMA)
    assert 1 == len(server.seen)


@pytest.mark.parametrize("content", ["no JSON", '"text"', "[1]", '{"title": "cut of', ""])
async def test_an_answer_that_is_no_object_is_transient(server, content):
    server.content = content
    with pytest.raises(Transient):
        await model(server).answer("s", "u", SCHEMA)


@pytest.mark.parametrize("body", [{"hello": "world"}, {"choices": []}, {"choices": None}, [1]])
async def test_an_answer_in_no_openai_shape_is_transient(server, body):
    server.body = body
    with pytest.raises(Transient):
        await model(server).answer("s", "u", SCHEMA)


async def test_a_slow_model_is_given_up(server):
    server.delay_s = 30.0
    with pytest.raises(Transient, match=r"no answer within 0\.2 s"):
        await model(server, timeout_s=0.2).answer("s", "u", SCHEMA)


async def test_a_server_that_is_away_is_transient():
    away = OpenAiCompatibleModel("http://127.0.0.1:9/v1", "tiny", None, ModelLimits(5.0))
    with pytest.raises(Transient, match=r"tiny.*127\.0\.0\.1:9"):
        await away.answer("s", "u", SCHEMA)


async def test_neither_content_nor_key_is_logged_or_reported(server, caplog):
    server.status, server.body = 500, {"error": {"message": "echo: the secret prompt"}}
    with caplog.at_level(logging.INFO), pytest.raises(Transient) as caught:
        await model(server, key="sk-secret").answer("the secret prompt", "the secret facts", SCHEMA)
    reported = caplog.text + str(caught.value) + repr(caught.value.__cause__)
    assert "secret" not in reported


async def test_many_answers_at_a_time(server):
    asked = model(server)
    answers = await asyncio.gather(*(asked.answer("s", str(i), SCHEMA) for i in range(8)))
    assert [ANSWER] * 8 == [answer.value for answer in answers]


async def test_a_password_in_the_url_is_not_reported():
    away = OpenAiCompatibleModel("http://me:hunter2@127.0.0.1:9/v1", "tiny", None, ModelLimits(5.0))
    with pytest.raises(Transient, match=r"at http://\*\*\*@127\.0\.0\.1:9/v1") as reported:
        await away.answer("s", "u", SCHEMA)
    assert "hunter2" not in str(reported.value)
