"""An application with Anthropic's SDK under OpenLLMetry's instrumentation: calls the server at sys.argv[1] and writes
its export batch to stdout.
"""

import sys
from contextlib import suppress

from anthropic import Anthropic, APIError
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.integration.kafka.clients.anthropic_server import API_KEY
from tests.integration.kafka.clients.calls import MESSAGES

memory = InMemorySpanExporter()
provider = TracerProvider(resource=Resource.create({"service.name": "shop", "service.version": "1.2.3"}))
provider.add_span_processor(SimpleSpanProcessor(memory))
AnthropicInstrumentor().instrument(tracer_provider=provider)

client = Anthropic(base_url=sys.argv[1], api_key=API_KEY, max_retries=0)
SYSTEM, QUESTION = MESSAGES[0]["content"], MESSAGES[1:]


def ask(model: str, **more: object) -> object:
    return client.messages.create(model=model, system=SYSTEM, messages=QUESTION, max_tokens=100, **more)


ask("claude-sonnet-4-5")
list(ask("claude-sonnet-4-5", stream=True))
with suppress(APIError):
    ask("busy")
sys.stdout.buffer.write(encode_spans(memory.get_finished_spans()).SerializeToString())
