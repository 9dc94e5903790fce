"""Nothing of what people wrote, and no address or key, gets past the decoders."""

import json

import msgspec
import pytest

from coagent.domain.batch import Source
from coagent.domain.request import Request
from coagent.ingest.formats.decoders import decode
from coagent.ingest.options import DecodeOptions
from coagent.ingest.pricing.price_table import PriceTable
from coagent.steps.ingest import IngestStep

from .log_messages import json_logs, log
from .otlp_messages import json_, proto, span
from .test_fuzz import CANONICAL, PRINTED
from .test_litellm import PAYLOAD
from .test_openai import REQUEST, RESPONSE
from .test_otlp import CURRENT, evaluation

NOW_S = 1_782_950_000.0
SECRETS = (
    "Patient Zero",
    "jane.doe@example.com",
    "sk-live-0123456789abcdef",
    "AKIAIOSFODNN7EXAMPLE",
    "+49 170 1234567",
)
TEXT = " ".join(SECRETS)
MESSAGES = [{"role": "system", "content": TEXT}, {"role": "user", "content": [{"type": "text", "text": TEXT}]}]
TOOL_CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": TEXT}}
CHOICE = {"finish_reason": "stop", "message": {"content": TEXT, "refusal": TEXT, "tool_calls": [TOOL_CALL]}}
PARTS = json.dumps([{"role": "user", "parts": [{"type": "text", "content": TEXT}]}])

SPAN = CURRENT | {
    "gen_ai.input.messages": PARTS,
    "gen_ai.output.messages": PARTS,
    "gen_ai.system_instructions": PARTS,
    "gen_ai.prompt.0.content": TEXT,
    "exception.message": TEXT,
    "error.type": TEXT,
    "server.address": f"https://{SECRETS[2]}@api.example.com/v1?key={SECRETS[3]}",
    "user.email": SECRETS[1],
}
EVENTS = [evaluation(0.5, **{"gen_ai.evaluation.explanation": TEXT}), ("exception", {"exception.message": TEXT})]
EVENT = {name: value for name, value in SPAN.items() if name != "error.type"} | {"error": TEXT, "prompt": TEXT}
OPENINFERENCE = {
    "openinference.span.kind": "LLM",
    "llm.provider": "openai",
    "llm.model_name": "gpt-4o",
    "llm.input_messages.0.message.content": TEXT,
    "llm.output_messages.0.message.content": TEXT,
    "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": TEXT,
    "llm.invocation_parameters": json.dumps({"user": SECRETS[1], "stop": TEXT, "temperature": 0.5}),
    "input.value": TEXT,
    "output.value": TEXT,
    "ai.response.text": TEXT,
    "genkit:output": json.dumps({"message": TEXT}),
    "langfuse.observation.usage_details": json.dumps({TEXT: 5, "input": 7}),
    "metadata": TEXT,
}
EXTRA = {"prompt": TEXT, "messages": MESSAGES, "note": TEXT, "mail": SECRETS[1], "token": SECRETS[2], "k": SECRETS[3]}
LITELLM = PAYLOAD | {
    "messages": MESSAGES,
    "response": PAYLOAD["response"] | {"choices": [CHOICE]},
    "error_str": TEXT,
    "error_information": {"error_class": TEXT, "error_message": TEXT, "traceback": TEXT, "error_code": "500"},
    "api_base": f"https://{SECRETS[2]}@host/v1?key={SECRETS[3]}",
    "end_user": SECRETS[1],
    "model_parameters": {"tools": [{"description": TEXT}], "user": SECRETS[1]},
}
PAIR = {
    "request": REQUEST | {"messages": MESSAGES, "user": SECRETS[1]},
    "response": RESPONSE | {"choices": [CHOICE], "metrics": {"note": TEXT, "queue_time_ms": 1.0}},
    "error": {"type": TEXT, "message": TEXT},
}
GOOD = {
    "canonical": json.dumps(CANONICAL | EXTRA | {"attributes": EXTRA}).encode(),
    "litellm": json.dumps(LITELLM).encode(),
    "openai": json.dumps(PAIR).encode(),
    "otlp_json": json_([span(SPAN, events=EVENTS)], {"host.name": SECRETS[0]}),
    "otlp_proto": proto([span(SPAN, events=EVENTS, trace_id="0" * 31 + "1")], {"host.name": SECRETS[0]}),
    "otlp_logs": json_logs([log(EVENT, event="gen_ai.client.inference.operation.details", body=TEXT)]),
    "openinference": json_([span(OPENINFERENCE, trace_id="0" * 31 + "2", status=2, events=EVENTS)]),
    "console_span": json.dumps(PRINTED | {"attributes": SPAN, "context": {"span_id": "0x1"}}).encode(),
}


def leaked(data):
    return [secret for secret in SECRETS if secret.encode() in data]


@pytest.mark.parametrize("key", [None, b"key"])
@pytest.mark.parametrize("message", GOOD.values(), ids=GOOD)
def test_nothing_gets_past_the_decoder(message, key):
    request, *notes = decode(message, DecodeOptions(now_s=NOW_S, hash_key=key))
    assert leaked(msgspec.json.encode([request, notes])) == []
    assert request.request_model.startswith("gpt-4")


def test_nothing_gets_into_a_batch():
    ingest = IngestStep(
        options=DecodeOptions(hash_key=b"key"),
        prices=PriceTable(),
        flush_rows=10,
        flush_age_s=1,
        max_rows=100,
        max_segments=10,
    )
    ingest.feed(Source("c", "t", 0), list(enumerate(GOOD.values())), NOW_S)
    batches = ingest.take(NOW_S, everything=True)
    assert sum(batch.rows for batch in batches) == len(GOOD)
    assert leaked(msgspec.msgpack.encode(batches)) == []


BROKEN = [
    json.dumps(CANONICAL | {"status": TEXT}).encode(),
    json.dumps(CANONICAL | {"time": TEXT}).encode(),
    json.dumps(CANONICAL | {"input_tokens": TEXT}).encode(),
    json.dumps(CANONICAL | {"task": {TEXT: 1}}).encode(),
    json.dumps(CANONICAL | EXTRA).encode()[:-1],
    f"{TEXT} is no JSON".encode(),
    json.dumps({TEXT: TEXT}).encode(),
    json.dumps(LITELLM | {"status": TEXT}).encode(),
    json.dumps(LITELLM | {"startTime": TEXT}).encode(),
    json.dumps(PAIR | {"time": TEXT}).encode(),
    json_([span(SPAN | {"gen_ai.usage.input_tokens": TEXT})]),
    proto([span(SPAN | {"gen_ai.usage.input_tokens": TEXT})]),
    GOOD["otlp_proto"][:-1],
    b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"attributes": "%s"}]}]}]}' % TEXT.encode(),
]


@pytest.mark.parametrize("message", BROKEN)
def test_a_rejection_repeats_nothing(message):
    outcomes = decode(message, DecodeOptions(now_s=NOW_S))
    assert not isinstance(outcomes[-1], Request)
    assert leaked(msgspec.json.encode(outcomes)) == []
