"""An application with an OpenTelemetry SDK: calls the server at sys.argv[1] and writes its export batch to stdout.

What an OTLP exporter sends is what the collector's Kafka exporter writes: one ExportTraceServiceRequest.
"""

import asyncio
import sys
from contextlib import suppress

from openai import APIError, AsyncOpenAI, OpenAI
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.integration.kafka.clients.calls import BROKEN, BUSY, PLAIN, STREAM
from tests.integration.kafka.clients.openai_server import API_KEY

memory = InMemorySpanExporter()
provider = TracerProvider(resource=Resource.create({"service.name": "shop", "service.version": "1.2.3"}))
provider.add_span_processor(SimpleSpanProcessor(memory))
OpenAIInstrumentor().instrument(tracer_provider=provider)


def call(base_url: str) -> None:
    create = OpenAI(base_url=base_url, api_key=API_KEY, max_retries=0).chat.completions.create
    with provider.get_tracer("shop").start_as_current_span("GET /otter"):
        create(**PLAIN)
    list(create(**STREAM))
    for request in (BUSY, BROKEN):
        with suppress(APIError):
            create(**request)


async def call_async(base_url: str) -> None:
    create = AsyncOpenAI(base_url=base_url, api_key=API_KEY, max_retries=0).chat.completions.create
    await create(**PLAIN)
    async for _ in await create(**STREAM):
        pass


call(sys.argv[1])
asyncio.run(call_async(sys.argv[1]))
sys.stdout.buffer.write(encode_spans(memory.get_finished_spans()).SerializeToString())
