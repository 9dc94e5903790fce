"""coagent's own record."""

from coagent.ingest.sources.source import Source, message

OWN = (
    Source(
        name="Canonical record",
        formats=("canonical",),
        feed="One JSON object a request, on a telemetry topic or in a file. Only `time`, `provider` and "
        "`request_model` are required; coagent's own LiteLLM logger and any application may write it.",
        reads="Every field of the README's record, by its name. `input_tokens` includes cached and cache-writing "
        "tokens, `output_tokens` includes reasoning. Unknown keys with harmless values are kept as attributes.",
        leaves="What cannot be read of an optional field is unknown and noted; only `time`, `provider` and "
        "`request_model` reject. Prompts and answers have no field.",
        sample=message(
            {
                "time": "2026-06-01T08:00:00Z",
                "provider": "openai",
                "request_model": "gpt-4o",
                "task": "summary",
                "input_tokens": 1000,
                "output_tokens": 100,
                "duration_s": 1.5,
                "status": "ok",
            }
        ),
        gives={"provider": "openai", "request_model": "gpt-4o", "input_tokens": 1000, "task": "summary"},
    ),
    Source(
        name="Any other JSON, by a mapping file",
        formats=(),
        feed="A YAML file that says where a record has the canonical fields; `COAGENT_INGEST__MAPPINGS` names it for a "
        "topic, `coagent mapping check FILE SAMPLE` shows what it makes of ten records.",
        reads="What the file says: paths, units, constants, conditions.",
        leaves="Content: of prompts and answers only the length can be read.",
        sample=message({"started": 1780300800000, "req": {"model": "gpt-4o"}, "usage": {"in": 1000, "out": 100}}),
        gives={"provider": "openai", "request_model": "gpt-4o", "input_tokens": 1000, "output_tokens": 100},
        mapping="""fields:
  time: {path: started, unit: ms}
  provider: {value: openai}
  request_model: req.model
  input_tokens: usage.in
  output_tokens: usage.out
""",
    ),
)
