"""A small server that speaks OpenAI's chat completions strictly: what a client may not send is refused with 400.

The model's name says how it behaves: `busy` answers 429, `broken` 500, all others answer.
"""

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from tests.integration.kafka.clients.loopback import serving

API_KEY = "sk-of-the-tests-0123456789"
FINGERPRINT = "vllm-0.11.0-tp2-1a2b3c4d"
ANSWER = "the otter Wilhelmina sleeps under violet ferns"
KNOWN = {"model", "messages", "stream", "stream_options", "temperature", "top_p", "max_tokens", "seed", "tools"}
ROLES = {"system", "user", "assistant", "tool"}
ERRORS = {"busy": (429, "rate_limit_exceeded", "Slow down, Wilhelmina"), "broken": (500, "server_error", "Wilhelmina")}


@dataclass
class Served:
    """What the server reported about one answered request."""

    model: str
    stream: bool
    usage: dict[str, Any] = field(default_factory=dict)


class Problem(Exception):
    """A request that is refused."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": code, "param": None, "code": code}}


class OpenAiServer(ThreadingHTTPServer):
    """On a free port of the loopback interface; `served` and `refused` say what came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.served: list[Served] = []
        self.refused: list[int] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


def openai_server() -> AbstractContextManager[OpenAiServer]:
    """Serves while it is entered."""
    return serving(OpenAiServer())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: OpenAiServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            request = self._checked(body)
        except Problem as problem:
            self.server.refused.append(problem.status)
            self._send_json(problem.status, problem.body)
            return
        served = Served(request["model"], bool(request.get("stream")), _usage(request))
        self.server.served.append(served)
        if served.stream:
            wants_usage = (request.get("stream_options") or {}).get("include_usage")
            self._send_stream(_chunks(request["model"], served.usage if wants_usage else None))
        else:
            self._send_json(200, _completion(request["model"], served.usage))

    def _checked(self, body: bytes) -> dict[str, Any]:
        if self.path != "/v1/chat/completions":
            raise Problem(404, "not_found", f"no {self.path}")
        if self.headers.get("Authorization") != f"Bearer {API_KEY}":
            raise Problem(401, "invalid_api_key", "wrong key")
        if not self.headers.get("Content-Type", "").startswith("application/json"):
            raise Problem(400, "invalid_request_error", "send JSON")
        request = json.loads(body)
        _check_request(request)
        if request["model"] in ERRORS:
            raise Problem(*ERRORS[request["model"]])
        return request

    def _send_json(self, status: int, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_stream(self, chunks: list[Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for text in [*(json.dumps(chunk) for chunk in chunks), "[DONE]"]:
            event = f"data: {text}\n\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_args: Any) -> None:
        pass


def _check_request(request: Any) -> None:
    unknown = set(request) - KNOWN
    messages = request.get("messages")
    if unknown:
        raise Problem(400, "invalid_request_error", f"unrecognized request argument: {sorted(unknown)}")
    if not isinstance(request.get("model"), str):
        raise Problem(400, "invalid_request_error", "model is a string")
    if not messages or not all(one.get("role") in ROLES and isinstance(one.get("content"), str) for one in messages):
        raise Problem(400, "invalid_request_error", "messages are a list of {role, content}")
    if "stream_options" in request and not request.get("stream"):
        raise Problem(400, "invalid_request_error", "stream_options is only allowed with stream")


def _usage(request: dict[str, Any]) -> dict[str, Any]:
    prompt = sum(len(message["content"].split()) + 4 for message in request["messages"])
    answer = len(ANSWER.split())
    return {
        "prompt_tokens": prompt,
        "completion_tokens": answer + 5,
        "total_tokens": prompt + answer + 5,
        "prompt_tokens_details": {"cached_tokens": 3, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 5, "audio_tokens": 0},
    }


def _head(model: str, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": kind,
        "created": 1_782_907_200,
        "model": f"{model}-2026-07-01",
        "system_fingerprint": FINGERPRINT,
        "service_tier": "default",
    }


def _completion(model: str, usage: dict[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": ANSWER, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return _head(model, "chat.completion") | {"choices": [choice], "usage": usage}


def _chunks(model: str, usage: dict[str, Any] | None) -> list[dict[str, Any]]:
    head = _head(model, "chat.completion.chunk")
    words = [f"{word} " for word in ANSWER.split()]
    words[-1] = words[-1].strip()
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}, *({"content": word} for word in words), {}]
    chunks = [_chunk(head, delta, "stop" if not delta else None) for delta in deltas]
    return chunks if usage is None else [*chunks, head | {"choices": [], "usage": usage}]


def _chunk(head: dict[str, Any], delta: dict[str, Any], finish_reason: str | None) -> dict[str, Any]:
    return head | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}]}
