"""Bodies of providers' APIs, as applications log them."""

from coagent.ingest.sources.source import Source, message

_TIME = 1_780_300_800
_CHAT = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": _TIME,
    "model": "gpt-4o-2024-08-06",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant"}}],
    "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
}

BODIES = (
    Source(
        name="OpenAI chat completions",
        formats=("openai",),
        feed='The response body alone, or `{"request": …, "response": …}` with what is known beside it: canonical '
        "fields (`time`, `duration_s`, `task`) win, `started_at`, `latency_ms`, `status_code`, `url` and the like are "
        "read. `response` may be the list of a stream's chunks, the text of its events, or an HTTP message with "
        "`headers` and `body`. Other servers of the same API too; also older completions, the chunks of a stream one a "
        "message (the one with the usage counts), and, in pairs, embeddings and answers about images and sound that "
        "count tokens.",
        reads="Model, usage with cache, reasoning and audio, finish reason, `system_fingerprint`, `service_tier`, tool "
        "calls, refusals, logprobs. Who serves: `x_groq`, OpenRouter's `provider` and ids, Azure's filter results, "
        "DeepSeek's, xAI's and Perplexity's usage keys, vLLM's fingerprint, else the URL's host. Costs that the answer "
        "or what stands beside it states. Timings of vLLM, Groq, Cerebras, SambaNova, LM Studio.",
        leaves="A response alone has no duration, its `created` stands for the start. A stream's chunks without usage "
        "are skipped; the status of one that was cut off is unknown. Images that are made cost extra: they are noted, "
        "and no list price is taken. Messages are measured and hashed, never kept.",
        sample=message(_CHAT),
        gives={"provider": "openai", "request_model": "gpt-4o-2024-08-06", "output_tokens": 100, "status": "ok"},
    ),
    Source(
        name="Lines of an OpenAI batch's output",
        formats=("openai",),
        feed="The output and error files of the Batch API, of OpenAI and of those who copy it, as they are.",
        reads="As the body within, with `service_tier` batch, which has a price of its own.",
        leaves="Embeddings and failed lines have no time: write `time` beside the line, and `request` for the model of "
        "a failed one.",
        sample=message({"id": "b", "custom_id": "1", "response": {"status_code": 200, "body": _CHAT}, "error": None}),
        gives={"service_tier": "batch", "http_status": 200, "input_tokens": 1000},
    ),
    Source(
        name="OpenAI Responses",
        formats=("openai_responses",),
        feed="The response object alone or in a pair, or the events of a stream: `response.completed`, `.failed` and "
        "`.incomplete` count. In pairs, responses of the Realtime API (`response.done`).",
        reads="`created_at`, model, usage with cache and reasoning, `service_tier`, parameters, status and why it is "
        "incomplete, calls, refusals.",
        leaves="Calls of the server's own tools cost extra: they are noted, and no list price is taken. Responses in "
        "progress are skipped.",
        sample=message(
            {
                "id": "resp_1",
                "object": "response",
                "created_at": _TIME,
                "status": "completed",
                "model": "gpt-5-2025-08-07",
                "service_tier": "flex",
                "output": [],
                "usage": {
                    "input_tokens": 1000,
                    "input_tokens_details": {"cached_tokens": 512},
                    "output_tokens": 200,
                    "output_tokens_details": {"reasoning_tokens": 128},
                },
            }
        ),
        gives={"service_tier": "flex", "cached_input_tokens": 512, "reasoning_tokens": 128, "output_tokens": 200},
    ),
    Source(
        name="Anthropic Messages",
        formats=("anthropic",),
        feed='A pair with its time, `{"time": …, "request": …, "response": …}`; `response` may be the list of a '
        "stream's events. Lines of Message Batches results with a `time` beside them.",
        reads="Model, usage with cache reads and writes of 5 minutes and 1 hour, which are added to the input, "
        "`service_tier`, stop reason, tool calls; failed, expired and cancelled results of a batch.",
        leaves="A message alone has no time and is rejected with what to do. Searches, fast mode and data residency "
        "cost extra: they are noted, and no list price is taken.",
        sample=message(
            {
                "time": _TIME,
                "duration_s": 2.5,
                "request": {"model": "claude-sonnet-4-5", "max_tokens": 500},
                "response": {
                    "id": "msg_1",
                    "type": "message",
                    "role": "assistant",
                    "model": "claude-sonnet-4-5-20250929",
                    "content": [],
                    "stop_reason": "end_turn",
                    "usage": {"input_tokens": 19, "cache_read_input_tokens": 39000, "output_tokens": 100},
                },
            }
        ),
        gives={"provider": "anthropic", "input_tokens": 39019, "cached_input_tokens": 39000, "duration_s": 2.5},
    ),
    Source(
        name="Gemini generateContent",
        formats=("gemini",),
        feed="The response alone where it has `createTime`, else a pair with its time; a stream's pieces; lines of "
        "batch results of Vertex AI and of the Gemini API. Google's Python library's spelling too.",
        reads="Model, usage: thoughts are added to the output, what tools brought in to the input; cache, audio, "
        "finish and block reasons, function calls, the tier that served it.",
        leaves="Searches, images that are made and cached audio cost extra: they are noted, no list price is taken.",
        sample=message(
            {
                "candidates": [{"finishReason": "STOP"}],
                "usageMetadata": {"promptTokenCount": 264, "candidatesTokenCount": 104, "thoughtsTokenCount": 989},
                "modelVersion": "gemini-2.5-pro",
                "createTime": "2026-06-01T08:00:00Z",
            }
        ),
        gives={"provider": "gcp.gemini", "input_tokens": 264, "output_tokens": 1093, "reasoning_tokens": 989},
    ),
    Source(
        name="Amazon Bedrock Converse and InvokeModel",
        formats=("bedrock",),
        feed='`{"request": …, "response": …}`, the request with its `modelId` or beside it the URL; the response of '
        "Converse with `ResponseMetadata`, or the list of ConverseStream's events with a time beside it. InvokeModel "
        "the same way, its `body` an object or a text: Claude, Meta's and Titan's forms, any other by its headers.",
        reads="Usage with cache reads and writes, which are added to the input, `metrics.latencyMs`, stop reason, tool "
        "uses, guardrails; the start is the `date` header less the latency. Of InvokeModel the body's counts, else "
        "those of the `x-amzn-bedrock-…` headers, and their latency.",
        leaves="Time to first token.",
        sample=message(
            {
                "time": _TIME,
                "request": {"modelId": "anthropic.claude-3-haiku-20240307-v1:0"},
                "response": {
                    "stopReason": "end_turn",
                    "usage": {"inputTokens": 35, "outputTokens": 446, "totalTokens": 481},
                    "metrics": {"latencyMs": 3640},
                },
            }
        ),
        gives={"provider": "aws.bedrock", "input_tokens": 35, "output_tokens": 446, "duration_s": 3.64},
    ),
    Source(
        name="Ollama",
        formats=("ollama",),
        feed="Answers of `/api/chat` and `/api/generate`, the last line of their streams, or pairs.",
        reads="Model, counts, `total_duration`, `done_reason`; the start is `created_at` less the duration.",
        leaves="Lines of a stream before its last are skipped.",
        sample=message(
            {
                "model": "llama3.2",
                "created_at": "2026-06-01T08:00:05Z",
                "message": {"role": "assistant"},
                "done": True,
                "done_reason": "stop",
                "total_duration": 5_000_000_000,
                "prompt_eval_count": 26,
                "eval_count": 298,
            }
        ),
        gives={"provider": "ollama", "input_tokens": 26, "output_tokens": 298, "duration_s": 5.0},
    ),
    Source(
        name="Cohere chat and embeddings",
        formats=("openai",),
        feed="A pair with its time, of versions 1 and 2; `response` may be the list of a stream's events.",
        reads="Billed units, finish reason, tool calls, parameters.",
        leaves="The count with special tokens, which is not billed. Searches and images cost extra: they are noted, "
        "and no list price is taken. Rerank and classify are refused by name.",
        sample=message(
            {
                "time": _TIME,
                "request": {"model": "command-a-03-2025", "messages": []},
                "response": {
                    "id": "c",
                    "finish_reason": "COMPLETE",
                    "message": {"role": "assistant"},
                    "usage": {"billed_units": {"input_tokens": 5, "output_tokens": 418}},
                },
            }
        ),
        gives={"provider": "cohere", "request_model": "command-a-03-2025", "input_tokens": 5, "output_tokens": 418},
    ),
    Source(
        name="llama.cpp, text-generation-inference and SGLang",
        formats=("openai",),
        feed="Pairs of their own APIs, `/completion` and `/generate`, with the time, for TGI and SGLang the model too.",
        reads="Tokens in and out, why the answer ended, parameters; SGLang's cached tokens and latency.",
        leaves="TGI counts the prompt of what it does not stream only where the request has it listed "
        "(`decoder_input_details`).",
        sample=message(
            {
                "time": _TIME,
                "request": {"prompt": "", "n_predict": 64},
                "response": {"model": "qwen2.5", "tokens_predicted": 64, "tokens_evaluated": 12, "stop_type": "limit"},
            }
        ),
        gives={"provider": "llama_cpp", "request_model": "qwen2.5", "input_tokens": 12, "output_tokens": 64},
    ),
)
