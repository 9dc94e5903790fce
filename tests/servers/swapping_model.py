"""A model server on loopback that speaks OpenAI's protocol, whose model can be replaced while it runs.

Its answers waver at temperature 0 as real ones do: a third of the prompts have two likely first tokens, chosen by model
and prompt.
"""

import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CANARY = "What is 2 + 2?"


class SwappingModel:
    """`model` may be set; so may `failing`, the share of calls that get HTTP 500, and `top`, whether log-probabilities
    are given. It answers while `free` is set. `calls` and `keys` are what came.
    """

    def __init__(self) -> None:
        self.model, self.failing, self.gives_top = "one", 0.0, False
        self.response_model, self.fingerprint, self.extra_tokens = "m", "fp-1", 0
        self.keys: set[str] = set()
        self.calls = 0
        self.free = threading.Event()
        self.free.set()
        self._random, self._lock = random.Random(7), threading.Lock()

    def reply(self, path: str, key: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.free.wait()
        with self._lock:
            self.calls += 1
            self.keys.add(key)
            if self._random.random() < self.failing:
                return 500, {"error": {"message": "broken"}}
            if path.endswith("/embeddings"):
                return 200, _embedding(asked["input"])
            if asked.get("logprobs") and not self.gives_top:
                return 400, {"error": {"message": "logprobs is not supported"}}
            return 200, self._completion(asked)

    def _completion(self, asked: dict[str, Any]) -> dict[str, Any]:
        prompt = asked["messages"][-1]["content"]
        choice: dict[str, Any] = {"index": 0, "finish_reason": "length", "message": self._message(asked, prompt)}
        if asked.get("logprobs"):
            choice["logprobs"] = {"content": [self._top(prompt)]}
        tokens = len(prompt.encode()) + 8 + self.extra_tokens
        return {
            "id": "c", "object": "chat.completion", "created": 1, "model": self.response_model,
            "system_fingerprint": self.fingerprint, "choices": [choice],
            "usage": {"prompt_tokens": tokens, "completion_tokens": 1, "total_tokens": tokens + 1},
        }  # fmt: skip

    def _message(self, asked: dict[str, Any], prompt: str) -> dict[str, Any]:
        if asked.get("tools"):
            value = "4" if self.model == "one" else '"four"'
            call = {"name": "answer", "arguments": f'{{"number": {value}}}'}
            return {"role": "assistant", "content": None,
                    "tool_calls": [{"id": "t", "type": "function", "function": call}]}  # fmt: skip
        if prompt == CANARY:
            return {"role": "assistant", "content": "4" if self.model == "one" else "Four!"}
        return {"role": "assistant", "content": self._token(prompt)}

    def _token(self, prompt: str) -> str:
        digest = blake2b(f"{self.model}/{prompt}".encode()).digest()
        wavers = digest[0] % 3 == 0
        return f"{self.model} {digest[1] % 5 + (self._random.random() < 0.3 if wavers else 0)}"

    def _top(self, prompt: str) -> dict[str, Any]:
        own = random.Random(f"{self.model}/{prompt}")
        tops = [{"token": f"t{place}", "bytes": None,
                 "logprob": -own.uniform(0.1, 6) + self._random.gauss(0, 0.02)} for place in range(20)]  # fmt: skip
        return {**tops[0], "top_logprobs": tops}


def _embedding(text: str) -> dict[str, Any]:
    vector = [float(text.count(letter)) for letter in "aeiou 4F"]
    return {"object": "list", "model": "e", "data": [{"object": "embedding", "index": 0, "embedding": vector}],
            "usage": {"prompt_tokens": 1, "total_tokens": 1}}  # fmt: skip


@contextmanager
def serving(model: SwappingModel) -> Iterator[str]:
    """Its base URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer: none waits for an acknowledgement

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, answer = model.reply(self.path, self.headers.get("authorization", ""), asked)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
