"""A small server that speaks Anthropic's Messages API strictly: what a client may not send is refused with 400.

Its usage counts cache reads and cache writes beside the input tokens, as the real API does. `busy` answers 429.
Source: the API reference of Anthropic's Messages.
"""

import json
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from tests.integration.kafka.clients.loopback import serving

API_KEY = "sk-ant-of-the-tests-0123456789"
ANSWER = "the otter Wilhelmina sleeps under violet ferns"
USAGE = {
    "input_tokens": 19,
    "cache_creation_input_tokens": 200,
    "cache_read_input_tokens": 39_000,
    "cache_creation": {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 0},
    "output_tokens": 100,
    "service_tier": "standard",
}
KNOWN = {"model", "messages", "max_tokens", "system", "stream", "temperature", "top_p", "tools", "metadata"}


class AnthropicServer(ThreadingHTTPServer):
    """On a free port of the loopback interface; `statuses` are those of its answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses: list[int] = []
        self.numbers = count()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


def anthropic_server() -> AbstractContextManager[AnthropicServer]:
    """Serves while it is entered."""
    return serving(AnthropicServer())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: AnthropicServer

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        status, kind = self._checked(request)
        self.server.statuses.append(status)
        if kind:
            error = {"type": "error", "error": {"type": kind, "message": "Slow down, Wilhelmina"}}
            self._send(status, "application/json", json.dumps(error).encode())
            return
        message = _message(request["model"], next(self.server.numbers))
        if request.get("stream"):
            events = "".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in _events(message))
            self._send(200, "text/event-stream", events.encode())
        else:
            self._send(200, "application/json", json.dumps(message).encode())

    def _checked(self, request: dict[str, Any]) -> tuple[int, str]:
        """A status, and the kind of error where it is one."""
        if self.path.partition("?")[0] != "/v1/messages":
            return 404, "not_found_error"
        keys = (self.headers.get("x-api-key"), self.headers.get("Authorization", "").removeprefix("Bearer "))
        if API_KEY not in keys or not self.headers.get("anthropic-version"):
            return 401, "authentication_error"
        if set(request) - KNOWN or not {"model", "messages", "max_tokens"} <= set(request):
            return 400, "invalid_request_error"
        return (429, "rate_limit_error") if request["model"] == "busy" else (200, "")

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


def _message(model: str, number: int) -> dict[str, Any]:
    return {
        "id": f"msg_{number}",
        "type": "message",
        "role": "assistant",
        "model": f"{model}-20250929",
        "content": [{"type": "text", "text": ANSWER}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": USAGE,
    }


def _events(message: dict[str, Any]) -> list[dict[str, Any]]:
    start = message | {"content": [], "stop_reason": None, "usage": USAGE | {"output_tokens": 1}}
    return [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": ANSWER}},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 100},
        },
        {"type": "message_stop"},
    ]
