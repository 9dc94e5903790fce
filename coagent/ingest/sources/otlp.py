"""What rows of OTLP have in common."""

from coagent.domain.telemetry_format import Format

OTLP: tuple[Format, ...] = ("otlp_json", "otlp_proto")
COLLECTOR = (
    "An OpenTelemetry Collector with its Kafka exporter (`otlp_proto` or `otlp_json`), or files of its file exporter."
)
USAGE = {"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100}
CHAT = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o", **USAGE}
