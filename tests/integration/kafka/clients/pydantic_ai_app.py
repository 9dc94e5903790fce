"""An application with pydantic-ai's agents, which instrument themselves: calls the server at sys.argv[1] and writes
its export batch to stdout.

An agent's run is a span of its own that sums up the usage of its calls.
"""

import sys
from contextlib import suppress

from openai import AsyncOpenAI
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.instrumented import InstrumentationSettings
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from tests.integration.kafka.clients.calls import MESSAGES
from tests.integration.kafka.clients.openai_server import API_KEY

memory = InMemorySpanExporter()
provider = TracerProvider(resource=Resource.create({"service.name": "shop", "service.version": "1.2.3"}))
provider.add_span_processor(SimpleSpanProcessor(memory))
Agent.instrument_all(InstrumentationSettings(tracer_provider=provider))


def ask(base_url: str, model: str) -> None:
    client = AsyncOpenAI(base_url=base_url, api_key=API_KEY, max_retries=0)
    agent = Agent(
        OpenAIChatModel(model, provider=OpenAIProvider(openai_client=client)),
        system_prompt=MESSAGES[0]["content"],
        name="concierge",
    )
    with suppress(ModelHTTPError):
        agent.run_sync(MESSAGES[1]["content"])


for name in ("gpt-4o", "gpt-4o", "busy"):
    ask(sys.argv[1], name)
sys.stdout.buffer.write(encode_spans(memory.get_finished_spans()).SerializeToString())
