"""A valid message of each kind of body, for the tests that break them."""

import json

from .readings import TIME
from .test_anthropic import EVENTS, MESSAGE
from .test_anthropic import REQUEST as ANTHROPIC_REQUEST
from .test_azure_log import RECORD as AZURE
from .test_bedrock import REQUEST as CONVERSE_REQUEST
from .test_bedrock import RESPONSE as CONVERSE
from .test_bedrock_log import RECORD as BEDROCK_LOG
from .test_gemini import RESPONSE as GEMINI
from .test_ollama import CHAT as OLLAMA
from .test_openai_responses import RESPONSE as RESPONSES
from .test_openai_servers import USAGE, answer, chunk
from .test_openrouter import GENERATION
from .test_pairs import pair

GEMINI_REQUEST = {
    "contents": [{"role": "user", "parts": [{"text": "words"}]}],
    "systemInstruction": {"parts": [{"text": "words"}]},
    "generationConfig": {"temperature": 0.2},
    "labels": {"task": "t"},
}
HEADERS = {"Date": "Wed, 01 Jul 2026 12:00:02 GMT", "openai-processing-ms": "2000"}
SEEDS = {
    "chat": answer({"cost": 0.1, "prompt_tokens_details": {"cached_tokens": 5}}, x_groq={"id": "r"}),
    "chunk": chunk(USAGE),
    "chunks": {"request": {"model": "m"}, "response": [chunk(None, delta={"content": "wo"}), chunk(USAGE)]},
    "pair": pair(time=TIME, latency=3, metadata={"task": "t"}),
    "http": {"request": {"url": "https://h/v1/models/m:x", "body": {}}, "response": {"status": 200, "headers": HEADERS,
             "body": pair()["response"]}},
    "embeddings": {"time": TIME, "request": {"model": "e"}, "response": {"object": "list", "model": "e",
                   "data": [{"object": "embedding", "embedding": [0.5]}], "usage": USAGE}},
    "responses": RESPONSES,
    "responses_event": {"type": "response.completed", "sequence_number": 9, "response": RESPONSES},
    "batch": {"id": "b", "custom_id": "1", "response": {"status_code": 200, "body": answer()}, "error": None},
    "anthropic": {"time": TIME, "request": ANTHROPIC_REQUEST, "response": MESSAGE},
    "anthropic_events": {"time": TIME, "request": ANTHROPIC_REQUEST, "response": EVENTS},
    "anthropic_batch": {"time": TIME, "custom_id": "c", "result": {"type": "succeeded", "message": MESSAGE}},
    "gemini": {"request": GEMINI_REQUEST, "response": GEMINI},
    "vertex_batch": {"status": "", "processed_time": TIME, "request": GEMINI_REQUEST, "response": GEMINI},
    "converse": {"request": CONVERSE_REQUEST, "response": CONVERSE},
    "bedrock_log": BEDROCK_LOG,
    "bedrock_stream": BEDROCK_LOG | {"output": {"outputBodyJson": EVENTS}},
    "cloudwatch": {"messageType": "DATA_MESSAGE", "logEvents": [{"message": json.dumps(BEDROCK_LOG)}]},
    "cloud_logging": {"insertId": "i", "timestamp": "2026-06-01T08:00:00Z", "jsonPayload": BEDROCK_LOG},
    "ollama": OLLAMA,
    "generation": {"data": GENERATION},
    "generations": {"data": [GENERATION, GENERATION]},
    "azure": AZURE,
    "azure_batch": {"records": [AZURE, AZURE]},
    "failed": {"time": TIME, "request": {"model": "m"}, "response": {"error": {"type": "t", "message": "words"}}},
}  # fmt: skip
