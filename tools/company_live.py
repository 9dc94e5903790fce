"""Lets a simulated company use a running `coagent up`: four weeks up to today, and today a change at a provider.

    python -m tools.company_live DATA_DIR [--seed 5]

The weeks go to Kafka as the rollups that workers would have sent; today's requests of one model go to the telemetry
topic, and coagent finds the change by itself.
"""

import argparse
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np

from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.bench.simulator.labelled import LABELLED
from coagent.bench.simulator.rows import CHARS, TOKENS, Columns, rows_of
from coagent.bench.simulator.traffic import IID
from coagent.domain.histogram import GROWTH, Histogram
from coagent.domain.rollup import Rollup
from coagent.entrypoints.running import find_running
from tools.company_jobs import Company, wasteful
from tools.company_traffic import DAYS, START, Job, traffic

SEED = 5
TOPIC = "llm.telemetry"
MODEL = ("openai", "gpt-5.4")
"""Whose answers of today change; several tenants of the company use it."""
CHANGE = "silent version, wordy, strong"
BEFORE, AFTER = 900, 500
"""Requests."""
GAP_S = 22.0
"""Between two of them: eight and a half hours in all."""
FIRST_TOKEN_S, TOKEN_S = 0.4, 0.008
SPREAD = 0.4
"""Standard deviation of the logarithm of durations."""
CHUNK = 500
UNSEEN = ("failed", "truncated", "cost_usd", "max_tokens", "mean_logprob", "refusal")
"""Columns that no record of today has."""
ORDINARY_CHARS_PER_TOKEN = 4.0
LONGEST = 16_000.0
"""Tokens of an answer."""
COUNTS = ("input_chars", "input_tokens", "output_tokens", "output_chars", "tool_calls")


def settle(data_dir: Path, seed: int = SEED) -> int:
    """Sends all of it to the coagent that runs there; how many requests. Raises Transient where Kafka takes it not."""
    running = find_running(data_dir)
    assert running, f"no coagent runs in {data_dir}"
    now, company = datetime.now(UTC), wasteful(seed)
    connection = KafkaConnection(running.environment["COAGENT_KAFKA__BOOTSTRAP_SERVERS"])
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    before, lines = list(weeks(company, seed, today)), requests(company, seed, now)
    _send(connection, (encode_event(one) for one in before))
    _send(connection, (Record(TOPIC, b"company", line) for line in lines))
    return sum(one.requests for one in before) + len(lines)


def weeks(company: Company, seed: int, until: datetime) -> Iterator[Rollup]:
    """Its four weeks, the last hour ending then."""
    by, draw = until - START - timedelta(days=DAYS), np.random.default_rng([seed, 17])
    for rollup in traffic(company.jobs, seed):
        yield msgspec.structs.replace(rollup, minute=rollup.minute + by, duration=_durations(rollup, draw))


def _durations(rollup: Rollup, draw: np.random.Generator) -> Histogram:
    mean = FIRST_TOKEN_S + TOKEN_S * (rollup.output_tokens or 0) / rollup.requests
    seconds = mean * np.exp(draw.normal(0.0, SPREAD, rollup.requests))
    bins, counts = np.unique(np.ceil(np.log(seconds) / math.log(GROWTH)).astype(int), return_counts=True)
    return Histogram(bins.tolist(), counts.tolist())


def requests(company: Company, seed: int, until: datetime) -> list[bytes]:
    """Canonical records of MODEL, the last one then; the tenants that use it take turns."""
    jobs = [job for job in company.jobs if (job.provider, job.model) == MODEL]
    columns = _columns(jobs[0], seed)
    return [_record(columns, row, jobs[row % len(jobs)], until) for row in range(columns.rows)]


def _columns(job: Job, seed: int) -> Columns:
    """As long as the job's own requests."""
    change = next(one for one in LABELLED if one.name == CHANGE)
    draw = np.random.default_rng([seed, 13])
    weight, scale = change.weight(draw, BEFORE, AFTER), job.input_tokens * ORDINARY_CHARS_PER_TOKEN / CHARS
    asked = (job.output_tokens + job.reasoning_tokens) / TOKENS / scale**0.2
    before, after = (
        one.but_levels(
            input_scale=scale, output_scale=asked * one.output_scale, output_cap=LONGEST,
            pace_s=TOKEN_S * one.pace_s / change.before.pace_s,
        )
        for one in (change.before, change.after)
    )  # fmt: skip
    return rows_of(before, after, weight, IID, draw)


def _record(columns: Columns, row: int, job: Job, until: datetime) -> bytes:
    at = until - timedelta(seconds=GAP_S * (columns.rows - 1 - row))
    numbers = {name: float(values[row]) for name, values in columns.numbers.items() if name not in UNSEEN}
    known = {
        name: int(one) if name in COUNTS else round(one, 6) for name, one in numbers.items() if not math.isnan(one)
    }
    del known["time_s"]
    known["cached_input_tokens"] = int(job.cached * known["input_tokens"])
    status, finish = (columns.texts[name] for name in ("status", "finish_reason"))
    texts = {"status": status[0][status[1][row]]}
    if finish[1][row] >= 0:
        texts["finish_reason"] = finish[0][finish[1][row]]
    named = {name: value for name, value in msgspec.structs.asdict(job.segment).items() if value is not None}
    said = {"request_id": f"request-{row}", "time": at, "response_model": job.model, "stream": True}
    return msgspec.json.encode({**said, **named, **known, **texts})


def _send(connection: KafkaConnection, records: Iterator[Record]) -> None:
    producer, deliveries, chunk = BatchProducer(connection, "company"), [], list[Record]()
    for record in records:
        chunk.append(record)
        if len(chunk) == CHUNK:
            deliveries.append(producer.send(chunk))
            producer.poll()
            chunk = []
    deliveries.append(producer.send(chunk))
    producer.flush()
    for delivery in deliveries:
        delivery.raise_refused()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    settle(chosen.data_dir, chosen.seed)


if __name__ == "__main__":
    main()
